package dev.weir.decode;

import dev.weir.record.Reason;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Knows JSON: RFC 8259, strictly, over a range of bytes, within {@link ParserLimits}.
 *
 * <p>Every method takes the offset of what it reads and returns the offset behind it, or throws
 * {@link RefusalException}. Nothing is converted, copied or allocated, and nothing recurses: what a
 * document nests costs a byte a level, up to the limit. Not safe for use by several threads.
 */
final class JsonScanner {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long EVERY_BYTE = 0x0101010101010101L;
  private static final long HIGH_BITS = EVERY_BYTE << 7;
  private static final long QUOTES = EVERY_BYTE * '"';
  private static final long BACKSLASHES = EVERY_BYTE * '\\';
  private static final long SPACES = EVERY_BYTE * ' ';

  private final ParserLimits limits;

  /** For each level of nesting from 1, whether it is an object; else it is an array. */
  private final boolean[] objectAt;

  private byte[] bytes = new byte[0];
  private int start;
  private int end;
  private int members;
  private boolean escapeSeen;
  private @Nullable ShapeHash shape;

  JsonScanner(ParserLimits limits) {
    this.limits = limits;
    this.objectAt = new boolean[limits.maxDepth() + 1];
  }

  /**
   * Turns to another document and refuses what is none at first sight.
   *
   * @return where the document's value starts
   */
  int begin(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.members = 0;
    this.shape = null;
    int at = whiteSpace(start);
    if (at == end) {
      throw new RefusalException(Reason.EMPTY_RECORD, (end - start) + " bytes of white space");
    }
    if (end - start > limits.maxDocumentBytes()) {
      throw tooMuch(
          Reason.DOCUMENT_TOO_LARGE, end - start, "bytes", limits.maxDocumentBytes(), start);
    }
    if (bytes[at] == (byte) 0xEF && startsWithByteOrderMark(at)) {
      throw new RefusalException(Reason.BYTE_ORDER_MARK, "at byte " + (at - start));
    }
    // JSON starts with two ASCII characters, so a NUL among them is half of a wider one.
    if (bytes[start] == 0 || (end - start > 1 && bytes[start + 1] == 0)) {
      throw new RefusalException(Reason.INVALID_ENCODING, "UTF-16 or UTF-32 rather than UTF-8");
    }
    return at;
  }

  private boolean startsWithByteOrderMark(int at) {
    return end - at >= 3 && bytes[at + 1] == (byte) 0xBB && bytes[at + 2] == (byte) 0xBF;
  }

  /** Refuses anything but white space from {@code at} on. */
  void finish(int at) {
    int rest = whiteSpace(at);
    if (rest != end) {
      throw new RefusalException(
          Reason.TRAILING_DATA,
          "the document ends at byte " + (at - start) + "; more at byte " + (rest - start));
    }
  }

  /**
   * Reads one value of any type.
   *
   * @param at where the value starts
   * @param outerDepth the number of objects and arrays that it stands in
   */
  int value(int at, int outerDepth) {
    int depth = outerDepth;
    boolean inObject = false;
    while (true) {
      // A value starts here ...
      int first = byteAt(at, "a value");
      if (first == '"') {
        at = string(at);
      } else if (first == '{' || first == '[') {
        inObject = first == '{';
        depth = deeper(depth, inObject, at);
        at = whiteSpace(at + 1);
        if (byteAt(at, inObject ? "a member name or '}'" : "a value or ']'") != first + 2) {
          at = inObject ? member(at, depth) : at;
          continue;
        }
        at++;
        depth = higher(depth);
      } else {
        at = scalar(at, first);
      }
      // ... and has ended here, and perhaps all that it stands in.
      while (true) {
        if (depth == outerDepth) {
          return at;
        }
        inObject = objectAt[depth];
        at = whiteSpace(at);
        int next = byteAt(at, inObject ? "',' or '}'" : "',' or ']'");
        if (next == ',') {
          at = whiteSpace(at + 1);
          at = inObject ? member(at, depth) : at;
          break;
        }
        if (next != (inObject ? '}' : ']')) {
          throw unexpected(at, inObject ? "',' or '}'" : "',' or ']'");
        }
        at++;
        depth = higher(depth);
      }
    }
  }

  private int deeper(int depth, boolean object, int at) {
    if (depth >= limits.maxDepth()) {
      throw tooMuch(Reason.NESTING_TOO_DEEP, depth + 1, "levels", limits.maxDepth(), at);
    }
    objectAt[depth + 1] = object;
    if (shape != null) {
      shape.open(object, depth + 1);
    }
    return depth + 1;
  }

  private int higher(int depth) {
    if (shape != null) {
      shape.close(depth);
    }
    return depth - 1;
  }

  private int member(int at, int depth) {
    int nameEnd = name(at);
    int valueStart = colon(nameEnd);
    if (shape != null) {
      shape.member(depth, bytes, at + 1, nameEnd - 1, peek(valueStart));
    }
    return valueStart;
  }

  /** Tells the members of what is read from now on to a shape; to none if it is null. */
  void observe(@Nullable ShapeHash newShape) {
    shape = newShape;
  }

  /** Reads a member's name with its quotes. */
  int name(int at) {
    if (byteAt(at, "a member name") != '"') {
      throw unexpected(at, "a member name");
    }
    return string(at);
  }

  /** Reads from behind a member's name up to its value. */
  int colon(int at) {
    at = whiteSpace(at);
    if (byteAt(at, "':'") != ':') {
      throw unexpected(at, "':'");
    }
    if (++members > limits.maxMembers()) {
      throw tooMuch(Reason.TOO_MANY_MEMBERS, members, "members", limits.maxMembers(), at);
    }
    return whiteSpace(at + 1);
  }

  private int scalar(int at, int first) {
    return switch (first) {
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number(at);
      case 't' -> literal(at, "true");
      case 'f' -> literal(at, "false");
      case 'n' -> literal(at, "null");
      default -> throw unexpected(at, "a value");
    };
  }

  private int literal(int at, String text) {
    for (int i = 1; i < text.length(); i++) {
      if (byteAt(at + i, text) != text.charAt(i)) {
        throw unexpected(at + i, text);
      }
    }
    return at + text.length();
  }

  private int number(int at) {
    int from = at;
    at = peek(at) == '-' ? at + 1 : at;
    at = peek(at) == '0' ? at + 1 : digits(at);
    if (peek(at) == '.') {
      at = digits(at + 1);
    }
    if ((peek(at) | 0x20) == 'e') {
      int sign = peek(at + 1);
      at = digits(sign == '+' || sign == '-' ? at + 2 : at + 1);
    }
    if (at - from > limits.maxNumberChars()) {
      throw tooMuch(Reason.NUMBER_TOO_LONG, at - from, "characters", limits.maxNumberChars(), from);
    }
    return at;
  }

  private int digits(int at) {
    int first = byteAt(at, "a digit");
    if (first < '0' || first > '9') {
      throw unexpected(at, "a digit");
    }
    int digit;
    do {
      digit = peek(++at);
    } while (digit >= '0' && digit <= '9');
    return at;
  }

  private int string(int at) {
    int from = at + 1;
    int i = plainText(from);
    while (true) {
      int b = byteAt(i, "the end of a string");
      if (b == '"') {
        break;
      }
      if (b == '\\') {
        i = escape(i);
      } else if (b < 0) {
        i = wideCharacter(i);
      } else {
        throw unexpected(i, "no control character");
      }
      i = plainText(i);
    }
    if (i - from > limits.maxStringBytes()) {
      throw tooMuch(Reason.STRING_TOO_LONG, i - from, "bytes", limits.maxStringBytes(), at);
    }
    return i + 1;
  }

  /**
   * Skips characters that mean themselves, eight at a time. The eight may reach into the next
   * record, which is cheaper than to end byte by byte; what is found there is not looked at.
   */
  private int plainText(int at) {
    int last = Math.min(end - 1, bytes.length - Long.BYTES);
    while (at <= last) {
      long word = (long) LONGS.get(bytes, at);
      // The lowest bit that is left marks the first quote, backslash, control or wide character:
      // a subtraction borrows, and so marks wrongly, only behind a byte that is marked rightly.
      long special =
          (((word ^ QUOTES) - EVERY_BYTE)
                  | ((word ^ BACKSLASHES) - EVERY_BYTE)
                  | (word - SPACES)
                  | word)
              & HIGH_BITS;
      if (special != 0) {
        return Math.min(end, at + (Long.numberOfTrailingZeros(special) >>> 3));
      }
      at += Long.BYTES;
    }
    while (at < end && bytes[at] >= ' ' && bytes[at] != '"' && bytes[at] != '\\') {
      at++;
    }
    return Math.min(end, at);
  }

  private int escape(int at) {
    escapeSeen = true;
    int letter = byteAt(at + 1, "an escape");
    switch (letter) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
        return at + 2;
      }
      case 'u' -> {
        char unit = codeUnit(at);
        if (!Character.isSurrogate(unit)) {
          return at + 6;
        }
        if (Character.isHighSurrogate(unit)
            && byteAt(at + 6, "an escape") == '\\'
            && byteAt(at + 7, "an escape") == 'u'
            && Character.isLowSurrogate(codeUnit(at + 6))) {
          return at + 12;
        }
        throw new RefusalException(Reason.LONE_SURROGATE, "at byte " + (at - start));
      }
      default -> throw unexpected(at + 1, "an escape");
    }
  }

  /** The UTF-16 code unit that the six characters of an escape at {@code at} stand for. */
  private char codeUnit(int at) {
    int unit = 0;
    for (int i = at + 2; i < at + 6; i++) {
      int digit = Character.digit(byteAt(i, "a hexadecimal digit"), 16);
      if (digit < 0) {
        throw unexpected(i, "a hexadecimal digit");
      }
      unit = unit << 4 | digit;
    }
    return (char) unit;
  }

  /** Reads one character of two to four bytes; RFC 3629, section 4 has the ranges. */
  private int wideCharacter(int at) {
    int lead = bytes[at] & 0xFF;
    int length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    int low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    int high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (lead < 0xC2 || lead > 0xF4) {
      throw invalidEncoding(at);
    }
    for (int i = 1; i < length; i++) {
      int next = byteAt(at + i, "the rest of a character") & 0xFF;
      if (next < low || next > high) {
        throw invalidEncoding(at);
      }
      low = 0x80;
      high = 0xBF;
    }
    return at + length;
  }

  /** Skips white space, which is these four characters and no others. */
  int whiteSpace(int at) {
    return at < end && bytes[at] > ' ' ? at : behindWhiteSpace(at);
  }

  private int behindWhiteSpace(int at) {
    while (at < end
        && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) {
      at++;
    }
    return at;
  }

  /** The byte at an offset where the document must go on. */
  int byteAt(int at, String expected) {
    if (at >= end) {
      throw truncated(expected);
    }
    return bytes[at];
  }

  /** The byte at an offset where the document may end; a NUL, which fits nowhere, if it does. */
  private int peek(int at) {
    return at < end ? bytes[at] : 0;
  }

  /** Forgets the escapes seen so far. */
  void forgetEscapes() {
    escapeSeen = false;
  }

  /** Whether any string since {@link #forgetEscapes()} had an escape. */
  boolean escapeSeen() {
    return escapeSeen;
  }

  /** The refusal of a byte that cannot stand where it stands. */
  RefusalException unexpected(int at, String expected) {
    if (bytes[at] < 0) {
      wideCharacter(at); // what is not UTF-8 is refused as such
    }
    return new RefusalException(
        Reason.INVALID_JSON, "expected " + expected + " at byte " + (at - start));
  }

  private RefusalException truncated(String expected) {
    return new RefusalException(
        Reason.TRUNCATED_JSON,
        "the record ends at byte " + (end - start) + "; expected " + expected);
  }

  private RefusalException invalidEncoding(int at) {
    return new RefusalException(Reason.INVALID_ENCODING, "not UTF-8 at byte " + (at - start));
  }

  private RefusalException tooMuch(Reason reason, int count, String unit, int limit, int at) {
    return new RefusalException(
        reason, count + " " + unit + " at byte " + (at - start) + "; the limit is " + limit);
  }
}
