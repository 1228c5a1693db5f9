package dev.weir.doctor;

import java.util.Locale;

/** Sizes for people. */
final class Bytes {
  private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};

  private Bytes() {}

  /** At most one digit after the point: {@code 41.2 GiB}. */
  static String text(long bytes) {
    double count = bytes;
    int unit = 0;
    while (count >= 1024 && unit < UNITS.length - 1) {
      count /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", count, UNITS[unit]);
  }
}
