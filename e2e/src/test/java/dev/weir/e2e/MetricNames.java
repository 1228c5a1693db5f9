package dev.weir.e2e;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The names of Weir's metrics. */
final class MetricNames {
  /** Those of processes with a monitor of their own, which the ledger does not have. */
  private static final Set<String> OF_PROCESSES =
      Set.of(
          "weir_engine_memory_bytes",
          "weir_claim_duration_seconds",
          "weir_upload_duration_seconds");

  private static final String REFERENCE = "docs/reference/metrics.md";

  private MetricNames() {}

  /** The metrics that a text names. */
  static Set<String> in(String text) {
    Set<String> names = new TreeSet<>();
    all(text, "\\b(weir_[a-z_]+)").stream()
        .map(name -> name.replaceAll("_(bucket|sum|count)$", ""))
        .forEach(names::add);
    return names;
  }

  /** Those that the reference lists, without the suffixes of a histogram's series. */
  static Set<String> documented() throws IOException {
    Set<String> names = new TreeSet<>(all(Checkout.text(REFERENCE), "(?m)^\\| `(weir_\\w+)` \\|"));
    names.addAll(OF_PROCESSES);
    return names;
  }

  /** Those of some names that the reference does not list. */
  static Set<String> unknown(Set<String> names) throws IOException {
    Set<String> unknown = new TreeSet<>(names);
    unknown.removeAll(documented());
    return unknown;
  }

  /** The first group of all matches. */
  static List<String> all(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().map(match -> match.group(1)).toList();
  }
}
