package dev.weir.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.cli.generate.GeneratorSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Prometheus knows of the quality of a lake's data is what plain SQL says about the same
 * events, in a lake without any expectations that the auditor found exact.
 */
final class QualityIT {
  private static final String EXPECTATIONS =
      """
      quality:
        late_after: 30h
        watch: [user.id, device.build]
        expectations:
          - {name: early, sql: "extract(minute FROM created_datetime) < 50"}
          - {name: has_user, payload_has: user.id, event_types: [lesson, video, page]}
          - {name: not_paused, sql: "event_subtype <> 'paused'", on_violation: dead_letter}
          - {name: not_viewed, sql: "event_subtype <> 'viewed'", on_violation: drop}
      """;

  /**
   * The events that were sent, and what is so of each. An event that an expectation refuses makes
   * no claim, so each of its copies counts; of all others the first one does.
   */
  private static final String SENT =
      """
      CREATE VIEW sent AS
      SELECT e.event_type, created_datetime,
        event_subtype = 'paused' AS paused,
        event_subtype = 'viewed' AS viewed,
        extract(minute FROM created_datetime) < 50 AS early,
        event_type NOT IN ('lesson', 'video', 'page')
          OR coalesce(json_exists(payload, '$.user.id'), false) AS has_user,
        payload ->> '$.user.id' IS NULL AS without_user,
        payload ->> '$.device.build' IS NULL AS without_build,
        CASE WHEN paused OR viewed THEN lines ELSE 1 END AS n,
        lines
      FROM %s e JOIN read_csv('%s', columns = {uuid: 'UUID', lines: 'BIGINT'}) l
        ON e.event_uuid = l.uuid
      """;

  @TempDir Path folder;
  private SyntheticStream stream;
  private Instant arrival;

  @Test
  void measuresAreThoseOfPlainSql() throws Exception {
    Tools.require("prometheus");
    LocalDate start = LocalDate.now(ZoneOffset.UTC).minusDays(2);
    stream =
        SyntheticStream.write(
            folder, new GeneratorSettings(4_000, 29, 6, 2, start, 60_000, 12_000));
    arrival = Files.getLastModifiedTime(stream.file()).toInstant();
    Path reference = folder.resolve("reference");
    Weir.run(0, stream.file(), reference);
    assertTrue(Auditor.events(reference, stream.manifest()).isExact());
    Path lake = folder.resolve("lake");
    Path config = Files.writeString(folder.resolve("weir.yaml"), EXPECTATIONS);
    Weir.run(0, stream.file(), lake, "--config", config, "--batch-records", 1_000);

    int port = Ports.free();
    try (MonitorProcess monitor = MonitorProcess.start(folder, lake, port);
        PrometheusServer prometheus = PrometheusServer.start(folder, List.of(port));
        Duck duck = new Duck()) {
      duck.execute("SET TimeZone = 'UTC'");
      duck.execute(SENT.formatted(LakeTables.events(reference), copies()));
      prometheus.await(
          "it has scraped",
          () -> prometheus.has("weir_records_received_total", stream.settings().lines()));
      expectFates(prometheus, duck, lake);
      expectMeasures(prometheus, duck);
      expectDelays(prometheus, duck, lake);
      assertEquals(0, prometheus.count("weir_ledger_unbalanced_attempts_total"));
      assertTrue(monitor.text("").startsWith("<!doctype html>"));
    }
  }

  private void expectFates(PrometheusServer prometheus, Duck duck, Path lake) throws Exception {
    expect(
        duck,
        "SELECT event_type, sum(n) FROM sent WHERE NOT paused AND NOT viewed GROUP BY 1",
        prometheus.counts("weir_events_landed_total", "event_type"));
    expect(
        duck,
        "SELECT event_type, sum(n) FROM sent WHERE viewed GROUP BY 1",
        prometheus.counts("weir_events_filtered_total", "event_type"));
    expect(
        duck,
        "SELECT event_type, sum(lines - n) FROM sent GROUP BY 1 HAVING sum(lines - n) > 0",
        prometheus.counts("weir_events_duplicate_total", "event_type"));
    Map<String, Long> letters = stream.deadLetters();
    letters.put("expectation:not_paused", duck.number("SELECT sum(n) FROM sent WHERE paused"));
    assertEquals(letters, prometheus.counts("weir_dead_letters_total", "reason"));
    assertEquals(letters, Auditor.deadLetters(lake));
    assertEquals(
        duck.number("SELECT sum(n) FROM sent WHERE NOT paused AND NOT viewed"),
        duck.number("SELECT count(*) FROM " + LakeTables.events(lake)));
  }

  private void expectMeasures(PrometheusServer prometheus, Duck duck) {
    expect(
        duck,
        "SELECT event_type, sum(n) FROM sent GROUP BY 1",
        prometheus.counts("weir_events_checked_total", "event_type"));
    expect(
        duck,
        "SELECT event_type, sum(n) FROM sent WHERE early AND has_user AND NOT paused AND NOT viewed"
            + " GROUP BY 1",
        prometheus.counts("weir_events_accurate_total", "event_type"));
    for (String[] broken :
        List.of(
            new String[] {"early", "NOT early"},
            new String[] {"has_user", "NOT has_user"},
            new String[] {"not_paused", "paused"},
            new String[] {"not_viewed", "viewed"})) {
      expect(
          duck,
          "SELECT event_type, sum(n) FROM sent WHERE " + broken[1] + " GROUP BY 1",
          prometheus.counts(
              "weir_expectation_violations_total{expectation=\"" + broken[0] + "\"}",
              "event_type"));
    }
    for (String[] missing :
        List.of(
            new String[] {"payload.user.id", "without_user"},
            new String[] {"payload.device.build", "without_build"})) {
      expect(
          duck,
          "SELECT event_type, sum(n) FROM sent WHERE " + missing[1] + " GROUP BY 1",
          prometheus.counts(
              "weir_missing_values_total{field=\"" + missing[0] + "\"}", "event_type"));
    }
    expect(
        duck,
        "SELECT event_type, sum(n) FROM sent WHERE created_datetime < TIMESTAMPTZ '%s' - INTERVAL 30 HOUR GROUP BY 1"
            .formatted(arrival),
        prometheus.counts("weir_events_late_total", "event_type"));
  }

  /** The histograms, from the times at which the files' attempts planned. */
  private void expectDelays(PrometheusServer prometheus, Duck duck, Path lake) {
    duck.execute(
        """
        CREATE VIEW delays AS
        SELECT event_type, epoch(planned_at) - epoch(created_datetime) AS fresh,
          epoch(planned_at) - epoch(TIMESTAMPTZ '%1$s') AS lag
        FROM read_parquet('%2$s/events/**/*.parquet', hive_partitioning = true, filename = 'file',
          hive_types = {date: DATE, event_type: VARCHAR}) e
        JOIN read_json('%2$s/_weir/attempts/*.json',
          columns = {attempt: 'VARCHAR', planned_at: 'TIMESTAMPTZ'}) a
        ON regexp_extract(file, '([0-9a-f]{24})-\\d+.parquet$', 1) = attempt
        """
            .formatted(arrival, lake));
    for (String[] delay :
        List.of(
            new String[] {"weir_freshness_seconds", "fresh"},
            new String[] {"weir_arrival_lag_seconds", "lag"})) {
      for (String bound : List.of("60", "3600", "43200", "86400", "259200")) {
        String sql = "SELECT event_type, count(*) FROM delays WHERE %s <= %s GROUP BY 1";
        assertEquals(
            counts(duck, sql.formatted(delay[1], bound)),
            prometheus.counts(
                "%s_bucket{le=~\"%s([.]0)?\"}".formatted(delay[0], bound), "event_type"),
            delay[0] + " up to " + bound);
      }
      expect(
          duck,
          "SELECT event_type, count(*) FROM delays GROUP BY 1",
          prometheus.counts(delay[0] + "_count", "event_type"));
      double sum = duck.number("SELECT round(sum(%s))::BIGINT FROM delays".formatted(delay[1]));
      assertEquals(sum, prometheus.count("sum(" + delay[0] + "_sum)"), 1 + sum / 1e6, delay[0]);
    }
  }

  private static void expect(Duck duck, String sql, Map<String, Long> measured) {
    Map<String, Long> counts = counts(duck, sql);
    assertTrue(!counts.isEmpty(), () -> "nothing to compare: " + sql);
    assertEquals(counts, measured, sql);
  }

  private static Map<String, Long> counts(Duck duck, String sql) {
    Map<String, Long> counts = new TreeMap<>();
    duck.rows(sql).forEach(row -> counts.put(row.get(0), Long.valueOf(row.get(1))));
    return counts;
  }

  /** How many lines of the stream each event has, as CSV. */
  private Path copies() throws IOException {
    Set<String> events = new HashSet<>();
    for (String row : Files.readAllLines(stream.manifest())) {
      events.add(row.substring(0, row.indexOf(',')));
    }
    Map<String, Integer> lines = new HashMap<>();
    String text = Files.readString(stream.file(), ISO_8859_1);
    for (String id :
        MetricNames.all(text, "(?m)^\\{\"event_uuid\":\"([0-9a-f-]{36})\",\"event_name\"")) {
      if (events.contains(id)) {
        lines.merge(id, 1, Integer::sum);
      }
    }
    StringBuilder csv = new StringBuilder("uuid,lines\n");
    lines.forEach((id, count) -> csv.append(id).append(',').append(count).append('\n'));
    return Files.writeString(folder.resolve("copies.csv"), csv);
  }
}
