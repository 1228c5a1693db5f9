package dev.weir.decode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads the five spellings of a UUID: canonical, upper-case, in braces, as a URN and without dashes
 * (RFC 9562, section 4). All of them are one uuid. Not safe for use by several threads.
 */
final class UuidText {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private static final long EVERY_BYTE = 0x0101010101010101L;
  private static final long HIGH_BITS = EVERY_BYTE << 7;
  private static final long LOWER_CASE = EVERY_BYTE * 0x20;

  private static final String URN = "urn:uuid:";

  private long high;
  private long low;

  /** Holds all of {@link #HIGH_BITS} until anything was read that is no digit. */
  private long valid;

  /** Reads a text as a UUID; false if it is none. */
  boolean read(JsonText text) {
    byte[] bytes = text.bytes();
    int at = text.start();
    valid = HIGH_BITS;
    return switch (text.length()) {
      case 36 -> dashed(bytes, at);
      case 32 -> undashed(bytes, at);
      case 38 -> bytes[at] == '{' && bytes[at + 37] == '}' && dashed(bytes, at + 1);
      case 45 -> isUrn(bytes, at) && dashed(bytes, at + URN.length());
      default -> false;
    };
  }

  private static boolean isUrn(byte[] bytes, int at) {
    for (int i = 0; i < URN.length(); i++) {
      int c = bytes[at + i];
      if ((c >= 'A' && c <= 'Z' ? c + 0x20 : c) != URN.charAt(i)) {
        return false; // RFC 8141 compares the prefix without regard to case
      }
    }
    return true;
  }

  private boolean dashed(byte[] bytes, int at) {
    if (bytes[at + 8] != '-'
        || bytes[at + 13] != '-'
        || bytes[at + 18] != '-'
        || bytes[at + 23] != '-') {
      return false;
    }
    high = digits(bytes, at) << 32 | digits(bytes, at + 9, at + 14);
    low = digits(bytes, at + 19, at + 24) << 32 | digits(bytes, at + 28);
    return valid == HIGH_BITS;
  }

  private boolean undashed(byte[] bytes, int at) {
    high = digits(bytes, at) << 32 | digits(bytes, at + 8);
    low = digits(bytes, at + 16) << 32 | digits(bytes, at + 24);
    return valid == HIGH_BITS;
  }

  /** The 32 bits of eight digits that stand together. */
  private long digits(byte[] bytes, int at) {
    return digits((long) LONGS.get(bytes, at));
  }

  /** The 32 bits of four digits here and four there. */
  private long digits(byte[] bytes, int here, int there) {
    long left = (int) INTS.get(bytes, here);
    return digits((left << 32) | ((int) INTS.get(bytes, there) & 0xFFFFFFFFL));
  }

  /**
   * The 32 bits of eight digits, a digit a byte, all at once: every id of every event comes by.
   * Digits are ASCII; look-alikes are none.
   */
  private long digits(long ascii) {
    long lower = ascii | LOWER_CASE;
    long isDigit = from(ascii, '0') & ~from(ascii, '9' + 1);
    long isLetter = from(lower, 'a') & ~from(lower, 'f' + 1);
    valid &= (isDigit | isLetter) & ~ascii;

    // A letter has bit 6, and its low bits count from 1.
    long values = (ascii & EVERY_BYTE * 0x0F) + (ascii >>> 6 & EVERY_BYTE) * 9;
    long pairs = (values | values >>> 4) & 0x00FF00FF00FF00FFL;
    long fours = (pairs | pairs >>> 8) & 0x0000FFFF0000FFFFL;
    return (fours | fours >>> 16) & 0xFFFFFFFFL;
  }

  /** Sets the high bit of every byte whose other bits are at least {@code least}. */
  private static long from(long bytes, int least) {
    return (bytes & ~HIGH_BITS) + EVERY_BYTE * (0x80 - least);
  }

  /** The upper 64 bits of the UUID read last. */
  long high() {
    return high;
  }

  /** The lower 64 bits of the UUID read last. */
  long low() {
    return low;
  }

  /** Whether the UUID read last is the nil UUID, which says that there is none. */
  boolean isNil() {
    return (high | low) == 0;
  }
}
