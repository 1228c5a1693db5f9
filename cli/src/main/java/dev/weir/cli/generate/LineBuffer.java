package dev.weir.cli.generate;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Arrays;

/** Bytes that grow at the end. Not safe for use by several threads. */
final class LineBuffer {
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  /** 000 to 999: divisions are what writing numbers spends its time on. */
  private static final byte[] THREE_DIGITS = threeDigits();

  private byte[] bytes = new byte[1 << 16];
  private int size;

  private static byte[] threeDigits() {
    byte[] digits = new byte[3_000];
    for (int i = 0; i < 1_000; i++) {
      digits[3 * i] = (byte) ('0' + i / 100);
      digits[3 * i + 1] = (byte) ('0' + i / 10 % 10);
      digits[3 * i + 2] = (byte) ('0' + i % 10);
    }
    return digits;
  }

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  /** Forgets everything from a size that the buffer had before. */
  void cutTo(int newSize) {
    size = newSize;
  }

  void add(int oneByte) {
    reserve(1);
    bytes[size++] = (byte) oneByte;
  }

  void add(byte[] content) {
    reserve(content.length);
    System.arraycopy(content, 0, bytes, size, content.length);
    size += content.length;
  }

  /** Appends a range of another buffer. */
  void add(LineBuffer other, int from, int to) {
    reserve(to - from);
    System.arraycopy(other.bytes, from, bytes, size, to - from);
    size += to - from;
  }

  /** Appends a number from 0 to 10^18, without leading zeros. */
  void decimal(long value) {
    int digits = 1;
    for (long limit = 10; value >= limit; limit *= 10) {
      digits++;
    }
    decimal(value, digits);
  }

  /** Appends the last digits of a number that is not negative, with leading zeros. */
  void decimal(long value, int digits) {
    reserve(digits);
    int at = size + digits;
    for (; at - size >= 3; value /= 1_000) {
      int group = (int) (value % 1_000) * 3;
      bytes[--at] = THREE_DIGITS[group + 2];
      bytes[--at] = THREE_DIGITS[group + 1];
      bytes[--at] = THREE_DIGITS[group];
    }
    for (; at > size; value /= 10) {
      bytes[--at] = (byte) ('0' + value % 10);
    }
    size += digits;
  }

  /** Appends the last hexadecimal digits of a number. */
  void hex(long value, int digits) {
    reserve(digits);
    for (int at = size + digits - 1; at >= size; at--) {
      bytes[at] = HEX[(int) value & 15];
      value >>>= 4;
    }
    size += digits;
  }

  void digest(MessageDigest digest, int from, int to) {
    digest.update(bytes, from, to - from);
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(bytes, 0, size);
  }

  /** Hands one line over; {@code to} is behind its line feed, which stays here. */
  void giveLine(int from, int to, LineSink sink) throws IOException {
    sink.take(bytes, from, to - 1);
  }

  void writeTo(OutputStream out, int from, int to) throws IOException {
    out.write(bytes, from, to - from);
  }

  private void reserve(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
    }
  }
}
