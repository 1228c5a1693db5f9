package dev.weir.cli.monitor;

import dev.weir.cli.ledger.Count;
import dev.weir.cli.ledger.DelayCounts;
import dev.weir.cli.ledger.LedgerView;
import dev.weir.cli.ledger.Totals;
import dev.weir.cli.ledger.TypeTotals;
import dev.weir.wiring.Version;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * The ledger's totals under the names that docs/reference/metrics.md lists. Each value depends on
 * the ledger alone, so a process that starts again continues the counters where they were.
 */
final class LedgerMetrics {
  private static final double[] DELAY_BOUNDS = delayBounds();

  private final Totals totals;
  private final List<MetricSnapshot> metrics = new ArrayList<>();

  private LedgerMetrics(Totals totals) {
    this.totals = totals;
  }

  /** The metrics of a view of the whole ledger. */
  static List<MetricSnapshot> of(LedgerView view) {
    LedgerMetrics all = new LedgerMetrics(view.totals());
    all.addLedger(view);
    all.addEvents();
    all.addQuality();
    all.addLake(view);
    return all.metrics;
  }

  private void addLedger(LedgerView view) {
    metrics.add(
        InfoSnapshot.builder()
            .name("weir_build")
            .help("The version of Weir that monitors.")
            .dataPoint(
                InfoDataPointSnapshot.builder()
                    .labels(Labels.of("version", Version.CURRENT))
                    .build())
            .build());
    CounterSnapshot.Builder attempts =
        CounterSnapshot.builder()
            .name("weir_attempts")
            .help(
                "Attempts in the ledger: landed, sealed (only in part, others landed the rest), or"
                    + " fenced (nothing).");
    point(attempts, totals.count(Count.ATTEMPTS_LANDED), "state", "landed");
    point(attempts, totals.count(Count.ATTEMPTS_SEALED), "state", "sealed");
    point(attempts, totals.count(Count.ATTEMPTS_FENCED), "state", "fenced");
    metrics.add(attempts.build());
    metrics.add(
        gauge(
            "weir_attempts_unfinished",
            "Attempts that have planned and whose files are not all there yet.",
            view.unfinished()));
    metrics.add(
        gauge(
            "weir_ledger_damaged_objects",
            "Objects of the ledger that cannot be read, and are in no number.",
            view.damaged()));
    counter(
        "weir_ledger_unbalanced_attempts",
        "Attempts whose books do not balance: received is not landed + duplicates + dead letters +"
            + " filtered.",
        Count.ATTEMPTS_UNBALANCED);
    counter("weir_records_received", "Records that attempts accounted for.", Count.RECEIVED);
    counter("weir_input_bytes", "Bytes of these records, decompressed.", Count.BYTES_IN);
  }

  private void addEvents() {
    byType("weir_events_landed", "Events in the lake.", Count.LANDED);
    byType(
        "weir_events_duplicate",
        "Records that another one accounts for; none of them landed twice.",
        Count.DUPLICATES);
    byType(
        "weir_events_conflicting",
        "Dead letters with the uuid of another event and other content.",
        Count.CONFLICTS);
    byType(
        "weir_events_filtered", "Events that the SQL or an expectation left out.", Count.FILTERED);
    CounterSnapshot.Builder letters =
        CounterSnapshot.builder()
            .name("weir_dead_letters")
            .help("Records that are in the lake as dead letters.");
    totals.deadLetters().forEach((reason, count) -> point(letters, count, "reason", reason));
    metrics.add(letters.build());
    byType(
        "weir_events_late", "Events that were older than quality.late_after allows.", Count.LATE);
    delays(
        "weir_freshness_seconds",
        "From the time in the event to its landing.",
        TypeTotals::freshness);
    delays(
        "weir_arrival_lag_seconds",
        "From the arrival of the event at its source to its landing.",
        TypeTotals::arrivalLag);
  }

  private void addQuality() {
    byType("weir_events_checked", "Events held against the expectations.", Count.CHECKED);
    byType("weir_events_accurate", "Of these, events that meet all of them.", Count.ACCURATE);
    byTypeAnd(
        "weir_expectation_events",
        "Events that an expectation is asked of.",
        "expectation",
        TypeTotals::asked);
    byTypeAnd(
        "weir_expectation_violations",
        "Events that break an expectation.",
        "expectation",
        TypeTotals::violations);
    byTypeAnd("weir_missing_values", "Events without a value.", "field", TypeTotals::missingValues);
    byTypeAnd(
        "weir_drift_findings", "Fields that are not as they were.", "kind", TypeTotals::drift);
  }

  private void addLake(LedgerView view) {
    counter("weir_lake_files", "Files that landed, those of dead letters too.", Count.FILES);
    counter("weir_lake_bytes", "Bytes of these files.", Count.BYTES_OUT);
    Instant last = view.lastLanding();
    metrics.add(
        gauge(
            "weir_last_landing_timestamp_seconds",
            "When events landed last, in seconds since the epoch; 0 if none have.",
            last == null ? 0 : last.toEpochMilli() / 1e3));
  }

  private void counter(String name, String help, Count count) {
    CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
    point(counter, totals.count(count));
    metrics.add(counter.build());
  }

  private void byType(String name, String help, Count count) {
    byType(name, help, type -> type.count(count));
  }

  private void byType(String name, String help, ToLongFunction<TypeTotals> count) {
    CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
    totals
        .types()
        .forEach(
            (type, of) -> {
              long number = count.applyAsLong(of);
              if (number != 0) {
                point(counter, number, "event_type", type);
              }
            });
    metrics.add(counter.build());
  }

  private void byTypeAnd(
      String name, String help, String label, Function<TypeTotals, Map<String, Long>> counts) {
    CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
    totals
        .types()
        .forEach(
            (type, of) ->
                counts
                    .apply(of)
                    .forEach((key, n) -> point(counter, n, label, key, "event_type", type)));
    metrics.add(counter.build());
  }

  private void delays(String name, String help, Function<TypeTotals, DelayCounts> delays) {
    HistogramSnapshot.Builder histogram = HistogramSnapshot.builder().name(name).help(help);
    totals
        .types()
        .forEach(
            (type, of) -> {
              DelayCounts counts = delays.apply(of);
              if (counts.count() > 0) {
                histogram.dataPoint(
                    HistogramDataPointSnapshot.builder()
                        .labels(Labels.of("event_type", type))
                        .classicHistogramBuckets(
                            ClassicHistogramBuckets.of(DELAY_BOUNDS, counts.counts()))
                        .sum(counts.sumSeconds())
                        .build());
              }
            });
    metrics.add(histogram.build());
  }

  private static void point(CounterSnapshot.Builder counter, long value, String... labels) {
    counter.dataPoint(
        CounterDataPointSnapshot.builder().labels(Labels.of(labels)).value(value).build());
  }

  /** A gauge without labels. */
  static GaugeSnapshot gauge(String name, String help, double value) {
    return GaugeSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
        .build();
  }

  /** A counter with one label. */
  static CounterSnapshot counter(
      String name, String help, Map<String, Long> byLabel, String label) {
    CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
    byLabel.forEach((value, count) -> point(counter, count, label, value));
    return counter.build();
  }

  /** A counter without labels. */
  static CounterSnapshot counter(String name, String help, long value) {
    CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
    point(counter, value);
    return counter.build();
  }

  /** The upper bounds of the histograms, the last one infinite. */
  static double[] delayBounds() {
    double[] bounds = DelayCounts.bounds();
    double[] all = Arrays.copyOf(bounds, bounds.length + 1);
    all[bounds.length] = Double.POSITIVE_INFINITY;
    return all;
  }
}
