package dev.weir.cli.run;

import dev.weir.cli.input.InputReader;
import dev.weir.lake.FencedException;
import dev.weir.pipeline.Outcome;
import dev.weir.pipeline.Pause;
import dev.weir.pipeline.Pipeline;
import dev.weir.quality.ExpectationFailedException;
import dev.weir.record.Batch;
import dev.weir.transform.TransformFailedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of a run: one thread reads batches, each worker takes the next one through a pipeline of
 * its own.
 *
 * <p>Memory is bounded by the buffers, one per worker and one that is being filled: a batch keeps
 * its buffer until it is acknowledged. {@link #stop} may be called by any thread, the rest by one.
 */
final class RunJob {
  private static final Logger log = LoggerFactory.getLogger(RunJob.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final long POLL_MILLIS = 20;

  private final InputReader input;
  private final List<Pipeline> pipelines;
  private final int bufferBytes;
  private final int maxAttempts;
  private final RunTotals totals;
  private final Consumer<Outcome> listener;
  private final BlockingQueue<byte[]> freeBuffers;
  private final BlockingQueue<Work> work;
  private final CountDownLatch workersEnded;
  private final Pause pause = Pause.sleeping();
  private volatile boolean stopped;
  private volatile boolean everythingRead;
  private volatile boolean reading;
  private @Nullable Exception failure;

  /** A batch to be processed and the buffer that holds it. */
  private record Work(Batch batch, byte[] buffer) {}

  /**
   * A job.
   *
   * @param bufferBytes the size of a batch's buffer
   * @param maxAttempts tries per batch before the job gives up, at least 1
   * @param totals receives the books of every attempt
   * @param listener is told of every batch by the thread that has landed it
   */
  RunJob(
      InputReader input,
      List<Pipeline> pipelines,
      int bufferBytes,
      int maxAttempts,
      RunTotals totals,
      Consumer<Outcome> listener) {
    this.input = input;
    this.pipelines = List.copyOf(pipelines);
    this.bufferBytes = bufferBytes;
    this.maxAttempts = maxAttempts;
    this.totals = totals;
    this.listener = listener;
    this.freeBuffers = new ArrayBlockingQueue<>(pipelines.size() + 1);
    this.work = new ArrayBlockingQueue<>(pipelines.size() + 1);
    this.workersEnded = new CountDownLatch(pipelines.size());
  }

  /** No further batch is begun; those under way are finished. */
  void stop() {
    stopped = true;
  }

  /**
   * Waits until every batch that was begun has ended, after {@link #stop}. A reader that waits for
   * its input, such as standard input, may go on waiting.
   *
   * @return false if that takes longer
   */
  boolean awaitWorkers(long seconds) throws InterruptedException {
    return workersEnded.await(seconds, TimeUnit.SECONDS);
  }

  /** Whether the inputs are being read right now, which takes as long as they do. */
  boolean isReading() {
    return reading;
  }

  /**
   * Processes all inputs; returns when every batch that was begun has ended.
   *
   * @return whether it got to the end of the inputs, and was not stopped
   * @throws IOException if a batch failed as often as is allowed; the others were finished
   */
  boolean run() throws IOException {
    List<Thread> workers = new ArrayList<>();
    for (Pipeline pipeline : pipelines) {
      Thread worker = new Thread(() -> work(pipeline), "weir-worker-" + workers.size());
      worker.start();
      workers.add(worker);
    }
    boolean complete = false;
    try {
      complete = readAll();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      fail(e);
    } finally {
      stopped |= !complete;
      everythingRead = true;
      workers.forEach(RunJob::join);
    }
    Exception cause = failure;
    if (cause instanceof IOException io) {
      throw io;
    } else if (cause instanceof RuntimeException e) {
      throw e;
    }
    return complete && work.isEmpty();
  }

  private boolean readAll() throws InterruptedException {
    int allocated = 0;
    while (!stopped) {
      byte[] buffer = freeBuffers.poll();
      if (buffer == null && allocated <= pipelines.size()) {
        buffer = new byte[bufferBytes];
        allocated++;
      } else if (buffer == null) {
        buffer = freeBuffers.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
      }
      if (buffer != null) {
        reading = true;
        Batch batch = input.next(buffer);
        reading = false;
        if (batch == null) {
          return true;
        }
        work.add(new Work(batch, buffer)); // there is room for every buffer
      }
    }
    return false;
  }

  private static void join(Thread worker) {
    boolean interrupted = false;
    while (worker.isAlive()) {
      try {
        worker.join();
      } catch (InterruptedException e) {
        interrupted = true; // batches under way are finished all the same
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void work(Pipeline pipeline) {
    try {
      while (!stopped) {
        boolean lastLook = everythingRead;
        Work next = work.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
        if (next != null) {
          land(pipeline, next.batch());
          freeBuffers.add(next.buffer());
        } else if (lastLook) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      fail(e);
    } catch (Error e) {
      fail(new IllegalStateException("a worker died: " + e, e));
      throw e;
    } finally {
      workersEnded.countDown();
    }
  }

  /** Processes a batch until all of it is acknowledged. */
  private void land(Pipeline pipeline, Batch batch) throws IOException {
    Batch rest = batch;
    for (int attempt = 1; rest.count() > 0; attempt++) {
      try {
        Outcome outcome = pipeline.process(rest);
        totals.add(outcome);
        listener.accept(outcome);
        rest = rest.select(outcome.redeliver());
      } catch (InterruptedIOException | TransformFailedException | ExpectationFailedException e) {
        throw e;
      } catch (IOException | FencedException e) {
        if (attempt == maxAttempts) {
          throw new IOException(
              "a batch failed %d times, beginning at %s: %s"
                  .formatted(attempt, rest.position(0), e.getMessage()),
              e);
        }
        log.warn(
            "an attempt failed and is made again; position={} cause={}",
            rest.position(0),
            e.getMessage());
        long millis = FIRST_PAUSE.toMillis() << Math.min(attempt - 1, 6);
        pause.pause(
            Duration.ofMillis(ThreadLocalRandom.current().nextLong(millis / 2, millis + 1)));
        continue;
      }
      if (rest.count() > 0 && attempt == maxAttempts) {
        throw new IOException(
            "%d records wait for an attempt that does not finish, beginning at %s"
                .formatted(rest.count(), rest.position(0)));
      }
    }
  }

  private synchronized void fail(Exception e) {
    if (failure == null) {
      failure = e;
    } else {
      failure.addSuppressed(e);
    }
    stopped = true;
  }
}
