package dev.weir.cli.query;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Days, of which a query reads the folders {@code date=…} and no others.
 *
 * @param from the first day
 * @param to the last day, not before the first
 */
public record DateRange(LocalDate from, LocalDate to) {
  /** What a text may be, to follow "allowed is". */
  public static final String ALLOWED =
      "a day or two with .. between them, as in 2026-01-01..2026-01-31";

  private static final Pattern FOLDER = Pattern.compile("/date=([^/]*)/");

  public DateRange {
    if (to.isBefore(from)) {
      throw new IllegalArgumentException(to + " is before " + from);
    }
  }

  /**
   * Reads {@code 2026-01-01} or {@code 2026-01-01..2026-01-31}; both ends are included.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static DateRange of(String text) {
    String[] days = text.split("\\.\\.", -1);
    if (days.length > 2) {
      throw new IllegalArgumentException(text);
    }
    try {
      return new DateRange(LocalDate.parse(days[0]), LocalDate.parse(days[days.length - 1]));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /** Whether a key lies in a folder of a day at all, known or not. */
  static boolean knows(String key) {
    return FOLDER.matcher(key).find();
  }

  /** Whether a key lies in the folder of one of the days. */
  boolean includes(String key) {
    LocalDate day = day(key);
    return day != null && !day.isBefore(from) && !day.isAfter(to);
  }

  /** Whether a key lies in the folder of one of some days. */
  static boolean isOn(String key, Set<LocalDate> days) {
    LocalDate day = day(key);
    return day != null && days.contains(day);
  }

  private static @Nullable LocalDate day(String key) {
    Matcher folder = FOLDER.matcher(key);
    if (!folder.find()) {
      return null;
    }
    try {
      return LocalDate.parse(folder.group(1));
    } catch (DateTimeParseException e) {
      return null; // the folder of rows without a date
    }
  }
}
