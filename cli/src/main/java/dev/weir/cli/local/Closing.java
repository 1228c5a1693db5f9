package dev.weir.cli.local;

import java.util.ArrayDeque;
import java.util.Deque;

/** What is to be closed: the last one first, and each even if another one fails. */
final class Closing implements AutoCloseable {
  private final Deque<Runnable> closes = new ArrayDeque<>();

  /** Closes this, too, before all that was added earlier. */
  void add(Runnable close) {
    closes.push(close);
  }

  @Override
  public void close() {
    RuntimeException failure = null;
    while (!closes.isEmpty()) {
      try {
        closes.pop().run();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
