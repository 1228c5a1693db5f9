package dev.weir.doctor;

import java.time.Duration;

/** What is told of two clocks. */
final class Clocks {
  static final String ADVICE = "set this machine's clock by NTP, and look at the other one's";

  private Clocks() {}

  /** How another clock differs from this machine's. */
  static String text(String whose, Duration skew) {
    long millis = skew.abs().toMillis();
    String size = millis < 10_000 ? millis + " ms" : millis / 1000 + " s";
    return "%s's clock is %s %s this machine's"
        .formatted(whose, size, skew.isNegative() ? "behind" : "ahead of");
  }
}
