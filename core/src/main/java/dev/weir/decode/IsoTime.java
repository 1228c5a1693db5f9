package dev.weir.decode;

import dev.weir.record.Reason;

/**
 * Reads a date, time and zone as ISO 8601 writes them in its extended format: {@code
 * 2026-11-22T18:32:05.123456Z}.
 *
 * <p>Also read: a space or {@code t} for the T, {@code z} for the Z, a comma before the fraction,
 * no seconds at all, and the zones {@code +01:00}, {@code +0100} and {@code +01}. Not read: a leap
 * second and 24:00, which have no place of their own on the time scale of the lake. Not safe for
 * use by several threads.
 */
final class IsoTime {
  private static final int[] DAYS_BEFORE_MONTH = {
    0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365
  };
  private static final long DAYS_TO_1970 = 719_528;

  private byte[] bytes = new byte[0];
  private int start;
  private int at;
  private int end;

  /**
   * Reads a text.
   *
   * @return microseconds since the epoch, UTC; digits beyond are cut off
   * @throws RefusalException if the text is no such time
   */
  long micros(JsonText text) {
    bytes = text.bytes();
    start = text.start();
    at = start;
    end = text.end();

    int year = digits(4);
    skip('-');
    int month = digits(2);
    skip('-');
    int day = digits(2);
    check(month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month), "date");
    check(next() == 'T' || next() == 't' || next() == ' ', "separator");
    at++;
    int hour = digits(2);
    skip(':');
    int minute = digits(2);
    int second = 0;
    int micros = 0;
    if (next() == ':') {
      at++;
      second = digits(2);
      micros = fraction();
    }
    check(hour <= 23 && minute <= 59 && second <= 59, "time of day");
    int offsetMinutes = zone();
    check(at == end, "end");

    long minutes = (epochDay(year, month, day) * 24 + hour) * 60 + minute - offsetMinutes;
    return (minutes * 60 + second) * 1_000_000 + micros;
  }

  private int fraction() {
    if (next() != '.' && next() != ',') {
      return 0;
    }
    at++;
    check(isDigit(next()), "fraction");
    int micros = 0;
    int unit = 100_000;
    while (isDigit(next())) {
      micros += (next() - '0') * unit;
      unit /= 10;
      at++;
    }
    return micros;
  }

  /** Minutes that the zone's clocks are ahead of UTC. */
  private int zone() {
    int sign = next();
    check(sign == 'Z' || sign == 'z' || sign == '+' || sign == '-', "zone");
    at++;
    if (sign == 'Z' || sign == 'z') {
      return 0;
    }
    int hours = digits(2);
    int minutes = 0;
    if (at < end) {
      at = next() == ':' ? at + 1 : at;
      minutes = digits(2);
    }
    check(hours <= 23 && minutes <= 59, "zone");
    return (sign == '-' ? -1 : 1) * (hours * 60 + minutes);
  }

  private int digits(int count) {
    int value = 0;
    for (int i = 0; i < count; i++) {
      check(isDigit(next()), "digit");
      value = value * 10 + next() - '0';
      at++;
    }
    return value;
  }

  private void skip(char expected) {
    check(next() == expected, "separator");
    at++;
  }

  /** The next byte; a NUL, which fits nowhere, behind the last. */
  private int next() {
    return at < end ? bytes[at] : 0;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private void check(boolean holds, String what) {
    if (!holds) {
      throw new RefusalException(
          Reason.INVALID_TIME,
          "not ISO 8601 with a zone: no valid " + what + " at character " + (at - start));
    }
  }

  private static boolean isLeap(int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  }

  private static int daysInMonth(int year, int month) {
    int days = DAYS_BEFORE_MONTH[month] - DAYS_BEFORE_MONTH[month - 1];
    return month == 2 && isLeap(year) ? days + 1 : days;
  }

  /** Days since the epoch in the Gregorian calendar, also for years before there was one. */
  private static long epochDay(int year, int month, int day) {
    int before = year - 1;
    // Year 0 is a leap year and stands before the others, hence the 366 days of its own.
    long days = year == 0 ? 0 : 366L + 365L * before + before / 4 - before / 100 + before / 400;
    int leapDay = month > 2 && isLeap(year) ? 1 : 0;
    return days + DAYS_BEFORE_MONTH[month - 1] + leapDay + day - 1 - DAYS_TO_1970;
  }
}
