package dev.weir.quality;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Arrays;

/**
 * A distribution of delays, such as freshness: landing time minus event time.
 *
 * <p>Delays are counted in buckets whose width is at most 1/128 of their value, so a percentile is
 * exact to less than 1 percent; the largest delay, the sum and the counts between {@link
 * #BOUNDS_SECONDS} are exact. Distributions add up: the sum of two batches' is that of both. A
 * negative delay (an event from the future) counts as zero. Not safe for use by several threads.
 */
public final class Delays {
  private static final long MICROS = 1_000_000;

  /** Bounds in seconds between which delays are counted; a delay that is a bound is below it. */
  private static final double[] BOUNDS_SECONDS = {
    0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400,
    259_200, 604_800
  };

  private static final long[] BOUNDS_MICROS =
      Arrays.stream(BOUNDS_SECONDS).mapToLong(bound -> Math.round(bound * MICROS)).toArray();

  private static final int SUB_BITS = 7;
  private static final int SUBS = 1 << SUB_BITS;

  /** Grows with the largest delay: the books of a small batch should not weigh more than it. */
  private long[] buckets = new long[0];

  private final long[] between = new long[BOUNDS_MICROS.length + 1];
  private long count;
  private long maxMicros;

  /** The sum in two parts, because that of many long delays in microseconds is no long. */
  private long sumSeconds;

  private long sumRestMicros;

  /** Counts one delay, in microseconds. */
  public void add(long micros) {
    long delay = Math.max(0, micros);
    int bucket = bucket(delay);
    if (bucket >= buckets.length) {
      buckets = Arrays.copyOf(buckets, bucket + 1);
    }
    buckets[bucket]++;
    between[bound(delay)]++;
    count++;
    maxMicros = Math.max(maxMicros, delay);
    sumSeconds += delay / MICROS;
    sumRestMicros += delay % MICROS;
  }

  /** The index of the first bound that a delay is not above. */
  private static int bound(long micros) {
    int low = 0;
    int high = BOUNDS_MICROS.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (BOUNDS_MICROS[middle] < micros) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Adds another distribution to this one. */
  public void add(Delays other) {
    if (other.buckets.length > buckets.length) {
      buckets = Arrays.copyOf(buckets, other.buckets.length);
    }
    for (int i = 0; i < other.buckets.length; i++) {
      buckets[i] += other.buckets[i];
    }
    Arrays.setAll(between, i -> between[i] + other.between[i]);
    sumSeconds += other.sumSeconds;
    sumRestMicros += other.sumRestMicros;
    count += other.count;
    maxMicros = Math.max(maxMicros, other.maxMicros);
  }

  /** How many delays were counted. */
  public long count() {
    return count;
  }

  /** The sum of all delays, in seconds. */
  public double totalSeconds() {
    return sumSeconds + sumRestMicros / (double) MICROS;
  }

  /** Writes the bounds between which delays are counted, in seconds, as an array. */
  public static void writeBounds(JsonGenerator json, String name) throws IOException {
    json.writeArrayFieldStart(name);
    for (double bound : BOUNDS_SECONDS) {
      if (bound == Math.rint(bound)) {
        json.writeNumber((long) bound);
      } else {
        json.writeNumber(bound);
      }
    }
    json.writeEndArray();
  }

  /**
   * Writes the distribution as one JSON object, in seconds: percentiles, maximum, sum, and the
   * counts up to each bound and beyond the last, without the zeros at the end.
   */
  public void writeTo(JsonGenerator json, String name) throws IOException {
    json.writeObjectFieldStart(name);
    json.writeNumberField("p50", percentileSeconds(0.5));
    json.writeNumberField("p95", percentileSeconds(0.95));
    json.writeNumberField("max", maxSeconds());
    json.writeNumberField("sum", totalSeconds());
    json.writeArrayFieldStart("counts");
    int used = between.length;
    while (used > 0 && between[used - 1] == 0) {
      used--;
    }
    for (int i = 0; i < used; i++) {
      json.writeNumber(between[i]);
    }
    json.writeEndArray();
    json.writeEndObject();
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
        && sumSeconds == delays.sumSeconds
        && sumRestMicros == delays.sumRestMicros
        && Arrays.equals(between, delays.between)
        && Arrays.equals(buckets, delays.buckets);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(count * 31 + maxMicros);
  }
}
