package dev.weir.decode;

import java.util.Arrays;

/**
 * Reads the five spellings of a UUID: canonical, upper-case, in braces, as a URN and without dashes
 * (RFC 9562, section 4). All of them are one uuid. Not safe for use by several threads.
 */
final class UuidText {
  private static final byte[] DIGITS = new byte[256];

  static {
    Arrays.fill(DIGITS, (byte) -1);
    for (int c = 0; c < 128; c++) { // ASCII only: look-alikes are no digits
      DIGITS[c] = (byte) Character.digit(c, 16);
    }
  }

  private static final String URN = "urn:uuid:";

  private long high;
  private long low;

  /** Negative once anything was read that is no digit. */
  private int invalid;

  /** Reads a text as a UUID; false if it is none. */
  boolean read(JsonText text) {
    byte[] bytes = text.bytes();
    int at = text.start();
    invalid = 0;
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
    high = digits(bytes, at, 8) << 32 | digits(bytes, at + 9, 4) << 16 | digits(bytes, at + 14, 4);
    low = digits(bytes, at + 19, 4) << 48 | digits(bytes, at + 24, 12);
    return invalid >= 0;
  }

  private boolean undashed(byte[] bytes, int at) {
    high = digits(bytes, at, 16);
    low = digits(bytes, at + 16, 16);
    return invalid >= 0;
  }

  private long digits(byte[] bytes, int at, int count) {
    long value = 0;
    for (int i = at; i < at + count; i++) {
      int digit = DIGITS[bytes[i] & 0xFF];
      invalid |= digit;
      value = value << 4 | digit;
    }
    return value;
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
