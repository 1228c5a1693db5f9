package dev.weir.e2e;

import dev.weir.lake.FaultProxy;
import dev.weir.lake.FaultProxy.Fault;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A run in a process of its own, with wires of its own to Redis and S3: all that it asks of them
 * passes an {@link Ambush} and, on the way to S3, a {@link Storm}. Closing it kills it.
 */
final class WiredRun implements AutoCloseable {
  private static final long BOUND_SECONDS = 120;

  private final int batchRecords;
  private final Tally tally;
  private final Ambush ambush;
  private final Storm storm;
  private final RedisWire redis;
  private final FaultProxy s3;
  private final CompletableFuture<WeirProcess> process = new CompletableFuture<>();
  private final CountDownLatch released = new CountDownLatch(1);
  private final CountDownLatch delivered = new CountDownLatch(1);
  private final AtomicInteger steps = new AtomicInteger();
  private final Set<String> lostClaims = ConcurrentHashMap.newKeySet();
  private final long startedNanos = System.nanoTime();
  private volatile long settledNanos = startedNanos;
  private volatile Step held;
  private volatile boolean heldWasApplied;

  /** Where the two stores really are. */
  record Ports(int redis, int s3) {}

  /** How the process is started, once its wires are there. */
  interface Starter {
    WeirProcess start(WiredRun run) throws IOException;
  }

  private final class RedisTap implements Tap {
    @Override
    public boolean before(Step step) throws IOException {
      return WiredRun.this.before(step);
    }

    @Override
    public boolean after(Step step, boolean applied) throws IOException {
      return WiredRun.this.after(step, applied) && !storm.losesAnswer(step);
    }
  }

  private final class S3Tap implements FaultProxy.Watcher {
    @Override
    public Fault before(FaultProxy.Request request) throws IOException {
      return WiredRun.this.before(Step.of(request)) ? storm.faultFor(request) : Fault.RESET;
    }

    @Override
    public void after(FaultProxy.Request request, int status) throws IOException {
      if (!WiredRun.this.after(Step.of(request), status == 200)) {
        throw new IOException("the answer goes nowhere");
      }
    }
  }

  private WiredRun(Ports ports, int batchRecords, Ambush ambush, Storm storm, Tally tally)
      throws IOException {
    this.batchRecords = batchRecords;
    this.tally = tally;
    this.ambush = ambush;
    this.storm = storm;
    this.redis = new RedisWire(ports.redis(), new RedisTap());
    this.s3 = new FaultProxy(ports.s3(), new S3Tap());
  }

  /** Starts a run between these stores. */
  static WiredRun start(
      Ports ports, int batchRecords, Ambush ambush, Storm storm, Tally tally, Starter starter)
      throws IOException {
    WiredRun run = new WiredRun(ports, batchRecords, ambush, storm, tally);
    run.process.complete(starter.start(run));
    return run;
  }

  /** The address of Redis for this run. */
  String redisAddress() {
    return redis.uri().toString();
  }

  /** The address of S3 for this run. */
  String s3Address() {
    return s3.uri().toString();
  }

  int batchRecords() {
    return batchRecords;
  }

  private boolean before(Step step) throws IOException {
    if (step.kind() != Step.Kind.OTHER) {
      steps.incrementAndGet();
    }
    return ambush.before(step, this);
  }

  private boolean after(Step step, boolean applied) throws IOException {
    tally.add(step, applied, this);
    if (step.kind() == Step.Kind.REBIND) {
      settledNanos = System.nanoTime();
    }
    if (step.equals(held)) {
      heldWasApplied = applied;
      delivered.countDown();
    }
    return ambush.after(step, applied, this);
  }

  /** The deed of a {@code kill -9}: what was asked, or answered, is dropped. */
  boolean killHere() throws IOException, InterruptedException {
    if (!process().kill()) {
      throw new IOException("something else ended the process");
    }
    return false;
  }

  /** The deed of a {@code kill -9} while a request is on its way: it arrives after its process. */
  boolean killAndHold(Step step) throws IOException, InterruptedException {
    killHere();
    return hold(step);
  }

  /** The deed of a {@code SIGSTOP}: what was asked arrives after {@link #release}. */
  boolean freezeHere(Step step) throws IOException, InterruptedException {
    process().freeze();
    return hold(step);
  }

  private boolean hold(Step step) throws InterruptedException {
    held = step;
    return released.await(BOUND_SECONDS, TimeUnit.SECONDS);
  }

  /** Whether a request of it is held back. */
  boolean isHeld() {
    return held != null;
  }

  /** Lets the held request go on to its store; whether the store did what was asked. */
  boolean release() throws InterruptedException {
    released.countDown();
    if (!delivered.await(BOUND_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the held request was not answered: " + held);
    }
    return heldWasApplied;
  }

  /** How many steps of the protocol it has asked for. */
  int steps() {
    return steps.get();
  }

  /** Whether it was met where it was waited for. */
  boolean wasMet() {
    return ambush.hasStruck();
  }

  /** Another attempt took over claims of this run. */
  void loses(Set<String> claims) {
    lostClaims.addAll(claims);
  }

  /** How many records of this run had to be processed again by others. */
  int repeatedRecords() {
    return lostClaims.size();
  }

  /**
   * From its start until it had taken over the last claims of dead attempts; 0 if there are none.
   */
  double secondsToSettle() {
    return (settledNanos - startedNanos) / 1e9;
  }

  WeirProcess process() {
    try {
      return process.get(BOUND_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the process does not start", e);
    }
  }

  @Override
  public void close() throws IOException {
    released.countDown();
    process().close();
    s3.close();
    redis.close();
  }
}
