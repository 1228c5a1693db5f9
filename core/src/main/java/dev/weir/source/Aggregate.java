package dev.weir.source;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A record into which the Kinesis Producer Library has packed several: four bytes of magic, a
 * protobuf message, and the message's MD5.
 *
 * <pre>
 * message AggregatedRecord {              message Record {
 *   repeated string partition_keys = 1;     required uint64 partition_key_index = 1;
 *   repeated string hash_keys = 2;          optional uint64 hash_key_index = 2;
 *   repeated Record records = 3;            required bytes data = 3;
 * }                                         repeated Tag tags = 4; }
 * </pre>
 *
 * <p>Every record in it is kept, whatever its keys say: a shard that was split delivers some whose
 * hash is not its own any more, and they come once. The format is that of
 * https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md. Used again
 * for every record. Not safe for use by several threads.
 */
final class Aggregate {
  private static final byte[] MAGIC = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2};
  private static final int DIGEST_BYTES = 16;
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int DELIMITED = 2;
  private static final int FIXED_32 = 5;
  private static final int RECORDS = 3;
  private static final int DATA = 3;

  private final MessageDigest md5;
  private byte[] bytes = {};
  private int at;
  private boolean damaged;
  private int count;
  private int[] starts = new int[16];
  private int[] ends = new int[16];

  Aggregate() {
    try {
      this.md5 = MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }

  /** Whether a record says that it is an aggregate; no JSON begins like that. */
  static boolean isOne(byte[] bytes, int start, int end) {
    return end - start >= MAGIC.length
        && Arrays.equals(bytes, start, start + MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /**
   * Finds the records in an aggregate.
   *
   * @return false if it is damaged: then nothing is known of what is in it
   */
  boolean read(byte[] record, int start, int end) {
    bytes = record;
    at = start + MAGIC.length;
    count = 0;
    damaged = false;
    int messageEnd = end - DIGEST_BYTES;
    if (messageEnd < at || !isIntact(messageEnd)) {
      return false;
    }
    while (at < messageEnd && !damaged) {
      long tag = varint(messageEnd);
      if (tag >>> 3 == RECORDS && (tag & 7) == DELIMITED) {
        readRecord(delimitedEnd(messageEnd));
      } else {
        skip(tag, messageEnd);
      }
    }
    return !damaged;
  }

  private boolean isIntact(int messageEnd) {
    md5.update(bytes, at, messageEnd - at);
    byte[] digest = md5.digest();
    return Arrays.equals(digest, 0, DIGEST_BYTES, bytes, messageEnd, messageEnd + DIGEST_BYTES);
  }

  private void readRecord(int end) {
    int start = -1;
    int dataEnd = -1;
    while (at < end && !damaged) {
      long tag = varint(end);
      if (tag >>> 3 == DATA && (tag & 7) == DELIMITED) {
        dataEnd = delimitedEnd(end);
        start = at;
        at = dataEnd;
      } else {
        skip(tag, end);
      }
    }
    damaged |= start < 0;
    if (!damaged) {
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, count * 2);
        ends = Arrays.copyOf(ends, count * 2);
      }
      starts[count] = start;
      ends[count++] = dataEnd;
    }
  }

  private void skip(long tag, int end) {
    damaged |= tag >>> 3 == 0;
    switch ((int) (tag & 7)) {
      case VARINT -> varint(end);
      case FIXED_64 -> advance(Long.BYTES, end);
      case DELIMITED -> at = delimitedEnd(end);
      case FIXED_32 -> advance(Integer.BYTES, end);
      default -> damaged = true;
    }
  }

  private void advance(int length, int end) {
    damaged |= length > end - at;
    at = damaged ? end : at + length;
  }

  /**
   * Where what is as long as the next number says will end; the end itself if that is behind it.
   */
  private int delimitedEnd(int end) {
    long length = varint(end);
    damaged |= length < 0 || length > end - at;
    return damaged ? end : at + (int) length;
  }

  private long varint(int end) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (at >= end) {
        break;
      }
      byte b = bytes[at++];
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    damaged = true;
    return 0;
  }

  /** How many records were found. */
  int count() {
    return count;
  }

  /** Where record {@code i} starts, inclusive. */
  int start(int i) {
    return starts[i];
  }

  /** Where record {@code i} ends, exclusive. */
  int end(int i) {
    return ends[i];
  }
}
