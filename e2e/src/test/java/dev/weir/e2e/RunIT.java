package dev.weir.e2e;

import static dev.weir.e2e.Documents.event;
import static dev.weir.e2e.Documents.lines;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weir run}, from its first use to the second run on the same lake. */
final class RunIT {
  @TempDir Path folder;

  @Test
  void exampleLandsOnceAndQueryAgreesWithTheSummary() throws Exception {
    Path lake = folder.resolve("lake");
    Summary first = Weir.run(0, Checkout.EXAMPLE, lake);

    first.expect(18_000, 0, 0, 0);
    Map<String, Long> queried = new TreeMap<>();
    query(lake, "SELECT event_type, count(*) FROM events GROUP BY ALL")
        .lines()
        .skip(1)
        .map(line -> line.split(",", -1))
        .forEach(row -> queried.put(row[0], Long.valueOf(row[1])));
    assertEquals(first.eventsByType(), queried);
    assertEquals("18000", value(query(lake, "SELECT sum(landed) FROM attempts")));
    try (LakeTables tables = new LakeTables(lake)) {
      assertEquals(
          first.files(), tables.number("SELECT sum(len(files)) FROM attempts"), "files planned");
      assertEquals(first.files(), LakeTables.objects(lake).size(), "files landed");
      String sent =
          ("(SELECT event_uuid::UUID, event_name, created_at, payload::VARCHAR FROM"
                  + " read_json('%s', format = 'newline_delimited', columns = {event_uuid:"
                  + " 'VARCHAR', event_name: 'VARCHAR', created_at: 'DOUBLE', payload: 'JSON'}))")
              .formatted(Checkout.EXAMPLE);
      String landed = "(SELECT event_uuid, event_name, created_at, payload::VARCHAR FROM events)";
      assertEquals(0, tables.number("SELECT count(*) FROM (%s EXCEPT %s)".formatted(sent, landed)));
      assertEquals(0, tables.number("SELECT count(*) FROM (%s EXCEPT %s)".formatted(landed, sent)));
    }

    Summary second = Weir.run(0, Checkout.EXAMPLE, lake);
    second.expect(0, 18_000, 0, 0);
    assertEquals("18000", value(query(lake, "SELECT count(*) FROM events")));
  }

  @Test
  void summaryOnStandardOutputSaysWhatToDoNext() throws Exception {
    Path input = lines(folder.resolve("in.ndjson"), List.of(event(1), event(1), "no json"));

    Result result = Weir.command("run", "--input", input, "--lake", folder.resolve("lake"));

    result.expect(0);
    assertEquals("", result.err());
    assertTrue(result.out().startsWith("3 records in "), result.out());
    assertTrue(result.out().contains("landed                       1  lesson 1"), result.out());
    assertTrue(result.out().contains("duplicates                   1"), result.out());
    assertTrue(result.out().contains("dead letters                 1  invalid_json 1"));
    assertTrue(result.out().contains("weir query \"SELECT event_type"), result.out());
  }

  @Test
  void secondRunAtOnceIsRefusedAndTheFirstGoesOn() throws Exception {
    Path lake = folder.resolve("lake");
    Path input = lines(folder.resolve("in.ndjson"), List.of(event(2)));
    try (WeirProcess first = process("run", "--input", "-", "--lake", lake, "--quiet")) {
      assertTrue(first.runUntil(() -> Files.exists(lake.resolve("_weir/claims-epoch"))));

      Result second = Weir.command("run", "--input", input, "--lake", lake);
      second.expect(1);
      assertEquals("", second.out());
      assertEquals(
          "weir run: the claims in %s are in use by another run (process %d); wait until it ends, or stop it\n"
              .formatted(lake.resolve("_weir/claims"), first.pid()),
          second.err());

      try (OutputStream stream = first.input()) {
        stream.write((event(1) + "\n").getBytes(UTF_8));
      }
      first.await().expect(0);
    }
    Weir.run(0, input, lake).expect(1, 0, 0, 0);
    assertEquals("2", value(query(lake, "SELECT count(*) FROM events")));
  }

  @Test
  void killedRunLeavesNothingInTheTemporaryFolder() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/maps")), "no such system");
    Path lake = folder.resolve("lake");
    try (WeirProcess run = process("run", "--input", "-", "--lake", lake, "--quiet")) {
      assertTrue(run.runUntil(() -> Files.exists(lake.resolve("_weir/claims-epoch"))));
      assertTrue(run.kill());
      try (Stream<Path> left = Files.list(run.temporary())) {
        assertEquals(List.of(), left.filter(path -> path.toString().contains("duckdb")).toList());
      }
    }
  }

  @Test
  void otherClaimsOnTheSameLakeAreRefused() throws Exception {
    Path lake = folder.resolve("lake");
    Path input = lines(folder.resolve("in.ndjson"), List.of(event(1)));
    Weir.run(0, input, lake).expect(1, 0, 0, 0);

    Result other =
        Weir.command(
            "run", "--input", input, "--lake", lake, "--claims", folder.resolve("other-claims"));

    other.expect(1);
    assertTrue(other.err().startsWith("weir run: this lake's claims are those with the id "));
    assertEquals(1, other.err().lines().count(), other.err());
    Weir.run(0, input, lake).expect(0, 1, 0, 0);
  }

  @Test
  void claimsMayLieOutsideOfTheLake() throws Exception {
    Path lake = folder.resolve("lake");
    Path claims = folder.resolve("claims");
    Path input = lines(folder.resolve("in.ndjson"), List.of(event(1)));

    Weir.run(0, input, lake, "--claims", claims).expect(1, 0, 0, 0);
    Weir.run(0, input, lake, "--claims", claims).expect(0, 1, 0, 0);

    assertFalse(Files.exists(lake.resolve("_weir/claims")));
  }

  @Test
  void ctrlCStopsCleanlyAndTheNextRunGoesOn() throws Exception {
    SyntheticStream stream = SyntheticStream.write(folder, 40_000, 7);
    Path lake = folder.resolve("lake");
    String[] command = {
      "run",
      "--input",
      stream.file().toString(),
      "--lake",
      lake.toString(),
      "--batch-bytes",
      "17MiB"
    };
    try (WeirProcess run =
        WeirProcess.in(folder)
            .environment("WEIR_RUN_BATCH_RECORDS", "400")
            .environment("WEIR_RUN_WORKERS", "2")
            .weir((Object[]) command)) {
      assertTrue(run.runUntil(() -> !LakeTables.objects(lake).isEmpty()));
      run.interrupt();

      Result result = run.await().expect(130);

      assertTrue(result.out().startsWith("Stopped before the end; run it again to go on.\n"));
      assertEquals("", result.err());
    }
    // Cleanly: whatever was begun is finished, so nothing has to be fenced.
    try (LakeTables tables = new LakeTables(lake)) {
      assertEquals(
          0,
          tables.number("SELECT sum(len(files)) FROM attempts") - LakeTables.objects(lake).size());
    }
    Weir.run(0, stream.file(), lake);
    assertTrue(Auditor.events(lake, stream.manifest()).isExact());
    assertEquals(stream.deadLetters(), Auditor.deadLetters(lake));
    try (LakeTables tables = new LakeTables(lake)) {
      assertEquals(0, tables.number("SELECT count(*) FROM attempts WHERE state = 'fenced'"));
    }
  }

  @Test
  void ctrlCWhileStandardInputIsSilentEndsCleanly() throws Exception {
    Path lake = folder.resolve("lake");
    try (WeirProcess run = process("run", "--input", "-", "--lake", lake, "--batch-records", 1)) {
      run.input().write((event(1) + "\n").getBytes(UTF_8));
      run.input().flush();
      assertTrue(run.runUntil(() -> !LakeTables.objects(lake).isEmpty()));
      run.interrupt();

      Result result = run.await().expect(130);

      assertEquals("", result.err(), "nothing was abandoned");
    }
  }

  @Test
  void unreadableFileAmongManyIsADeadLetterAndItsNeighboursLand() throws Exception {
    Path inputs = Files.createDirectories(folder.resolve("in"));
    lines(inputs.resolve("a.ndjson"), List.of(event(1)));
    Path broken = Files.createSymbolicLink(inputs.resolve("b.ndjson"), folder.resolve("nowhere"));
    lines(inputs.resolve("c.ndjson"), List.of(event(3)));
    Path lake = folder.resolve("lake");
    Path json = folder.resolve("summary.json");

    Result result =
        Weir.command("run", "--input", inputs, "--lake", lake, "--summary-json", json, "--quiet");

    result.expect(1);
    assertEquals("weir run: %s could not be read: no such file\n".formatted(broken), result.err());
    Summary.read(json).expectBalanced().expect(2, 0, 1, 0);
    try (LakeTables tables = new LakeTables(lake)) {
      assertEquals(
          List.of(List.of("unreadable_input", broken.toString(), "0", "0", "0")),
          tables.rows(
              "SELECT reason, shard_id, sequence_number, sub_index, raw_bytes FROM dead_letters"));
    }

    // Once it can be read, the same command lands it.
    lines(folder.resolve("nowhere"), List.of(event(2)));
    Weir.run(0, inputs, lake).expect(1, 2, 0, 0);
  }

  @Test
  void columnsAndTypesAreThoseOfTheArchitecture() throws Exception {
    Path input = lines(folder.resolve("in.ndjson"), List.of(event(1), "no json"));
    Path lake = folder.resolve("lake");
    Weir.run(0, input, lake).expect(1, 0, 1, 0);
    try (LakeTables tables = new LakeTables(lake)) {
      assertEquals(
          """
          event_uuid UUID
          event_name VARCHAR
          event_subtype VARCHAR
          created_at DOUBLE
          created_datetime TIMESTAMP WITH TIME ZONE
          payload JSON
          extra JSON
          date DATE
          event_type VARCHAR
          """,
          described(tables, "events"));
      assertEquals(
          """
          dead_letter_uuid UUID
          reason VARCHAR
          detail VARCHAR
          raw BLOB
          raw_bytes BIGINT
          event_uuid UUID
          stream VARCHAR
          shard_id VARCHAR
          sequence_number VARCHAR
          sub_index INTEGER
          arrival_time TIMESTAMP WITH TIME ZONE
          attempt VARCHAR
          date DATE
          """,
          described(tables, "dead_letters"));
      assertEquals(
          List.of("ZSTD"),
          tables.column(
              "SELECT DISTINCT compression FROM parquet_metadata('%s/*/**/*.parquet')"
                  .formatted(lake)));
      assertEquals(
          "2026-01-01 00:00:00.125+00",
          tables.text("SELECT created_datetime::VARCHAR FROM events"));
    }
  }

  private static String described(LakeTables tables, String table) {
    StringBuilder columns = new StringBuilder();
    tables
        .rows("DESCRIBE " + table)
        .forEach(row -> columns.append(row.get(0)).append(' ').append(row.get(1)).append('\n'));
    return columns.toString();
  }

  private WeirProcess process(Object... args) throws Exception {
    return WeirProcess.in(folder)
        .environment("WEIR_RUN_BATCH_BYTES", "17MiB")
        .environment("WEIR_RUN_WORKERS", "2")
        .weir(args);
  }

  private static String query(Path lake, String sql) {
    return Weir.command("query", sql, "--lake", lake, "--format", "csv").expect(0).out();
  }

  private static String value(String csv) {
    return csv.lines().skip(1).findFirst().orElseThrow();
  }
}
