package dev.weir.cli.ledger;

import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * A distribution of delays, counted by fixed bounds, with their exact sum and maximum.
 *
 * <p>Distributions add up, and those of plans with other bounds can be added: what lay between two
 * bounds of theirs counts below the next bound here that is not smaller. Not safe for use by
 * several threads.
 */
public final class DelayCounts {
  private static final double[] BOUNDS = {
    0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 259_200,
    604_800
  };

  private static final long[] NONE = new long[0];

  private long[] counts = NONE;
  private double sum;
  private double max;

  /** The upper bounds in seconds, ascending; delays beyond the last one are counted as well. */
  public static double[] bounds() {
    return BOUNDS.clone();
  }

  /**
   * Adds a distribution that a plan carries.
   *
   * @param bounds its upper bounds in seconds, ascending; empty for those of this class
   * @param its how many delays lie below each bound and above the one before, then how many beyond
   *     the last; what is not given is 0
   */
  void add(double[] bounds, long[] its, double sumSeconds, double maxSeconds) {
    double[] theirs = bounds.length == 0 ? BOUNDS : bounds;
    for (int i = 0; i < its.length; i++) {
      if (its[i] != 0) {
        own()[i < theirs.length ? index(theirs[i]) : BOUNDS.length] += its[i];
      }
    }
    sum += sumSeconds;
    max = Math.max(max, maxSeconds);
  }

  /**
   * Adds another distribution, or takes it away again.
   *
   * @param times 1 or -1; a maximum stays where one is taken away
   */
  void add(DelayCounts other, int times) {
    if (other.counts.length > 0) {
      long[] own = own();
      for (int i = 0; i < own.length; i++) {
        own[i] += times * other.counts[i];
      }
    }
    sum += times * other.sum;
    max = Math.max(max, other.max);
  }

  /** Makes what is less than nothing nothing. */
  void raiseToZero() {
    for (int i = 0; i < counts.length; i++) {
      counts[i] = Math.max(0, counts[i]);
    }
    sum = Math.max(0, sum);
  }

  private long[] own() {
    if (counts.length == 0) {
      counts = new long[BOUNDS.length + 1];
    }
    return counts;
  }

  private static int index(double bound) {
    int found = Arrays.binarySearch(BOUNDS, bound);
    return found >= 0 ? found : -found - 1;
  }

  boolean isEmpty() {
    return counts.length == 0 && sum == 0 && max == 0;
  }

  /** How many delays there are between one bound and the next, the last beyond all bounds. */
  public long[] counts() {
    return counts.length == 0 ? new long[BOUNDS.length + 1] : counts.clone();
  }

  /** How many delays there are. */
  public long count() {
    return Arrays.stream(counts).sum();
  }

  /** The sum of all delays, in seconds. */
  public double sumSeconds() {
    return sum;
  }

  /** The largest delay, in seconds; 0 if there is none. */
  public double maxSeconds() {
    return max;
  }

  /**
   * The delay that a share of all does not exceed, in seconds, taken as evenly spread between two
   * bounds; empty if there is none.
   *
   * @param share above 0, at most 1
   */
  public OptionalDouble percentileSeconds(double share) {
    double rank = share * count();
    if (rank <= 0) {
      return OptionalDouble.empty();
    }
    double seen = 0;
    for (int i = 0; i < BOUNDS.length; i++) {
      if (seen + counts[i] >= rank) {
        double lower = i == 0 ? 0 : BOUNDS[i - 1];
        double upper = Math.min(BOUNDS[i], Math.max(max, lower));
        return OptionalDouble.of(lower + (upper - lower) * (rank - seen) / counts[i]);
      }
      seen += counts[i];
    }
    return OptionalDouble.of(max);
  }
}
