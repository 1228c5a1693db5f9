package dev.weir.local;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits, within a bound, for what other processes do. */
final class Waiting {
  private static final long STEP_NANOS = Duration.ofMillis(10).toNanos();

  private Waiting() {}

  /**
   * Waits until something is so.
   *
   * @throws IllegalStateException if it is not within the bound, or this thread is interrupted
   */
  static void until(Duration bound, BooleanSupplier condition, Supplier<String> failure) {
    long deadline = System.nanoTime() + bound.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException(
            "%s after waiting for up to %d s".formatted(failure.get(), bound.toSeconds()));
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
  }
}
