package dev.weir.cli.generate;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How fast lines are written: so many a second, in bursts of a tick each so that whoever takes them
 * can pack them together. A pace that fell behind, because nobody took its lines, catches up with
 * one second's lines at most. Not safe for use by several threads.
 */
public final class Pace {
  /** Any number of lines a second. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  private static final double NANOS = 1e9;
  private static final long TICK_NANOS = 50_000_000;

  private final long linesPerSecond;
  private final LongSupplier nanoTime;
  private final Halt halt;
  private double startedNanos;
  private long granted;
  private long left;

  /** Who ends the stream early. */
  public interface Halt {
    /** Whether the stream is to end. */
    boolean isRequested();

    /**
     * Waits until the stream is to end, or for so long.
     *
     * @return whether it is to end
     */
    boolean await(Duration atMost) throws InterruptedException;

    /** Nobody does. */
    static Halt never() {
      return new Halt() {
        @Override
        public boolean isRequested() {
          return false;
        }

        @Override
        public boolean await(Duration atMost) throws InterruptedException {
          Thread.sleep(atMost.toMillis());
          return false;
        }
      };
    }
  }

  /**
   * A pace that begins now.
   *
   * @param linesPerSecond at least 1; {@link #UNLIMITED} for as fast as it goes
   * @param halt ends the stream, also while a line is waited for
   */
  public Pace(long linesPerSecond, Halt halt) {
    this(linesPerSecond, halt, System::nanoTime);
  }

  Pace(long linesPerSecond, Halt halt, LongSupplier nanoTime) {
    this.linesPerSecond = linesPerSecond;
    this.nanoTime = nanoTime;
    this.halt = halt;
    this.startedNanos = nanoTime.getAsLong();
  }

  /**
   * Waits until one more line is due, and flushes the sink first if there is a wait.
   *
   * @return false if the stream is to end instead
   * @throws IOException if the sink cannot be flushed
   */
  boolean awaitNext(LineSink sink) throws IOException {
    if (halt.isRequested()) {
      return false;
    }
    if (linesPerSecond == UNLIMITED) {
      return true;
    }
    for (boolean flushed = false; left == 0; left = due()) {
      if (!flushed) {
        sink.flush();
        flushed = true;
      } else if (!sleep()) {
        return false;
      }
    }
    left--;
    return true;
  }

  /** How many more lines may be written now than have been. */
  private long due() {
    double now = nanoTime.getAsLong();
    long due = (long) ((now - startedNanos) * linesPerSecond / NANOS) - granted;
    if (due > linesPerSecond) {
      due = linesPerSecond;
      startedNanos = now - (granted + due) * NANOS / linesPerSecond;
    }
    granted += Math.max(0, due);
    return Math.max(0, due);
  }

  private boolean sleep() throws IOException {
    long nanos = Math.max(TICK_NANOS, (long) (NANOS / linesPerSecond));
    try {
      return !halt.await(Duration.ofNanos(nanos));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while lines were paced");
    }
  }
}
