package dev.weir.pipeline;

import java.time.Duration;
import java.util.Arrays;

/**
 * How long the steps of attempts took, by the wall clock; for people who look for where time goes,
 * nothing is decided by it. Used by one thread at a time.
 */
public final class StepTimes {
  /** A step of the protocol. */
  public enum Step {
    DECODE,
    CHECK,
    CLAIM,
    RESOLVE,
    WRITE,
    PLAN,
    LAND,
    DONE,
    ACKNOWLEDGE
  }

  private final long[] nanos = new long[Step.values().length];
  private long since = System.nanoTime();

  /** Says that a step is over; it began when the one before ended, or with this object. */
  void end(Step step) {
    long now = System.nanoTime();
    nanos[step.ordinal()] += now - since;
    since = now;
  }

  /** Counts a part of a step, which is over, as another step. */
  void move(Step from, Step to, Duration part) {
    nanos[from.ordinal()] -= part.toNanos();
    nanos[to.ordinal()] += part.toNanos();
  }

  /** Adds those of another attempt. */
  public void add(StepTimes other) {
    Arrays.setAll(nanos, i -> nanos[i] + other.nanos[i]);
  }

  /** How long a step took, in all attempts together. */
  public Duration of(Step step) {
    return Duration.ofNanos(nanos[step.ordinal()]);
  }
}
