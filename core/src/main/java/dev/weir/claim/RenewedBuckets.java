package dev.weir.claim;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The buckets that this process has seen looked after lately: their expiry was put off, and what
 * had expired in them was taken out. That each process remembers them saves the server a command
 * for nearly every claim.
 *
 * <p>How the times fit, as shares of the time that claims are kept: a bucket is looked after when
 * this process has not done so for an eighth. Its expiry is then put off to a half after a claim
 * made now has expired, unless another process did that within an eighth. So at each claim the
 * bucket's expiry is at least a quarter later than the claim's, and a putting off that a server
 * lost is made up for by the next one. Claims that have expired stay for an eighth more on average.
 *
 * <p>Safe for use by several threads.
 */
final class RenewedBuckets {
  private final Duration keep;
  private final BitSet renewed = new BitSet();
  private Instant since = Instant.EPOCH;
  private long disturbances;

  /** For claims that are kept so long. */
  RenewedBuckets(Duration keep) {
    this.keep = keep;
  }

  /** In how many seconds an unused bucket goes. */
  long expirySeconds() {
    return keep.plus(keep.dividedBy(2)).toSeconds();
  }

  /** With fewer seconds left than these, the expiry of a bucket has to be put off. */
  long dueSeconds() {
    return expirySeconds() - keep.dividedBy(8).toSeconds();
  }

  /**
   * Those of the buckets that have to be looked after, each once.
   *
   * @param disturbancesNow how often the servers were disturbed; when that has changed, one may
   *     have lost what it was told, and nothing is remembered any more
   */
  synchronized int[] stale(int[] buckets, Instant now, long disturbancesNow) {
    if (disturbances != disturbancesNow
        || now.isBefore(since)
        || !now.isBefore(since.plus(keep.dividedBy(8)))) {
      renewed.clear();
      since = now;
      disturbances = disturbancesNow;
    }
    return Arrays.stream(buckets)
        .filter(bucket -> !renewed.get(bucket))
        .sorted()
        .distinct()
        .toArray();
  }

  /** Says that buckets were looked after, if the servers were not disturbed meanwhile. */
  synchronized void add(int[] buckets, long disturbancesNow) {
    if (disturbances == disturbancesNow) {
      for (int bucket : buckets) {
        renewed.set(bucket);
      }
    }
  }
}
