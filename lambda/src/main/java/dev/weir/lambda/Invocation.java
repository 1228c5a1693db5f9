package dev.weir.lambda;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the work of one invocation so that it is over, one way or another, when the invocation is.
 *
 * <p>Lambda freezes a sandbox between invocations, and threads that are left over go on in the next
 * one. So at the deadline the work is interrupted, which all of its waiting reacts to, and waited
 * for. What does not end even then sits in a call that nothing can interrupt; the process is ended,
 * Lambda delivers the event again and starts another. The protocol takes either for a crash.
 */
final class Invocation {
  private static final Logger log = LoggerFactory.getLogger(Invocation.class);

  private final Runnable endProcess;

  /**
   * A way to run invocations.
   *
   * @param endProcess ends this process at once
   */
  Invocation(Runnable endProcess) {
    this.endProcess = endProcess;
  }

  /**
   * Does the work in a thread of its own.
   *
   * @return what the work returns, which it also does soon after it was interrupted
   * @throws Exception what the work throws
   */
  <T> T run(Callable<T> work, Deadline deadline) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    Thread worker = new Thread(task, "weir-landing");
    worker.setDaemon(true);
    worker.start();
    try {
      try {
        return await(task, deadline.left());
      } catch (TimeoutException e) {
        worker.interrupt();
        return await(task, deadline.grace());
      }
    } catch (TimeoutException e) {
      log.error("the work cannot be interrupted; this process ends, and the event comes again");
      endProcess.run();
      throw new IllegalStateException("the work of an invocation goes on behind it");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e);
    }
  }

  private static <T> T await(FutureTask<T> task, Duration patience)
      throws ExecutionException, TimeoutException, InterruptedException {
    return task.get(Math.max(0, patience.toMillis()), TimeUnit.MILLISECONDS);
  }
}
