package dev.weir.decode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The text of a JSON string as a range of UTF-8 bytes: those of the document where it has no
 * escapes, else an unescaped copy. Used again for every string. Not safe for use by several
 * threads.
 */
final class JsonText {
  private byte[] bytes = new byte[0];
  private int start;
  private int end;
  private byte[] copy = new byte[256];

  /** Takes the content of a string that {@link JsonScanner} has accepted, without its quotes. */
  void set(byte[] document, int from, int to, boolean escaped) {
    bytes = document;
    start = from;
    end = to;
    if (escaped) {
      unescape(document, from, to);
    }
  }

  private void unescape(byte[] document, int from, int to) {
    // No escape is shorter than the UTF-8 of what it stands for.
    if (copy.length < to - from) {
      copy = new byte[to - from];
    }
    int out = 0;
    for (int i = from; i < to; ) {
      if (document[i] != '\\') {
        copy[out++] = document[i++];
      } else if (document[i + 1] != 'u') {
        copy[out++] = shortEscape(document[i + 1]);
        i += 2;
      } else {
        int codePoint = codeUnit(document, i);
        i += 6;
        if (Character.isHighSurrogate((char) codePoint)) {
          codePoint = Character.toCodePoint((char) codePoint, (char) codeUnit(document, i));
          i += 6;
        }
        out = encode(codePoint, out);
      }
    }
    bytes = copy;
    start = 0;
    end = out;
  }

  private static byte shortEscape(byte letter) {
    return switch (letter) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> letter;
    };
  }

  private static int codeUnit(byte[] document, int at) {
    int unit = 0;
    for (int i = at + 2; i < at + 6; i++) {
      unit = unit << 4 | Character.digit(document[i], 16);
    }
    return unit;
  }

  private int encode(int codePoint, int at) {
    if (codePoint < 0x80) {
      copy[at++] = (byte) codePoint;
      return at;
    }
    if (codePoint < 0x800) {
      copy[at++] = (byte) (0xC0 | codePoint >> 6);
    } else {
      if (codePoint < 0x10000) {
        copy[at++] = (byte) (0xE0 | codePoint >> 12);
      } else {
        copy[at++] = (byte) (0xF0 | codePoint >> 18);
        copy[at++] = (byte) (0x80 | ((codePoint >> 12) & 0x3F));
      }
      copy[at++] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
    }
    copy[at++] = (byte) (0x80 | (codePoint & 0x3F));
    return at;
  }

  /** The array that the text stands in; valid until the next {@link #set}. */
  byte[] bytes() {
    return bytes;
  }

  /** Where the text starts, inclusive. */
  int start() {
    return start;
  }

  /** Where the text ends, exclusive. */
  int end() {
    return end;
  }

  /** The number of bytes. */
  int length() {
    return end - start;
  }

  /** Whether the text is {@code other}, which is in UTF-8. */
  boolean is(byte[] other) {
    return Arrays.equals(bytes, start, end, other, 0, other.length);
  }

  /** A copy of the text in UTF-8. */
  byte[] toBytes() {
    return Arrays.copyOfRange(bytes, start, end);
  }

  @Override
  public String toString() {
    return new String(bytes, start, end - start, StandardCharsets.UTF_8);
  }
}
