package dev.weir.local;

import dev.weir.local.Counters.Count;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the records of a stream to a function, by the rules of Lambda's event source mapping for
 * Kinesis; docs/decisions/0011-event-source-mapping.md says which of them, and where they come
 * from.
 *
 * <p>Each shard is read by a thread and delivered by one for each of its lanes. Where it has got to
 * is kept in memory only: another mapping begins at its starting position. Safe for use by several
 * threads.
 */
public final class EventSourceMapping implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EventSourceMapping.class);
  private static final Duration END = Duration.ofSeconds(30);

  private final StreamSource source;
  private final MappingContext context;
  private final Counters counters = new Counters();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final BlockingQueue<String> finished = new LinkedBlockingQueue<>();
  private final AtomicInteger threadNumbers = new AtomicInteger();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "mapping-" + threadNumbers.incrementAndGet());
            thread.setDaemon(true);
            return thread;
          });

  private EventSourceMapping(
      StreamSource source,
      Invoker invoker,
      MappingOptions options,
      FailureDestination destination,
      InvocationListener listener,
      Clock clock)
      throws IOException {
    this.source = source;
    Duration retention = source.retention();
    Duration age = options.maximumRecordAge().orElse(retention);
    this.context =
        new MappingContext(
            UUID.randomUUID(),
            source.arn(),
            options,
            age.compareTo(retention) < 0 ? age : retention,
            invoker,
            destination,
            listener,
            counters,
            threads,
            () -> stopped.getCount() > 0,
            duration -> stopped.await(duration.toNanos(), TimeUnit.NANOSECONDS),
            clock);
  }

  /**
   * Starts a mapping.
   *
   * @param source the stream
   * @param invoker the function
   * @param destination where records go that are given up
   * @param listener is told of every invocation
   * @throws IOException if the stream cannot be asked
   */
  public static EventSourceMapping start(
      StreamSource source,
      Invoker invoker,
      MappingOptions options,
      FailureDestination destination,
      InvocationListener listener,
      Clock clock)
      throws IOException {
    EventSourceMapping mapping =
        new EventSourceMapping(source, invoker, options, destination, listener, clock);
    mapping.run(mapping::begin);
    return mapping;
  }

  /** Starts a mapping that gives records up without a trace but its counts and logs. */
  public static EventSourceMapping start(
      StreamSource source, Invoker invoker, MappingOptions options) throws IOException {
    return start(
        source,
        invoker,
        options,
        FailureDestination.none(),
        InvocationListener.none(),
        Clock.systemUTC());
  }

  /** What it has done so far. */
  public MappingSnapshot snapshot() {
    return counters.snapshot();
  }

  /** What has ended it, if it ended by itself: a mistake in this program. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure.get());
  }

  /** The object names of failed invocations begin with {@code aws/lambda/<id>/}. */
  public UUID id() {
    return context.id();
  }

  /** Starts shards as they appear and as their parents are finished. */
  private void begin() throws InterruptedException {
    Lineage lineage = new Lineage(context.options().start());
    boolean first = true;
    while (context.running().getAsBoolean()) {
      try {
        List<StreamShard> next = lineage.next(source.shards());
        for (StreamShard shard : next) {
          // What appears later did not exist when reading was to begin: all of it is news.
          begin(shard.id(), first ? context.options().start() : StartingPosition.TRIM_HORIZON);
        }
        first = false;
      } catch (IOException e) {
        counters.add(Count.READ_FAILURES, 1);
        log.warn("the shards of the stream were not listed; cause={}", e.getMessage());
      }
      String over = finished.poll(context.options().polling().toNanos(), TimeUnit.NANOSECONDS);
      if (over != null) {
        lineage.finish(over);
      }
    }
  }

  private void begin(String shard, StartingPosition start) {
    log.info("a shard is read; shard={}", shard);
    counters.behind(shard, Duration.ZERO);
    ShardRun run = new ShardRun(context, source, shard, start);
    AtomicInteger left = new AtomicInteger(run.lanes().size());
    for (Lane lane : run.lanes()) {
      run(
          () -> {
            if (lane.run() && left.decrementAndGet() == 0) {
              log.info("a shard is finished; shard={}", shard);
              counters.finished(shard);
              finished.add(shard);
            }
          });
    }
    run(run::read);
  }

  /** Something that ends when the mapping does. */
  @FunctionalInterface
  private interface Task {
    void run() throws InterruptedException;
  }

  private void run(Task task) {
    threads.execute(
        () -> {
          try {
            task.run();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (RuntimeException | Error e) {
            if (e instanceof RejectedExecutionException && !context.running().getAsBoolean()) {
              return; // closed meanwhile: nothing new begins
            }
            log.error("the event source mapping stops", e);
            failure.compareAndSet(null, e);
            stopped.countDown();
          }
        });
  }

  /**
   * Stops after the invocations under way, which are given so much time; what is not delivered by
   * then stays in the stream.
   */
  public void close(Duration grace) {
    stopped.countDown();
    threads.shutdown();
    try {
      if (!threads.awaitTermination(grace.toNanos(), TimeUnit.NANOSECONDS)) {
        threads.shutdownNow();
        if (!threads.awaitTermination(END.toNanos(), TimeUnit.NANOSECONDS)) {
          log.warn("the event source mapping does not end");
        }
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  /** Stops at once: invocations under way are interrupted. */
  @Override
  public void close() {
    close(Duration.ZERO);
  }
}
