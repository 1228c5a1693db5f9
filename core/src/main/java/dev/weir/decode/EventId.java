package dev.weir.decode;

import dev.weir.decode.EventFields.IdFormat;
import dev.weir.record.Reason;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads an event's id as the uuid that names the event everywhere else.
 *
 * <p>An id that is no UUID becomes a UUIDv5 (RFC 9562, section 5.5): the SHA-1 of {@link
 * #NAMESPACE}, then of every scope member its text with its length before it, then of the id's
 * text. The scope counts for those ids only: a UUID is unique by itself, and an event that reaches
 * the stream a second time through another source is still the same event; an id such as {@code 42}
 * is unique within its source at best. An integer and the string of the same text are one id.
 *
 * <p>Not safe for use by several threads.
 */
final class EventId {
  /**
   * The namespace of the UUIDv5 of ids that are no UUIDs. Changing it would land every such event a
   * second time.
   */
  static final UUID NAMESPACE = UUID.fromString("6a4a2454-e52e-4687-a36f-7f547dabd18c");

  /** The longest id that is no UUID, in bytes of UTF-8. */
  static final int MAX_ID_BYTES = 1_024;

  /** Stands for the length of a scope member that is absent or null, which is not an empty one. */
  private static final int NO_TEXT = -1;

  private final IdFormat format;
  private final int[] scopeSlots;
  private final MessageDigest sha1;
  private final ByteBuffer prefix = ByteBuffer.allocate(2 * Long.BYTES);
  private final JsonText text = new JsonText();
  private final UuidText uuid = new UuidText();

  private long high;
  private long low;
  private byte @Nullable [] asSent;

  EventId(IdFormat format, int[] scopeSlots) {
    this.format = format;
    this.scopeSlots = scopeSlots;
    try {
      this.sha1 = MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }

  /**
   * Reads the id of a document.
   *
   * @param member the member that holds it, which is neither absent nor null
   * @throws RefusalException if it cannot be an id
   */
  void read(Document document, int member) {
    document.text(member, text);
    if (document.isString(member) && uuid.read(text)) {
      if (uuid.isNil()) {
        throw new RefusalException(Reason.INVALID_ID, "the nil UUID");
      }
      high = uuid.high();
      low = uuid.low();
      asSent = null;
      return;
    }
    if (format == IdFormat.UUID || !isAcceptable(document, member)) {
      throw new RefusalException(
          Reason.INVALID_ID, "a " + document.type(member) + " of " + text.length() + " bytes");
    }
    asSent = text.toBytes();
    name(document, asSent);
  }

  private boolean isAcceptable(Document document, int member) {
    boolean fits = text.length() > 0 && text.length() <= MAX_ID_BYTES;
    return fits && (document.isString(member) || (document.isNumber(member) && isInteger()));
  }

  private boolean isInteger() {
    for (int i = text.start() + 1; i < text.end(); i++) {
      if (text.bytes()[i] < '0' || text.bytes()[i] > '9') {
        return false;
      }
    }
    return true;
  }

  private void name(Document document, byte[] id) {
    prefix.putLong(0, NAMESPACE.getMostSignificantBits());
    prefix.putLong(Long.BYTES, NAMESPACE.getLeastSignificantBits());
    sha1.update(prefix.array(), 0, 2 * Long.BYTES);
    for (int slot : scopeSlots) {
      int member = document.memberIn(slot);
      if (document.isMissing(member)) {
        prefix.putInt(0, NO_TEXT);
        sha1.update(prefix.array(), 0, Integer.BYTES);
      } else {
        document.text(member, text);
        prefix.putInt(0, text.length());
        sha1.update(prefix.array(), 0, Integer.BYTES);
        sha1.update(text.bytes(), text.start(), text.length());
      }
    }
    ByteBuffer hash = ByteBuffer.wrap(sha1.digest(id));
    high = (hash.getLong(0) & ~0xF000L) | 0x5000L;
    low = (hash.getLong(Long.BYTES) & ~(0b11L << 62)) | (0b10L << 62);
  }

  /** The upper 64 bits of the uuid. */
  long high() {
    return high;
  }

  /** The lower 64 bits of the uuid. */
  long low() {
    return low;
  }

  /** The id as sent, in UTF-8, if it was no UUID; else null. */
  byte @Nullable [] asSent() {
    return asSent;
  }
}
