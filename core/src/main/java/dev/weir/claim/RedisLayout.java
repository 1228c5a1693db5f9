package dev.weir.claim;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * Where a claim is kept in Redis.
 *
 * <p>A claim is one field of a bucket, and a bucket is one small hash: Redis keeps it as one flat
 * piece of memory (listpack encoding) as long as it has no more entries than {@link
 * #LISTPACK_ENTRIES}. Keys, for a store named {@code name}:
 *
 * <pre>
 * weir:name:{tag}:epoch            what the store is (RedisEpoch), once per tag
 * weir:name:{tag}:used:epoch       there once anything was claimed, under the first tag
 * weir:name:{tag}:bucket           field: 80 further bits of the scrambled uuid
 *                                  value: attempt (12 bytes), content hash (4 bytes)
 * weir:name:{tag}:done:attempt     hint: all that the attempt planned has landed
 * </pre>
 *
 * <p>The uuid is scrambled by a permutation of its 128 bits that depends on the store's epoch: time
 * prefixes (UUIDv7) do not skew the buckets, and nobody can choose uuids that share one. The upper
 * bits name the tag and the bucket, and the field has the next {@value #FIELD_BITS}: two uuids are
 * taken for one with a chance of 128 / 2<sup>80</sup>, about 10<sup>-22</sup> for each event, and
 * as their contents differ the later one is kept as a dead letter even then. All processes compute
 * the same.
 *
 * <p>Tags are cluster hash tags, picked so that their slots are spread evenly over the 16,384.
 *
 * <p>Immutable.
 */
final class RedisLayout {
  /** Raised whenever a store written by older code could not be understood. */
  static final int VERSION = 2;

  static final int TAG_BITS = 6;

  /** The number of hash tags. */
  static final int TAGS = 1 << TAG_BITS;

  /**
   * A bucket has 32 to 64 entries when the store holds as many claims as were expected. More would
   * make each claim slower, because Redis goes through the bucket twice; fewer would take more
   * memory, because each bucket is a key.
   */
  static final int PLANNED_ENTRIES = 64;

  /**
   * What {@code hash-max-listpack-entries} must allow: twice the planned entries, the spread of a
   * hash, and expired ones that wait to be taken out. Redis allows 512 by default.
   */
  static final int LISTPACK_ENTRIES = 256;

  static final int FIELD_BITS = 80;
  static final int FIELD_BYTES = FIELD_BITS / Byte.SIZE;
  static final int VALUE_BYTES = 16;
  static final int ATTEMPT_BYTES = 12;

  private static final int SLOTS = 16_384;
  private static final int[] TAG_NUMBERS = tagNumbers();
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final int bucketBits;
  private final long seedHigh;
  private final long seedLow;
  private final byte[][] prefixes = new byte[TAGS][];
  private final int[] slots = new int[TAGS];

  /**
   * A layout.
   *
   * @param bucketBits the binary logarithm of the number of buckets, as {@link #bucketBits(long)}
   *     tells
   * @param seedHigh the upper half of the epoch's uuid
   * @param seedLow the lower half of the epoch's uuid
   */
  RedisLayout(String name, int bucketBits, long seedHigh, long seedLow) {
    this.bucketBits = bucketBits;
    this.seedHigh = seedHigh;
    this.seedLow = seedLow;
    for (int tag = 0; tag < TAGS; tag++) {
      prefixes[tag] = prefix(name, tag).getBytes(StandardCharsets.US_ASCII);
      slots[tag] = slot(tag);
    }
  }

  /**
   * The binary logarithm of the number of buckets for so many claims within the time that claims
   * are kept; 6 to 28.
   */
  static int bucketBits(long expectedClaims) {
    long buckets = Math.max(TAGS, (expectedClaims + PLANNED_ENTRIES - 1) / PLANNED_ENTRIES);
    return 64 - Long.numberOfLeadingZeros(buckets - 1);
  }

  /** The key that holds the epoch for a tag. */
  static byte[] epochKey(String name, int tag) {
    return (prefix(name, tag) + "epoch").getBytes(StandardCharsets.US_ASCII);
  }

  /** The key that is there once anything was claimed under an epoch; its tag is the first. */
  static byte[] usedKey(String name, UUID epoch) {
    return (prefix(name, 0) + "used:" + epoch).getBytes(StandardCharsets.US_ASCII);
  }

  /** The cluster slot of all keys of a tag. */
  static int slot(int tag) {
    return JedisClusterCRC16.getSlot(Integer.toString(TAG_NUMBERS[tag]));
  }

  /** What all keys of a tag begin with. */
  static String prefix(String name, int tag) {
    return "weir:" + name + ":{" + TAG_NUMBERS[tag] + "}:";
  }

  /** For each tag the smallest number whose slot lies in the tag's share of all slots. */
  private static int[] tagNumbers() {
    int[] numbers = new int[TAGS];
    Arrays.fill(numbers, -1);
    int missing = TAGS;
    for (int number = 0; missing > 0; number++) {
      int tag = JedisClusterCRC16.getSlot(Integer.toString(number)) / (SLOTS / TAGS);
      if (numbers[tag] < 0) {
        numbers[tag] = number;
        missing--;
      }
    }
    return numbers;
  }

  /** The cluster slot of all keys of a tag. */
  int slotOf(int tag) {
    return slots[tag];
  }

  /** The upper half of the scrambled uuid; it tells the {@link #bucket}. */
  long scrambledHigh(long high, long low) {
    long a = high;
    long b = low;
    b ^= mix(a + seedHigh);
    a ^= mix(b + seedLow);
    b ^= mix(a + ~seedHigh);
    return a ^ mix(b + ~seedLow);
  }

  /** The lower half of the scrambled uuid. */
  long scrambledLow(long high, long low) {
    long a = high;
    long b = low;
    b ^= mix(a + seedHigh);
    a ^= mix(b + seedLow);
    return b ^ mix(a + ~seedHigh);
  }

  /** The tag of a bucket. */
  int tag(int bucket) {
    return bucket >>> (bucketBits - TAG_BITS);
  }

  /** The number of a scrambled uuid's bucket among the buckets of all tags. */
  int bucket(long scrambledHigh) {
    return (int) (scrambledHigh >>> (64 - bucketBits));
  }

  /** The key of a bucket. */
  byte[] bucketKey(int number) {
    byte[] prefix = prefixes[tag(number)];
    int bucket = number & ((1 << (bucketBits - TAG_BITS)) - 1);
    int digits = Math.max(1, (32 - Integer.numberOfLeadingZeros(bucket) + 3) / 4);
    byte[] key = Arrays.copyOf(prefix, prefix.length + digits);
    for (int i = key.length - 1; i >= prefix.length; i--) {
      key[i] = HEX[bucket & 15];
      bucket >>>= 4;
    }
    return key;
  }

  /** Appends the field of a scrambled uuid: the bits after those that tell the bucket. */
  void putField(ByteBuffer to, long scrambledHigh, long scrambledLow) {
    to.putShort((short) (scrambledHigh << bucketBits >>> 48)).putLong(scrambledLow);
  }

  /** The tag that an attempt's hint is kept under. */
  int doneTag(Attempt attempt) {
    return (int) (attempt.random() >>> (64 - TAG_BITS));
  }

  /** The key of an attempt's hint. */
  byte[] doneKey(Attempt attempt) {
    byte[] prefix = prefixes[doneTag(attempt)];
    byte[] rest = ("done:" + attempt).getBytes(StandardCharsets.US_ASCII);
    byte[] key = Arrays.copyOf(prefix, prefix.length + rest.length);
    System.arraycopy(rest, 0, key, prefix.length, rest.length);
    return key;
  }

  /** The finalizer of SplitMix64: every bit of the input reaches every bit of the result. */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
