package dev.weir.cli.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.cli.LakeLedger;
import dev.weir.cli.ledger.LedgerFiles;
import dev.weir.cli.ledger.LedgerFolder;
import dev.weir.cli.ledger.LedgerTail;
import dev.weir.cli.ledger.MovedClock;
import dev.weir.cli.ledger.Window;
import dev.weir.settings.SettingsReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MonitorServerTest {
  private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  @TempDir private Path folder;
  private final MovedClock clock = new MovedClock(START);
  private LedgerFolder ledger;
  private Monitor monitor;
  private MonitorServer server;

  @BeforeEach
  void serve() throws Exception {
    ledger = new LedgerFolder(folder);
    LedgerFiles files =
        LedgerFiles.open(
            SettingsReader.ofThisProcess()
                .readForReading(null, Map.of("lake.path", List.of(folder.toString()))));
    LedgerTail tail = new LedgerTail(files, Instant.MIN, LakeLedger.trust(false, null), clock);
    monitor = new Monitor(tail, "a lake", INTERVAL, List::of, clock);
    server = MonitorServer.bind(InetAddress.getLoopbackAddress(), 0);
    server.serve(new MonitorPages(monitor));
  }

  @AfterEach
  void stop() {
    server.close();
    monitor.close();
  }

  private Http get(String path) throws IOException {
    return Http.get(server.uri(), path);
  }

  private void land(int number, String members) throws IOException {
    ledger.landed(LedgerFolder.id(clock.instant(), number), clock.instant(), members);
  }

  @Test
  void nothingIsToldBeforeTheLedgerWasRead() throws IOException {
    for (String path : new String[] {"/metrics", "/healthz", "/api/report"}) {
      Http early = get(path);
      assertEquals(503, early.status(), path);
      assertTrue(early.body().contains("the ledger is being read for the first time"), path);
    }
    assertEquals(200, get("/").status());

    monitor.refresh();
    for (String path : new String[] {"/metrics", "/healthz", "/api/report"}) {
      assertEquals(200, get(path).status(), path);
    }
  }

  @Test
  void reportIsMadeOnceAfterARefreshHoweverManyAsk() throws IOException {
    land(1, LedgerFolder.counts(3, 3, 0));
    monitor.refresh();
    byte[] first = monitor.report(Window.DAY);
    assertSame(first, monitor.report(Window.DAY));
    land(2, LedgerFolder.counts(4, 4, 0));
    monitor.refresh();
    assertTrue(get("/api/report").body().contains("\"totals\":{\"received\":7,"));
    clock.move(Duration.ofDays(1));
    assertTrue(get("/api/report").body().contains("seconds ago"));
  }

  @Test
  void counterStandsStillWhereALateSealMakesItsNumberSmaller() throws IOException {
    String attempt = LedgerFolder.id(clock.instant(), 1);
    ledger.landed(
        attempt,
        clock.instant(),
        LedgerFolder.counts(5, 5, 0)
            + ",\"quality\":{\"a\":{\"received\":5,\"landed\":5,"
            + "\"freshness_seconds\":{\"max\":1,\"sum\":5,\"counts\":[0,0,5]}}}");
    monitor.refresh();
    ledger.sealed(attempt, 2);
    monitor.refresh();
    expectServed(
        "weir_records_received_total 5.0",
        "weir_events_landed_total{event_type=\"a\"} 5.0",
        "weir_attempts_total{state=\"landed\"} 1.0",
        "weir_freshness_seconds_count{event_type=\"a\"} 5",
        "weir_freshness_seconds_sum{event_type=\"a\"} 5.0");
    assertTrue(get("/api/report").body().contains("\"totals\":{\"received\":2,"));

    land(2, LedgerFolder.counts(4, 4, 0));
    monitor.refresh();
    expectServed("weir_records_received_total 6.0");
  }

  private void expectServed(String... lines) throws IOException {
    List<String> served = get("/metrics").body().lines().toList();
    for (String line : lines) {
      assertTrue(served.contains(line), () -> line + " is not in " + served);
    }
  }

  @Test
  void metricsOfASmallLedgerAreTheseAndNoOthers() throws IOException {
    land(
        1,
        """
        "received":10,"landed":6,"duplicates":2,"dead_letters":1,"filtered":1,"late":1,
        "checked":6,"accurate":5,"bytes_in":1000,"bytes_out":10,
        "dead_letters_by_reason":{"invalid_json":1},
        "quality":{"le\\"ss\\\\on\\n":{"landed":6,"duplicates":1,"filtered":1,"late":1,"checked":6,
          "accurate":5,"violations":{"has_user":1},"missing_values":{"payload":2},
          "freshness_seconds":{"p50":1,"p95":2,"max":700000,"sum":700003.5,"counts":[0,0,5,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1]}}},
        "undecoded":{"received":2,"duplicates":1,"dead_letters":{"invalid_json":1}},
        "drift":{"new_fields":1,"findings":[{"event_type":"le\\"ss\\\\on\\n","path":"p","kind":"new"}]}""");
    monitor.refresh();
    String type = "event_type=\"le\\\"ss\\\\on\\n\"";
    List<String> lines =
        get("/metrics").body().lines().filter(line -> !line.startsWith("#")).toList();
    List<String> expected =
        List.of(
            "weir_arrival",
            "weir_attempts_total{state=\"fenced\"} 0.0",
            "weir_attempts_total{state=\"landed\"} 1.0",
            "weir_attempts_total{state=\"sealed\"} 0.0",
            "weir_attempts_unfinished 0.0",
            "weir_dead_letters_total{reason=\"invalid_json\"} 1.0",
            "weir_drift_findings_total{" + type + ",kind=\"new\"} 1.0",
            "weir_events_accurate_total{" + type + "} 5.0",
            "weir_events_checked_total{" + type + "} 6.0",
            "weir_events_duplicate_total{event_type=\"__undecoded__\"} 1.0",
            "weir_events_duplicate_total{" + type + "} 1.0",
            "weir_events_filtered_total{" + type + "} 1.0",
            "weir_events_landed_total{" + type + "} 6.0",
            "weir_events_late_total{" + type + "} 1.0",
            "weir_expectation_violations_total{" + type + ",expectation=\"has_user\"} 1.0",
            "weir_freshness_seconds_bucket{" + type + ",le=\"0.5\"} 0",
            "weir_freshness_seconds_bucket{" + type + ",le=\"1.0\"} 5",
            "weir_freshness_seconds_bucket{" + type + ",le=\"604800.0\"} 5",
            "weir_freshness_seconds_bucket{" + type + ",le=\"+Inf\"} 6",
            "weir_freshness_seconds_count{" + type + "} 6",
            "weir_freshness_seconds_sum{" + type + "} 700003.5",
            "weir_input_bytes_total 1000.0",
            "weir_lake_bytes_total 10.0",
            "weir_lake_files_total 1.0",
            "weir_last_landing_timestamp_seconds 1.7954352E9",
            "weir_ledger_damaged_objects 0.0",
            "weir_ledger_unbalanced_attempts_total 0.0",
            "weir_missing_values_total{" + type + ",field=\"payload\"} 2.0",
            "weir_monitor_last_refresh_timestamp_seconds 1.7954352E9",
            "weir_monitor_refresh_failures_total 0.0",
            "weir_monitor_requests_total{operation=\"get\"} 1.0",
            "weir_monitor_requests_total{operation=\"head\"} 1.0",
            "weir_monitor_requests_total{operation=\"list\"} 1.0",
            "weir_records_received_total 10.0");
    for (String line : expected.subList(1, expected.size())) {
      assertTrue(lines.contains(line), () -> line + " is not in\n" + String.join("\n", lines));
    }
    // Besides: the version, how long it took, and the other buckets of the histogram.
    assertEquals(expected.size() - 1 + 2 + 15, lines.size(), () -> String.join("\n", lines));
    assertTrue(
        get("/metrics").headers().get("content-type").startsWith("text/plain; version=0.0.4"));
  }

  @Test
  void healthEndsWhenTheLedgerCannotBeReadAndComesBack() throws IOException {
    monitor.refresh();
    assertEquals("ok\n", get("/healthz").body());
    Path attempts = folder.resolve("_weir/attempts");
    Files.delete(attempts);
    Files.writeString(attempts, "no folder");
    clock.move(INTERVAL);
    monitor.refresh();
    assertEquals(200, get("/healthz").status());

    clock.move(Duration.ofMinutes(2));
    monitor.refresh();
    Http ill = get("/healthz");
    assertEquals(503, ill.status());
    assertTrue(
        ill.body().startsWith("the ledger was read 130 seconds ago, and not since: "), ill.body());
    assertEquals(200, get("/metrics").status());
    assertTrue(get("/metrics").body().contains("weir_monitor_refresh_failures_total 2.0"));
    assertTrue(
        get("/api/report").body().contains("\"stale\":\"the ledger was read 130 seconds ago"));

    Files.delete(attempts);
    Files.createDirectory(attempts);
    monitor.refresh();
    assertEquals(200, get("/healthz").status());
  }

  @Test
  void everyAnswerForbidsWhatThePageDoesNotNeed() throws IOException {
    monitor.refresh();
    for (String path :
        new String[] {
          "/", "/page.js", "/page.css", "/chart.js", "/metrics", "/healthz", "/api/report", "/no"
        }) {
      Map<String, String> headers = get(path).headers();
      assertEquals("nosniff", headers.get("x-content-type-options"), path);
      assertEquals("no-store", headers.get("cache-control"), path);
      String policy = headers.get("content-security-policy");
      assertTrue(
          policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self';"), path);
      assertFalse(policy.contains("unsafe"), path);
    }
  }

  @Test
  void pageHasNoScriptOfItsOwnAndNothingFromElsewhere() throws IOException {
    String page = get("/").body();
    assertFalse(
        page.matches("(?s).*<script(?! src=\"(chart|page)\\.js\" defer></script>).*"), page);
    assertFalse(page.contains("<style"), page);
    assertFalse(page.contains("//"), page);
    String script = get("/page.js").body();
    assertFalse(script.contains("innerHTML"), "markup is never made of text");
    assertFalse(script.matches("(?s).*\\b(eval|Function|insertAdjacentHTML|outerHTML|write)\\(.*"));
    assertTrue(get("/chart.js").body().contains("Chart.js v4"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE"})
  void otherMethodsAreRefused(String method) throws IOException {
    Http refused = Http.send(server.uri(), method, "/", server.uri().getAuthority());
    assertEquals(405, refused.status());
    assertEquals("GET, HEAD", refused.headers().get("allow"));
  }

  @Test
  void headHasTheHeadersOnly() throws IOException {
    monitor.refresh();
    Http head = Http.send(server.uri(), "HEAD", "/healthz", server.uri().getAuthority());
    assertEquals(200, head.status());
    assertEquals("3", head.headers().get("content-length"));
    assertEquals("", head.body());
  }

  @Test
  void nameOfAnotherSiteIsRefused() throws IOException {
    monitor.refresh();
    for (String host :
        new String[] {
          "evil.example",
          "evil.example:" + server.uri().getPort(),
          "127.0.0.1.evil.example",
          "localhost.",
          ""
        }) {
      int status = Http.send(server.uri(), "GET", "/api/report", host).status();
      assertTrue(status == 403 || status == 400, host + " got " + status);
    }
    for (String host : new String[] {"localhost", "LOCALHOST:1", "127.0.0.1:9464", "[::1]:9464"}) {
      assertEquals(200, Http.send(server.uri(), "GET", "/api/report", host).status(), host);
    }
  }

  @Test
  void reportAnswersForTheWindowsThatThereAre() throws IOException {
    monitor.refresh();
    for (String window : new String[] {"1h", "24h", "7d", "30d", "all"}) {
      Http report = get("/api/report?window=" + window);
      assertEquals(200, report.status());
      assertEquals("application/json", report.headers().get("content-type"));
      assertTrue(report.body().contains("\"window\":\"" + window + "\""));
    }
    for (String query : new String[] {"window=2h", "window=", "since=1h", "window=1h&x=1", ""}) {
      assertEquals(400, get("/api/report?" + query).status(), query);
    }
    assertEquals(404, get("/api").status());
    assertEquals(404, get("/..%2fpage.js").status());
  }

  @Test
  void portThatIsTakenIsToldWithTheNextStep() {
    int taken = server.uri().getPort();
    String message =
        assertThrows(
                IOException.class,
                () -> MonitorServer.bind(InetAddress.getLoopbackAddress(), taken))
            .getMessage();
    assertTrue(message.startsWith("nobody can listen at 127.0.0.1, port " + taken), message);
    assertTrue(message.endsWith("choose another port"), message);
  }

  @Test
  void restartHasTheSameCounters() throws Exception {
    land(1, LedgerFolder.counts(5, 4, 1));
    monitor.refresh();
    land(2, LedgerFolder.counts(3, 3, 0));
    monitor.refresh();
    List<String> followed = counters(server.uri());
    stop();
    serve();
    monitor.refresh();
    assertEquals(followed, counters(server.uri()));
    assertTrue(followed.contains("weir_records_received_total 8.0"), followed.toString());
  }

  private static List<String> counters(URI server) throws IOException {
    return Http.get(server, "/metrics")
        .body()
        .lines()
        .filter(line -> !line.startsWith("weir_monitor_") && !line.startsWith("#"))
        .toList();
  }
}
