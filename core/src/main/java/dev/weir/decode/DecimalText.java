package dev.weir.decode;

import java.nio.charset.StandardCharsets;

/**
 * A JSON number taken apart exactly, at a cost that is linear in its length whatever its value.
 *
 * <p>Its value is {@code 0.d1d2d3… * 10^magnitude}, where {@code d1} is not 0. Not safe for use by
 * several threads.
 */
final class DecimalText {
  /** What {@link #scaled} answers for anything of more digits than a long surely holds. */
  static final long BEYOND = Long.MAX_VALUE;

  private static final int MAX_DIGITS = 18;

  /** More than any document has digits, so that no digits can make up for such an exponent. */
  private static final int MAX_EXPONENT = 100_000_000;

  private static final long[] POWERS_OF_TEN = new long[MAX_DIGITS + 1];

  /** The powers of ten that a double holds exactly. */
  private static final double[] EXACT_POWERS_OF_TEN = new double[23];

  static {
    POWERS_OF_TEN[0] = 1;
    for (int i = 1; i < POWERS_OF_TEN.length; i++) {
      POWERS_OF_TEN[i] = POWERS_OF_TEN[i - 1] * 10;
    }
    for (int i = 0; i < EXACT_POWERS_OF_TEN.length; i++) {
      EXACT_POWERS_OF_TEN[i] = Double.parseDouble("1e" + i);
    }
  }

  private byte[] bytes = new byte[0];
  private int start;
  private int end;

  private boolean negative;
  private long digits;
  private int count;
  private long magnitude;

  /** Whether any digit behind those in {@link #digits} is not 0. */
  private boolean more;

  /** Reads a number that {@link JsonScanner} has accepted. */
  void set(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    negative = bytes[start] == '-';
    digits = 0;
    count = 0;
    more = false;
    int at = negative ? start + 1 : start;
    int point = bytes[at] == '0' ? at + 1 : digits(at);
    magnitude = count == 0 ? 0 : point - at;
    at = point;
    if (at < end && bytes[at] == '.') {
      at++;
      while (count == 0 && at < end && bytes[at] == '0') {
        magnitude--;
        at++;
      }
      at = digits(at);
    }
    if (at < end) {
      magnitude += exponent(at + 1);
    }
  }

  /** Takes digits up to the next other character, and returns where that is. */
  private int digits(int at) {
    long value = digits;
    int taken = count;
    for (; at < end && bytes[at] >= '0' && bytes[at] <= '9'; at++) {
      if (taken < MAX_DIGITS) {
        value = value * 10 + bytes[at] - '0';
        taken++;
      } else {
        more |= bytes[at] != '0';
      }
    }
    digits = value;
    count = taken;
    return at;
  }

  private int exponent(int at) {
    boolean minus = bytes[at] == '-';
    int value = 0;
    for (int i = minus || bytes[at] == '+' ? at + 1 : at; i < end; i++) {
      value = value < MAX_EXPONENT ? value * 10 + bytes[i] - '0' : value;
    }
    return minus ? -value : value;
  }

  /** The number of digits before the decimal point, if any is not 0: {@code |x| < 10^magnitude}. */
  long magnitude() {
    return digits == 0 ? 0 : magnitude;
  }

  /**
   * The largest integer that is not more than the number times a power of ten, or plus or minus
   * {@link #BEYOND} if that has more than 18 digits.
   */
  long scaled(int power) {
    long wanted = magnitude + power;
    if (digits == 0) {
      return 0;
    }
    if (wanted > MAX_DIGITS) {
      return negative ? -BEYOND : BEYOND;
    }
    long integer = 0;
    boolean rest = true;
    if (wanted >= count) {
      integer = digits * POWERS_OF_TEN[(int) wanted - count];
      rest = more;
    } else if (wanted > 0) {
      long divisor = POWERS_OF_TEN[count - (int) wanted];
      integer = digits / divisor;
      rest = more || digits % divisor != 0;
    }
    if (negative) {
      return rest ? -integer - 1 : -integer;
    }
    return integer;
  }

  /** The double nearest to the number. */
  double nearestDouble() {
    // One operation on two exact doubles is rounded once, hence correctly (Clinger, 1990).
    long power = magnitude - count;
    if (!more && digits < 1L << 53 && power <= 0 && power > -EXACT_POWERS_OF_TEN.length) {
      double value = digits / EXACT_POWERS_OF_TEN[(int) -power];
      return negative ? -value : value;
    }
    return Double.parseDouble(new String(bytes, start, end - start, StandardCharsets.ISO_8859_1));
  }
}
