package dev.weir.lambda;

import java.util.Arrays;

/**
 * Base64 (RFC 4648, section 4) from a range of one array into another: the JDK's decoder takes
 * whole arrays only, which would copy every record twice.
 */
final class Base64Bytes {
  private static final byte[] VALUES = values();

  private Base64Bytes() {}

  private static byte[] values() {
    byte[] values = new byte[256];
    Arrays.fill(values, (byte) -1);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < alphabet.length(); i++) {
      values[alphabet.charAt(i)] = (byte) i;
    }
    return values;
  }

  /** The most bytes that so many characters stand for. */
  static int mostBytes(int characters) {
    return (characters + 3) / 4 * 3;
  }

  /**
   * Decodes a range.
   *
   * @param to where the bytes go, with room for {@link #mostBytes}
   * @return how many bytes there are; -1 if the text is not base64
   */
  static int decode(byte[] text, int start, int end, byte[] to, int at) {
    int padded = end;
    while (padded > start && end - padded < 2 && text[padded - 1] == '=') {
      padded--;
    }
    int tail = (padded - start) & 3;
    if (tail == 1 || (padded < end && ((end - start) & 3) != 0)) {
      return -1;
    }
    int out = at;
    int in = start;
    int bad = 0;
    for (int wholeEnd = padded - tail; in < wholeEnd; in += 4) {
      int a = VALUES[text[in] & 0xFF];
      int b = VALUES[text[in + 1] & 0xFF];
      int c = VALUES[text[in + 2] & 0xFF];
      int d = VALUES[text[in + 3] & 0xFF];
      bad |= a | b | c | d; // a character that is none has all bits set
      to[out++] = (byte) (a << 2 | b >> 4);
      to[out++] = (byte) (b << 4 | c >> 2);
      to[out++] = (byte) (c << 6 | d);
    }
    if (tail > 0) {
      int a = VALUES[text[in] & 0xFF];
      int b = VALUES[text[in + 1] & 0xFF];
      int c = tail == 3 ? VALUES[text[in + 2] & 0xFF] : 0;
      bad |= a | b | c;
      to[out++] = (byte) (a << 2 | b >> 4);
      if (tail == 3) {
        to[out++] = (byte) (b << 4 | c >> 2);
      }
    }
    return bad < 0 ? -1 : out - at;
  }
}
