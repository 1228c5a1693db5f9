package dev.weir.record;

/**
 * One arrival of an event: the place in its source at which its bytes stood.
 *
 * <p>For files the stream is {@code file}, the shard is the file's absolute path and the sequence
 * number is the byte offset of the record in the decompressed content. For Kinesis the three are
 * the stream's name, the shard id and the sequence number.
 *
 * @param stream the name of the stream; not empty
 * @param shard the shard of the stream, the unit of order; not empty
 * @param sequenceNumber a decimal integer of any length; compared as an integer, never as text
 * @param subIndex the index inside an aggregated or multi-event record, from 0; 0 for plain records
 */
public record Position(String stream, String shard, String sequenceNumber, int subIndex) {
  public Position {
    if (stream.isEmpty() || shard.isEmpty() || sequenceNumber.isEmpty() || subIndex < 0) {
      throw new IllegalArgumentException(
          "not a position: stream='%s' shard='%s' sequence number='%s' sub-index=%d"
              .formatted(stream, shard, sequenceNumber, subIndex));
    }
  }

  /** The form that messages and logs use, {@code stream/shard@sequenceNumber.subIndex}. */
  @Override
  public String toString() {
    return stream + "/" + shard + "@" + sequenceNumber + "." + subIndex;
  }
}
