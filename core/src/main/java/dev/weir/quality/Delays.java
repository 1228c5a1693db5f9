package dev.weir.quality;

import java.util.Arrays;

/**
 * A distribution of delays, such as freshness: landing time minus event time.
 *
 * <p>Delays are counted in buckets whose width is at most 1/128 of their value, so a percentile is
 * exact to less than 1 percent; the largest delay is exact. Distributions add up: the sum of two
 * batches' is that of both. A negative delay (an event from the future) counts as zero. Not safe
 * for use by several threads.
 */
public final class Delays {
  private static final int SUB_BITS = 7;
  private static final int SUBS = 1 << SUB_BITS;

  /** Grows with the largest delay: the books of a small batch should not weigh more than it. */
  private long[] buckets = new long[0];

  private long count;
  private long maxMicros;

  /** Counts one delay, in microseconds. */
  public void add(long micros) {
    long delay = Math.max(0, micros);
    int bucket = bucket(delay);
    if (bucket >= buckets.length) {
      buckets = Arrays.copyOf(buckets, bucket + 1);
    }
    buckets[bucket]++;
    count++;
    maxMicros = Math.max(maxMicros, delay);
  }

  /** Adds another distribution to this one. */
  public void add(Delays other) {
    if (other.buckets.length > buckets.length) {
      buckets = Arrays.copyOf(buckets, other.buckets.length);
    }
    for (int i = 0; i < other.buckets.length; i++) {
      buckets[i] += other.buckets[i];
    }
    count += other.count;
    maxMicros = Math.max(maxMicros, other.maxMicros);
  }

  /** How many delays were counted. */
  public long count() {
    return count;
  }

  /** The largest delay, in seconds; 0 if there is none. */
  public double maxSeconds() {
    return maxMicros / 1e6;
  }

  /**
   * The delay that a share of all delays does not exceed, in seconds; 0 if there is none.
   *
   * @param share above 0, at most 1
   */
  public double percentileSeconds(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("a share is above 0 and at most 1, not " + share);
    }
    long rank = (long) Math.ceil(share * count);
    long seen = 0;
    for (int i = 0; i < buckets.length; i++) {
      seen += buckets[i];
      if (seen >= rank && seen > 0) {
        return Math.min(maxMicros, upperMicros(i)) / 1e6;
      }
    }
    return 0;
  }

  private static int bucket(long micros) {
    if (micros < SUBS) {
      return (int) micros;
    }
    int exponent = 63 - Long.numberOfLeadingZeros(micros) - SUB_BITS;
    int sub = (int) (micros >>> exponent) & (SUBS - 1);
    return (exponent + 1) * SUBS + sub;
  }

  private static long upperMicros(int bucket) {
    if (bucket < SUBS) {
      return bucket;
    }
    int exponent = bucket / SUBS - 1;
    long lower = (long) (SUBS + bucket % SUBS) << exponent;
    return lower + (1L << exponent) - 1;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Delays delays
        && count == delays.count
        && maxMicros == delays.maxMicros
        && Arrays.equals(buckets, delays.buckets);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(count * 31 + maxMicros);
  }
}
