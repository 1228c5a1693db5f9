package dev.weir.cli;

import dev.weir.cli.generate.Pace;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, or another signal that asks the process to end: work that asks for it now and then can
 * finish in order. The process waits until this is closed, within a bound; its exit code is that of
 * the signal.
 *
 * <p>Safe for use by several threads.
 */
public final class StopSignal implements Pace.Halt, AutoCloseable {
  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;

  private StopSignal(Duration patience, Runnable late) {
    this.hook = new Thread(() -> stop(patience, late), "weir-stop");
  }

  /**
   * Begins to listen.
   *
   * @param patience how long the work may go on after the signal
   * @param late what is done when it goes on for longer; the process ends then
   */
  public static StopSignal listen(Duration patience, Runnable late) {
    StopSignal signal = new StopSignal(patience, late);
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
  }

  private void stop(Duration patience, Runnable late) {
    requested.countDown();
    try {
      if (!ended.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        late.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRequested() {
    return requested.getCount() == 0;
  }

  @Override
  public boolean await(Duration atMost) throws InterruptedException {
    return requested.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** The work is over, and everything about it was said. */
  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already: the hook runs.
    }
  }
}
