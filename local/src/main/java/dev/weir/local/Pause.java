package dev.weir.local;

import java.time.Duration;

/** How a mapping waits before it tries again; tests do not wait. */
@FunctionalInterface
interface Pause {
  /** Waits. */
  void pause(Duration duration) throws InterruptedException;
}
