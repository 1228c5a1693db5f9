package dev.weir.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Results for people. */
final class MarkdownReport {
  private MarkdownReport() {}

  /** A whole page. */
  static String page(Results results) {
    StringBuilder page = new StringBuilder("# Whole pipeline\n\n");
    results
        .circumstances()
        .forEach((key, value) -> page.append("- %s: %s\n".formatted(key, value)));
    page.append('\n').append(table(results)).append('\n');
    results.what().forEach((name, what) -> page.append("- `%s`: %s\n".formatted(name, what)));
    page.append(
        """

        Medians (least to most) over the rounds; ratios are taken within each round. Events are lines
        of the input. MB are 10^6 bytes, MiB 2^20.
        """);
    return page.toString();
  }

  /** One row for each contender. */
  static String table(Results results) {
    List<String> head =
        new ArrayList<>(
            List.of("what", "events/s", "MB/s", "CPU µs/event", "peak RSS MiB", "files", "MB out"));
    results.runs().keySet().stream()
        .filter(name -> name.startsWith(Results.FLOOR))
        .forEach(floor -> head.add("speed / " + floor));
    StringBuilder table = new StringBuilder();
    row(table, head);
    row(table, head.stream().map(cell -> cell.equals("what") ? "---" : "---:").toList());
    for (String name : results.runs().keySet()) {
      row(table, cells(results, name));
    }
    return table.toString();
  }

  private static List<String> cells(Results results, String name) {
    List<String> cells = new ArrayList<>();
    cells.add(name);
    cells.add(spread(results.eventsPerSecond(name), "%,.0f"));
    cells.add(format("%.0f", results.megabytesPerSecond(name).median()));
    cells.add(spread(results.cpuMicrosPerEvent(name), "%.2f"));
    cells.add(format("%.0f", results.peakRssBytes(name).max() / (1 << 20)));
    cells.add(format("%.0f", results.files(name).median()));
    cells.add(format("%.1f", results.bytesOut(name).median() / 1e6));
    for (Map.Entry<String, Spread> ratio : results.speedAgainstFloors(name).entrySet()) {
      boolean itself = ratio.getKey().equals(name);
      cells.add(itself ? "1" : spread(ratio.getValue(), "%.2f"));
    }
    return cells;
  }

  private static String spread(Spread spread, String format) {
    return "%s (%s to %s)"
        .formatted(
            format(format, spread.median()),
            format(format, spread.min()),
            format(format, spread.max()));
  }

  private static String format(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  private static void row(StringBuilder table, List<String> cells) {
    table.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
