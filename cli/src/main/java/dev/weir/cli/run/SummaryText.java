package dev.weir.cli.run;

import dev.weir.quality.Delays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The summary of a run for a person. */
final class SummaryText {
  private static final int LISTED = 8;

  private SummaryText() {}

  /** The summary, ending with a line break. */
  static String of(RunTotals.Snapshot totals) {
    StringBuilder text = new StringBuilder();
    text.append(
        format(
            "%,d records in %.1f s (%,.0f a second)%n",
            totals.received(), totals.seconds(), totals.eventsPerSecond()));
    line(text, "landed", totals.landed(), largest(totals.eventsByType()));
    line(text, "duplicates", totals.duplicates(), "");
    line(text, "dead letters", totals.deadLetters(), largest(totals.deadLettersByReason()));
    line(text, "filtered", totals.filtered(), "");
    line(text, "missing values", sum(totals.missingValues()), largest(totals.missingValues()));
    quality(text, totals);
    line(
        text,
        "files",
        totals.files(),
        format("%s, from %s", bytes(totals.bytesOut()), bytes(totals.bytesIn())));
    if (totals.freshness().count() > 0) {
      Delays freshness = totals.freshness();
      text.append(
          format(
              "  %-15s p50 %s, p95 %s, max %s%n",
              "freshness",
              delay(freshness.percentileSeconds(0.5)),
              delay(freshness.percentileSeconds(0.95)),
              delay(freshness.maxSeconds())));
    }
    return text.toString();
  }

  /** What was asked for is told; the rest would be zeros that mean nothing. */
  private static void quality(StringBuilder text, RunTotals.Snapshot totals) {
    if (totals.checked() > 0) {
      String violations = largest(totals.violations());
      String line =
          format(
              "  %-15s %14s  %,d of %,d",
              "accuracy",
              share(totals.accurate(), totals.checked()),
              totals.accurate(),
              totals.checked());
      text.append(line)
          .append(violations.isEmpty() ? "" : "; not met: " + violations)
          .append(System.lineSeparator());
    }
    if (totals.late() > 0) {
      line(text, "late", totals.late(), "");
    }
    if (!totals.driftFindings().isEmpty()) {
      line(text, "drift", sum(totals.driftFindings()), largest(totals.driftFindings()));
    }
  }

  /** A share in percent that says 100 only where it is. */
  private static String share(long part, long whole) {
    double percent = 100.0 * part / whole;
    return part == whole ? "100 %" : format("%.2f %%", Math.min(percent, 99.99));
  }

  private static void line(StringBuilder text, String name, long count, String detail) {
    String line = format("  %-15s %,14d  %s", name, count, detail);
    text.append(line.stripTrailing()).append(System.lineSeparator());
  }

  /** The largest counts, and how many others there are. */
  private static String largest(Map<String, Long> counts) {
    String listed =
        counts.entrySet().stream()
            .filter(count -> count.getValue() > 0)
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(LISTED)
            .map(count -> format("%s %,d", printable(count.getKey()), count.getValue()))
            .collect(Collectors.joining(", "));
    long others = counts.values().stream().filter(count -> count > 0).count() - LISTED;
    return others > 0 ? format("%s and %,d more", listed, others) : listed;
  }

  /** An event's type is the producer's text: nothing in it may steer a terminal. */
  private static String printable(String text) {
    return text.codePoints()
        .mapToObj(
            c ->
                Character.isISOControl(c) || Character.getType(c) == Character.FORMAT
                    ? "\uFFFD"
                    : Character.toString(c))
        .limit(40)
        .collect(Collectors.joining());
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private static String bytes(long bytes) {
    if (bytes < 1 << 20) {
      return format("%.1f KiB", bytes / 1024.0);
    }
    return bytes < 1 << 30
        ? format("%.1f MiB", bytes / 1048576.0)
        : format("%.2f GiB", bytes / 1073741824.0);
  }

  private static String delay(double seconds) {
    if (seconds < 120) {
      return format("%.1f s", seconds);
    }
    if (seconds < 7200) {
      return format("%.1f min", seconds / 60);
    }
    return seconds < 172_800
        ? format("%.1f h", seconds / 3600)
        : format("%,.1f days", seconds / 86_400);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
