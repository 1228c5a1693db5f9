package dev.weir.lambda;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * When an invocation gives up what it has not landed: some time before Lambda ends it.
 *
 * @param at the moment; what goes on then is interrupted
 * @param grace how long what was interrupted may take to end
 * @param clock tells what time it is
 */
record Deadline(Instant at, Duration grace, Clock clock) {
  /** What is left for the answer itself. */
  private static final Duration ANSWER = Duration.ofMillis(500);

  /** Work that is interrupted needs a moment, however late it is. */
  private static final Duration LEAST_GRACE = Duration.ofMillis(250);

  /**
   * The deadline of an invocation that begins now.
   *
   * @param remaining until Lambda's timeout
   * @param margin how long before that to give up; at most half of what remains, so that a short
   *     timeout leaves time to work
   */
  static Deadline of(Duration remaining, Duration margin, Clock clock) {
    Duration half = remaining.dividedBy(2);
    Duration kept = margin.compareTo(half) < 0 ? margin : half;
    Duration grace = kept.minus(ANSWER);
    return new Deadline(
        clock.instant().plus(remaining).minus(kept),
        grace.compareTo(LEAST_GRACE) > 0 ? grace : LEAST_GRACE,
        clock);
  }

  /** How long until then; negative if it has passed. */
  Duration left() {
    return Duration.between(clock.instant(), at);
  }

  /** Whether it has passed. */
  boolean hasPassed() {
    return left().isNegative() || left().isZero();
  }

  /** When waiting for the attempts of others has to end, so that the answer tells of it in time. */
  Instant acknowledgeBy() {
    return at.minus(ANSWER);
  }
}
