package dev.weir.cli.letters;

import dev.weir.decode.RecordDecoder;
import dev.weir.record.Position;
import dev.weir.record.Reason;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter that is about to be replayed.
 *
 * @param uuid its uuid
 * @param reason why it is one
 * @param detail where and what, for people
 * @param event the uuid in dispute, or null
 * @param position where its record stood
 * @param arrivalMicros when its record arrived, in microseconds since the epoch
 * @param storedBytes the length of its bytes in the lake
 * @param record the bytes to replay: those of the lake, or what they were mended to
 * @param isMended whether they came from the caller's SQL
 */
@SuppressWarnings("ArrayRecordComponent") // bytes; never compared
record Letter(
    UUID uuid,
    String reason,
    String detail,
    @Nullable UUID event,
    Position position,
    long arrivalMicros,
    long storedBytes,
    byte[] record,
    boolean isMended) {

  /** Whether the lake has only the beginning of the record: the source had cut it. */
  boolean isCut(int maxRecordBytes) {
    return !isMended
        && (storedBytes >= maxRecordBytes
            || (reason.equals(Reason.DOCUMENT_TOO_LARGE.code())
                && detail.equals(RecordDecoder.REFUSED_BY_FRAMING)));
  }
}
