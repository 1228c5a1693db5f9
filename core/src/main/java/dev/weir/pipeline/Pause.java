package dev.weir.pipeline;

import java.io.InterruptedIOException;
import java.time.Duration;

/** How a thread waits. A seam: a simulation moves its clock instead. */
@FunctionalInterface
public interface Pause {
  /**
   * Waits for about this long.
   *
   * @throws InterruptedIOException if the thread was interrupted; its flag stays set
   */
  void pause(Duration duration) throws InterruptedIOException;

  /** Waits by sleeping. */
  static Pause sleeping() {
    return duration -> {
      try {
        Thread.sleep(duration.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
      }
    };
  }
}
