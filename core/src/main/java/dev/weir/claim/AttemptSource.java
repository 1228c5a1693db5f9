package dev.weir.claim;

import java.security.SecureRandom;
import java.time.Clock;

/**
 * Where attempt ids come from. Safe for use by several threads.
 *
 * <p>A seam: a simulation draws ids from its own seed.
 */
@FunctionalInterface
public interface AttemptSource {
  /** A new attempt, never one that was returned before by any process. */
  Attempt next();

  /** Attempts with the clock's second and 64 bits of the platform's secure random source. */
  static AttemptSource random(Clock clock) {
    SecureRandom random = new SecureRandom();
    return () -> new Attempt((int) clock.instant().getEpochSecond(), random.nextLong());
  }
}
