package dev.weir.cli.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.cli.ExitCodes;
import dev.weir.cli.Invocation;
import dev.weir.cli.LakeLedger;
import dev.weir.cli.Main;
import dev.weir.cli.Streams;
import dev.weir.cli.ledger.LedgerFiles;
import dev.weir.cli.ledger.LedgerTail;
import dev.weir.settings.SettingsReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The monitor over lakes that runs have made. */
final class RunMonitorTest {
  @TempDir private Path folder;
  private Path events;
  private Path lake;

  @BeforeEach
  void generate() {
    events = folder.resolve("events.ndjson");
    lake = folder.resolve("lake");
    Invocation generated =
        Invocation.of(
            "generate",
            "--events",
            "2000",
            "--duplicates",
            "10%",
            "--malformed",
            "3%",
            "--out",
            events.toString());
    assertEquals(ExitCodes.OK, generated.code(), generated.err());
  }

  private Invocation run(Path summary, String... more) {
    String[] given = {
      "run",
      "--input",
      events.toString(),
      "--lake",
      lake.toString(),
      "--summary-json",
      summary.toString(),
      "--batch-records",
      "700",
      "--batch-bytes",
      "16MiB",
      "--workers",
      "1"
    };
    String[] all = Arrays.copyOf(given, given.length + more.length);
    System.arraycopy(more, 0, all, given.length, more.length);
    return Invocation.of(all);
  }

  @Test
  void metricsOfALakeAreTheSumOfItsRuns() throws Exception {
    Path first = folder.resolve("first.json");
    Path second = folder.resolve("second.json");
    assertEquals(ExitCodes.OK, run(first).code());
    assertEquals(ExitCodes.OK, run(second).code());

    String metrics = metrics();
    for (Map.Entry<String, String> name :
        Map.of(
                "received", "weir_records_received_total",
                "landed", "weir_events_landed_total",
                "duplicates", "weir_events_duplicate_total",
                "dead_letters", "weir_dead_letters_total",
                "files", "weir_lake_files_total",
                "bytes_in", "weir_input_bytes_total",
                "bytes_out", "weir_lake_bytes_total")
            .entrySet()) {
      assertEquals(
          member(first, name.getKey()) + member(second, name.getKey()),
          sum(metrics, name.getValue()),
          name.getKey());
    }
    assertEquals(2000, sum(metrics, "weir_events_landed_total"));
    assertTrue(sum(metrics, "weir_dead_letters_total") > 0);
    assertEquals(0, sum(metrics, "weir_ledger_unbalanced_attempts_total"));
    assertEquals(0, sum(metrics, "weir_attempts_unfinished"));
  }

  private String metrics() throws IOException {
    LedgerFiles files =
        LedgerFiles.open(
            SettingsReader.ofThisProcess()
                .readForReading(null, Map.of("lake.path", List.of(lake.toString()))));
    Clock clock = Clock.systemUTC();
    try (Monitor monitor =
        new Monitor(
            new LedgerTail(files, Instant.MIN, LakeLedger.trust(false, null), clock),
            "lake",
            Duration.ofSeconds(10),
            List::of,
            clock)) {
      monitor.refresh();
      return new String(monitor.metrics(), StandardCharsets.UTF_8);
    }
  }

  private static long member(Path summary, String name) throws IOException {
    Matcher member = Pattern.compile("\"" + name + "\":(\\d+)").matcher(Files.readString(summary));
    assertTrue(member.find(), name);
    return Long.parseLong(member.group(1));
  }

  private static long sum(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  @Timeout(60)
  void runShowsItsLakeAndItselfUntilItEnds() throws Exception {
    PipedOutputStream input = new PipedOutputStream();
    PipedInputStream in = new PipedInputStream(input, 1 << 20);
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    CompletableFuture<Integer> run =
        CompletableFuture.supplyAsync(
            () ->
                Main.execute(
                    new Streams(
                        in,
                        new ByteArrayOutputStream(),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false,
                        false),
                    "run",
                    "--input",
                    "-",
                    "--lake",
                    lake.toString(),
                    "--monitor=0",
                    "--batch-records",
                    "500",
                    "--batch-bytes",
                    "16MiB",
                    "--workers",
                    "1"));
    URI server = awaitUri(err);
    input.write(Files.readAllBytes(events));
    input.flush();
    // All but what fills no batch yet.
    String metrics = await(server, "weir_attempts_total{state=\"landed\"} 4.0");
    assertTrue(metrics.contains("\njvm_memory_used_bytes{area=\"heap\"}"), metrics);
    assertTrue(metrics.contains("\nweir_claim_duration_seconds_count 4"), metrics);
    assertTrue(metrics.contains("\nweir_upload_duration_seconds_count 4"), metrics);
    assertTrue(metrics.contains("\nweir_engine_memory_bytes "), metrics);
    assertEquals(200, Http.get(server, "/").status());

    input.close();
    assertEquals(ExitCodes.OK, run.get(30, TimeUnit.SECONDS), err::toString);
    try (ServerSocket free =
        new ServerSocket(server.getPort(), 1, InetAddress.getLoopbackAddress())) {
      assertEquals(server.getPort(), free.getLocalPort());
    }
  }

  private static URI awaitUri(ByteArrayOutputStream err) throws InterruptedException {
    Pattern uri = Pattern.compile("the lake is shown at (http://127\\.0\\.0\\.1:\\d+/)");
    for (int i = 0; i < 2000; i++) {
      Matcher told = uri.matcher(err.toString(StandardCharsets.UTF_8));
      if (told.find()) {
        return URI.create(told.group(1));
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
    throw new AssertionError("the run did not tell its page: " + err);
  }

  private static String await(URI server, String line) throws Exception {
    String seen = "";
    for (int i = 0; i < 400; i++) {
      seen = Http.get(server, "/metrics").body();
      if (seen.contains(line)) {
        return seen;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new AssertionError(line + " did not come: " + seen);
  }

  @Test
  void portThatIsTakenStopsTheRunBeforeItBegins() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Invocation refused = run(folder.resolve("summary.json"), "--monitor=" + taken.getLocalPort());
      assertEquals(ExitCodes.FAILED, refused.code());
      assertTrue(
          refused
              .err()
              .startsWith("weir run: nobody can listen at 127.0.0.1, port " + taken.getLocalPort()),
          refused.err());
      assertFalse(Files.exists(lake), "nothing was done");
    }
  }
}
