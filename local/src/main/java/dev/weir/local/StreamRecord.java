package dev.weir.local;

import java.math.BigInteger;
import java.time.Instant;

/**
 * A record of a stream.
 *
 * @param sequenceNumber its place in its shard, a decimal number
 * @param partitionKey what it was put under
 * @param arrival when the stream took it
 * @param data its content; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // a value that is handed on, never compared
public record StreamRecord(
    String sequenceNumber, String partitionKey, Instant arrival, byte[] data) {
  /** Its sequence number, to be compared with others of its shard. */
  BigInteger order() {
    return new BigInteger(sequenceNumber);
  }
}
