package dev.weir.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.cli.generate.GeneratorSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A Prometheus scrapes a monitor, and what it answers is what an audit of the lake and the
 * producer's list say.
 */
final class PrometheusIT {
  private static final int CONFLICTS = 7;
  private static final String RECEIVED = "weir_records_received_total";

  /** Every number that is made of the ledger alone, with its name. */
  private static final String LEDGER =
      "label_replace({__name__=~\"weir_(%s)_.*\"}, \"name\", \"$1\", \"__name__\", \"(.*)\")"
          .formatted(
              "attempts|records|input|events|dead|expectation|missing|freshness|arrival|lake|drift"
                  + "|ledger|last");

  /** What is not in a lake without expectations that nobody filters, or of other processes. */
  private static final Set<String> NOTHING_TO_SHOW =
      Set.of(
          "weir_events_filtered_total",
          "weir_events_checked_total",
          "weir_events_accurate_total",
          "weir_expectation_events_total",
          "weir_expectation_violations_total",
          "weir_events_late_total",
          "weir_missing_values_total",
          "weir_drift_findings_total",
          "weir_engine_memory_bytes",
          "weir_claim_duration_seconds",
          "weir_upload_duration_seconds");

  @TempDir Path folder;
  private Path lake;
  private SyntheticStream stream;
  private Path conflicts;

  @Test
  void numbersAreThoseOfTheAuditorAndStayWhenTheMonitorStartsAnew() throws Exception {
    Tools.require("prometheus");
    fill();
    int port = Ports.free();
    MonitorProcess monitor = MonitorProcess.start(folder, lake, port);
    try (PrometheusServer prometheus = PrometheusServer.start(folder, List.of(port))) {
      long once = stream.settings().lines();
      prometheus.await("it has scraped", () -> prometheus.has(RECEIVED, once));
      expectTheAuditorsNumbers(prometheus, 1, 0);

      // What comes while both watch: conflicts, and everything a second time.
      Weir.run(0, conflicts, lake).expect(0, 0, CONFLICTS, 0);
      Weir.run(0, stream.file(), lake).expect(0, once, 0, 0);
      long all = 2 * once + CONFLICTS;
      prometheus.await("it has scraped that, too", () -> prometheus.has(RECEIVED, all));
      expectTheAuditorsNumbers(prometheus, 2, CONFLICTS);
      Map<Map<String, String>, Double> before = prometheus.query(LEDGER);

      monitor.kill();
      prometheus.await("it misses the monitor", () -> prometheus.has("up", 0));
      double restart = Instant.now().toEpochMilli() / 1e3;
      monitor.close();
      monitor = MonitorProcess.start(folder, lake, port);
      prometheus.await(
          "it has scraped the new monitor",
          () ->
              prometheus.has(
                  "weir_monitor_last_refresh_timestamp_seconds > bool " + restart + " and up", 1));

      expectTheAuditorsNumbers(prometheus, 2, CONFLICTS);
      assertEquals(before, prometheus.query(LEDGER));
      expectNoCounterToFall(prometheus);
      expectRulesAndDashboardToWork(prometheus);
      expectEveryMetricToBeDocumented(monitor.text("metrics"));
    } finally {
      monitor.close();
    }
  }

  @Test
  void metricsOfARunAndOfAMonitorAreInTheReferenceAndInGoodForm() throws Exception {
    Tools.require("promtool");
    lake = folder.resolve("lake");
    int port = Ports.free();
    WeirProcess run =
        WeirProcess.in(folder)
            .environment("WEIR_RUN_BATCH_BYTES", "17MiB")
            .weir("run", "--input", "-", "--lake", lake, "--monitor=" + port, "--batch-records", 1);
    try (OutputStream input = run.input();
        MonitorProcess monitor = MonitorProcess.of(run, port)) {
      input.write((Documents.event(1) + "\nno json\n").getBytes(UTF_8));
      input.flush();
      assertTrue(run.runUntil(() -> monitor.has("weir_upload_duration_seconds_count [1-9]")));
      String metrics = monitor.text("metrics");

      expectEveryMetricToBeDocumented(metrics);
      for (String name :
          List.of(
              "weir_claim_duration_seconds", "weir_engine_memory_bytes", "jvm_memory_used_bytes")) {
        assertTrue(metrics.contains("# TYPE " + name + " "), metrics);
      }
      expectGoodForm(metrics);
    }
  }

  /** What promtool has to say about names, types and texts. */
  private void expectGoodForm(String metrics) throws Exception {
    Path output = Files.createDirectory(folder.resolve("promtool"));
    List<String> command = List.of(Tools.require("promtool").toString(), "check", "metrics");
    try (WeirProcess check = WeirProcess.start(command, folder, output, Map.of())) {
      try (OutputStream input = check.input()) {
        input.write(metrics.getBytes(UTF_8));
      }
      check.await().expect(0);
    }
  }

  /** Real events of yesterday and today, so that their freshness is spread over many bounds. */
  private void fill() throws Exception {
    lake = folder.resolve("lake");
    LocalDate start = LocalDate.now(ZoneOffset.UTC).minusDays(2);
    stream =
        SyntheticStream.write(
            folder, new GeneratorSettings(5_000, 23, 6, 2, start, 60_000, 12_000));
    List<String> documents = new ArrayList<>();
    List<String> sent = Files.readAllLines(stream.manifest());
    for (String row : sent.subList(1, 1 + CONFLICTS)) {
      String[] event = row.split(",");
      documents.add(
          Documents.event(
              Documents.quoted(event[0]), Documents.quoted(event[1]), event[2], "\"other\""));
    }
    conflicts = Documents.lines(folder.resolve("conflicts.ndjson"), documents);
    Weir.run(0, stream.file(), lake, "--batch-records", 1_000)
        .expect(5_000, stream.settings().duplicates(), stream.settings().malformed(), 0);
    assertTrue(Auditor.events(lake, stream.manifest()).isExact());
  }

  /**
   * Compares Prometheus' numbers with plain SQL over the lake and with what was sent.
   *
   * @param times how often the stream was given
   * @param refused how many records have conflicted since
   */
  private void expectTheAuditorsNumbers(PrometheusServer prometheus, int times, int refused)
      throws IOException {
    GeneratorSettings sent = stream.settings();
    assertEquals(times * sent.lines() + refused, prometheus.count(RECEIVED));
    assertEquals(
        times * textBytes(stream.file()) + (refused == 0 ? 0 : textBytes(conflicts)),
        prometheus.count("weir_input_bytes_total"));
    assertEquals(
        times * sent.lines() + refused - sent.events() - sent.malformed() - refused,
        prometheus.count("sum(weir_events_duplicate_total)"));
    if (refused == 0) { // a type has a series from its first conflict on
      assertEquals(Map.of(), prometheus.query("weir_events_conflicting_total"));
    } else {
      assertEquals(refused, prometheus.count("sum(weir_events_conflicting_total)"));
    }
    assertEquals(Map.of(), prometheus.counts("weir_events_filtered_total", "event_type"));

    Map<String, Long> letters = stream.deadLetters();
    if (refused > 0) {
      letters.put("conflicting_duplicate", (long) refused);
    }
    assertEquals(letters, prometheus.counts("weir_dead_letters_total", "reason"));
    assertEquals(letters, Auditor.deadLetters(lake));
    try (LakeTables tables = new LakeTables(lake)) {
      assertEquals(
          counts(tables, "SELECT event_type, count(*) FROM events GROUP BY 1"),
          prometheus.counts("weir_events_landed_total", "event_type"));
      assertEquals(
          Map.of("landed", tables.number("SELECT count(*) FROM attempts")),
          prometheus.counts("weir_attempts_total", "state"));
    }
    List<Path> files = LakeTables.objects(lake);
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.size(file);
    }
    assertEquals(files.size(), prometheus.count("weir_lake_files_total"));
    assertEquals(bytes, prometheus.count("weir_lake_bytes_total"));
    assertEquals(0, prometheus.count("weir_attempts_unfinished"));
    assertEquals(0, prometheus.count("weir_ledger_unbalanced_attempts_total"));
  }

  /** Every rule was evaluated, and every chart of what there is shows it. */
  private static void expectRulesAndDashboardToWork(PrometheusServer prometheus) throws Exception {
    for (Json group : prometheus.get("/api/v1/rules").at("data", "groups").elements()) {
      for (Json rule : group.at("rules").elements()) {
        assertEquals("ok", rule.at("health").text(), rule.toString());
      }
    }
    Set<String> silent = new TreeSet<>();
    for (String expression : Dashboard.expressions()) {
      if (prometheus.query(expression).isEmpty()) {
        silent.addAll(MetricNames.in(expression));
      }
    }
    silent.removeAll(NOTHING_TO_SHOW);
    assertEquals(Set.of(), silent, "charts that show nothing");
  }

  private static void expectNoCounterToFall(PrometheusServer prometheus) throws IOException {
    Set<String> seen = new TreeSet<>();
    for (String name : MetricNames.documented()) {
      if (name.endsWith("_total")
          && !name.startsWith("weir_monitor_")
          && !prometheus.query(name).isEmpty()) {
        assertEquals(0, prometheus.count("sum(resets(%s[1h]))".formatted(name)), name);
        seen.add(name);
      }
    }
    assertTrue(
        seen.containsAll(
            List.of(
                RECEIVED,
                "weir_attempts_total",
                "weir_dead_letters_total",
                "weir_events_duplicate_total",
                "weir_events_landed_total",
                "weir_lake_files_total")),
        seen.toString());
  }

  private static void expectEveryMetricToBeDocumented(String metrics) throws IOException {
    List<String> served = MetricNames.all(metrics, "(?m)^# TYPE (weir_\\w+) ");
    assertTrue(served.size() >= 15, metrics);
    assertEquals(Set.of(), MetricNames.unknown(Set.copyOf(served)));
  }

  private static Map<String, Long> counts(LakeTables tables, String sql) {
    Map<String, Long> counts = new TreeMap<>();
    tables.rows(sql).forEach(row -> counts.put(row.get(0), Long.valueOf(row.get(1))));
    return counts;
  }

  /** Bytes of lines without what ends them. */
  private static long textBytes(Path file) throws IOException {
    long ends = 0;
    for (byte b : Files.readAllBytes(file)) {
      ends += b == '\n' ? 1 : 0;
    }
    return Files.size(file) - ends;
  }
}
