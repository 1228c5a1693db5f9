package dev.weir.e2e;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The names of Weir's metrics. */
final class MetricNames {
  /** Those that are documented, without the suffixes of histograms' series. */
  static final Set<String> DOCUMENTED =
      Set.of(
          "weir_build_info",
          "weir_attempts_total",
          "weir_attempts_unfinished",
          "weir_records_received_total",
          "weir_input_bytes_total",
          "weir_events_landed_total",
          "weir_events_duplicate_total",
          "weir_events_conflicting_total",
          "weir_events_filtered_total",
          "weir_dead_letters_total",
          "weir_events_checked_total",
          "weir_events_accurate_total",
          "weir_expectation_violations_total",
          "weir_missing_values_total",
          "weir_events_late_total",
          "weir_freshness_seconds",
          "weir_arrival_lag_seconds",
          "weir_lake_files_total",
          "weir_lake_bytes_total",
          "weir_drift_findings_total",
          "weir_last_landing_timestamp_seconds",
          "weir_ledger_unbalanced_attempts_total",
          "weir_monitor_refresh_duration_seconds",
          "weir_monitor_last_refresh_timestamp_seconds",
          "weir_monitor_refresh_failures_total",
          "weir_monitor_requests_total",
          "weir_engine_memory_bytes",
          "weir_claim_duration_seconds",
          "weir_upload_duration_seconds");

  private MetricNames() {}

  /** The metrics that a text names. */
  static Set<String> in(String text) {
    Set<String> names = new TreeSet<>();
    all(text, "\\b(weir_[a-z_]+)").stream()
        .map(name -> name.replaceAll("_(bucket|sum|count)$", ""))
        .forEach(names::add);
    return names;
  }

  /** Those of them that there are not. */
  static Set<String> unknown(Set<String> names) {
    Set<String> unknown = new TreeSet<>(names);
    unknown.removeAll(DOCUMENTED);
    return unknown;
  }

  /** The first group of all matches. */
  static List<String> all(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().map(match -> match.group(1)).toList();
  }
}
