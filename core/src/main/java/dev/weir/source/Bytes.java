package dev.weir.source;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Searches in bytes. */
final class Bytes {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Bytes() {}

  /** White space as JSON defines it. */
  static boolean isWhiteSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  /** The index of the first byte in the range that is not white space, or {@code to}. */
  static int skipWhiteSpace(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && isWhiteSpace(bytes[i])) {
      i++;
    }
    return i;
  }

  /** The index of the first line feed in the range, or -1. */
  static int indexOfLineFeed(byte[] bytes, int from, int to) {
    int i = from;
    // Eight bytes at a time: framing has to cost next to nothing beside parsing. A byte of the word
    // becomes zero where the line feed is, and the subtraction borrows into its high bit.
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long word = (long) LONGS.get(bytes, i) ^ (ONES * '\n');
      long found = (word - ONES) & ~word & HIGH_BITS;
      if (found != 0) {
        return i + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    for (; i < to; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }
}
