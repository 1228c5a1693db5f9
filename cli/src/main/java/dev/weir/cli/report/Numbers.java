package dev.weir.cli.report;

import java.util.Locale;
import java.util.stream.Collectors;

/** Numbers and names as people read them. */
final class Numbers {
  private static final int NAME_LENGTH = 80;

  private Numbers() {}

  /** A share of a whole; what is not all is never told as 100%, what is not nothing never as 0%. */
  static String percent(double share) {
    double percent = share * 100;
    if (percent > 0 && percent < 0.01) {
      return "below 0.01%";
    }
    if (percent > 99.99 && percent < 100) {
      return "above 99.99%";
    }
    return String.format(Locale.ROOT, "%.2f%%", percent);
  }

  static String bytes(double bytes) {
    if (bytes < 1 << 20) {
      return String.format(Locale.ROOT, "%.1f KiB", bytes / 1024);
    }
    return bytes < 1 << 30
        ? String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576)
        : String.format(Locale.ROOT, "%,.2f GiB", bytes / 1073741824);
  }

  static String delay(double seconds) {
    if (seconds < 120) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    if (seconds < 7200) {
      return String.format(Locale.ROOT, "%.1f min", seconds / 60);
    }
    return seconds < 172_800
        ? String.format(Locale.ROOT, "%.1f h", seconds / 3600)
        : String.format(Locale.ROOT, "%,.1f days", seconds / 86_400);
  }

  /** A name out of an event: of bounded length, and nothing in it steers what shows it. */
  static String name(String text) {
    return text.codePointCount(0, text.length()) <= NAME_LENGTH
        ? printable(text)
        : printable(text.substring(0, text.offsetByCodePoints(0, NAME_LENGTH))) + "…";
  }

  /** A text in which nothing steers what shows it. */
  static String printable(String text) {
    return text.codePoints()
        .mapToObj(c -> steers(c) ? "\uFFFD" : Character.toString(c))
        .collect(Collectors.joining());
  }

  private static boolean steers(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
