package dev.weir.claim;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The buckets whose expiry this process has put off lately. That each process remembers them saves
 * the server a command for nearly every claim.
 *
 * <p>Safe for use by several threads.
 */
final class RenewedBuckets {
  /** A bucket's expiry is put off at most this long after a claim was added to it. */
  private static final Duration RENEWAL = Duration.ofDays(3);

  /** How much longer than its claims an unused bucket stays; more than {@link #RENEWAL}. */
  static final Duration ALLOWANCE = Duration.ofDays(4);

  private final BitSet renewed = new BitSet();
  private Instant since = Instant.EPOCH;

  /** Those of the buckets whose expiry has to be put off, each once, in their order. */
  synchronized int[] stale(int[] buckets, Instant now) {
    if (now.isBefore(since) || !now.isBefore(since.plus(RENEWAL))) {
      forget();
      since = now;
    }
    int[] stale = new int[buckets.length];
    int count = 0;
    BitSet asked = new BitSet();
    for (int bucket : buckets) {
      if (!renewed.get(bucket) && !asked.get(bucket)) {
        asked.set(bucket);
        stale[count++] = bucket;
      }
    }
    return Arrays.copyOf(stale, count);
  }

  /** Says that the server may have lost what it was told. */
  synchronized void forget() {
    renewed.clear();
  }

  /** Says that a bucket's expiry was put off. */
  synchronized void add(int bucket) {
    renewed.set(bucket);
  }
}
