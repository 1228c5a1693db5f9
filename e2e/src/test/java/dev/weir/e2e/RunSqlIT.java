package dev.weir.e2e;

import static dev.weir.e2e.Documents.lines;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code weir run --sql}: what a user's SQL can do, and what it cannot. */
final class RunSqlIT {
  @TempDir Path folder;
  private Path lake;
  private Path input;

  @BeforeEach
  void writeInput() throws IOException {
    lake = folder.resolve("lake");
    input =
        lines(
            folder.resolve("in.ndjson"),
            LongStream.rangeClosed(1, 10).mapToObj(Documents::event).toList());
  }

  @Test
  void sqlFiltersAddsColumnsAndChoosesPartitions() throws Exception {
    Path sql =
        sql(
            """
            -- partition_by: parity, date
            WITH numbered AS (SELECT *, (payload->>'$.n')::INTEGER AS n FROM events)
            SELECT event_uuid, event_name, created_at, n * 2 AS doubled, sequence_number,
              json_object('was', payload) AS payload, date,
              CASE WHEN n % 2 = 0 THEN 'even/..' ELSE 'odd' END AS parity
            FROM numbered WHERE n > 3
            """);

    Weir.run(0, input, lake, "--sql", sql).expect(7, 0, 0, 3);

    try (LakeTables tables = new LakeTables(lake)) {
      assertEquals(
          List.of(
              List.of("8", "{\"was\":{\"n\":4}}", "even/.."),
              List.of("10", "{\"was\":{\"n\":5}}", "odd")),
          tables.rows("SELECT doubled, payload::VARCHAR, parity FROM events ORDER BY 1 LIMIT 2"));
    }
    assertTrue(Files.isDirectory(lake.resolve("events/parity=odd/date=2026-01-01")));
    // What was filtered was decided on: another run does not land it, another SQL or not.
    Weir.run(0, input, lake, "--sql", sql).expect(0, 10, 0, 0);
  }

  @Test
  void exampleOfTheDocumentationRuns() throws Exception {
    Path sql = Checkout.ROOT.resolve("examples/paths.sql");

    Weir.run(0, Checkout.EXAMPLE, lake, "--sql", sql).expect(16_804, 0, 0, 1_196);

    try (LakeTables tables = new LakeTables(lake)) {
      assertEquals(16_804, tables.number("SELECT count(*) FROM events"));
      assertEquals(11_490, tables.number("SELECT count(extension) FROM events"));
    }
  }

  @Test
  void errorStopsTheStartWithThePosition() throws Exception {
    assertRefused("SELECT *\nFORM events", "syntax error", "(line 2, column ");
    assertRefused("SELECT nothing FROM events", "\"nothing\" not found", "LINE 1");
    assertRefused("SELECT event_uuid, nofunction(1) FROM events", "nofunction", "LINE 1");
    assertRefused("SELECT * FROM evens", "it can only read the table 'events'");
    assertRefused(
        "SELECT event_name, date, event_type FROM events", "must return the column event_uuid");
    assertRefused("SELECT 1; SELECT 2", "exactly one SELECT");
    assertRefused("", "exactly one SELECT");
    assertRefused(
        "-- partition_by: nothing\nSELECT * FROM events", "partitioned by 'nothing', which is not");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FROM read_csv('/etc/passwd')",
        "SELECT *, (SELECT content FROM read_text('/etc/passwd')) AS stolen FROM events",
        "WITH t AS (FROM read_blob('/etc/passwd')) SELECT * FROM events, t",
        "SELECT e.* FROM events e JOIN 'file.parquet' f USING (event_uuid)",
        "FROM '/etc/passwd'",
        "FROM glob('/etc/*')",
        "FROM query('FROM read_text(''/etc/passwd'')')",
        "FROM query_table('events')",
        "FROM parquet_metadata('/etc/passwd')",
        "FROM duckdb_secrets()",
        "FROM pragma_database_list()",
        "FROM information_schema.tables",
        "FROM weir_events()",
        "ATTACH '/tmp/other.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "COPY events TO '/tmp/out.csv'",
        "COPY (SELECT 1) TO '/tmp/out.csv'",
        "PRAGMA database_list",
        "SET enable_external_access = true",
        "CREATE TABLE t AS FROM events",
        "DROP VIEW events",
        "CALL pragma_version()",
        "EXPORT DATABASE '/tmp/out'"
      })
  void nothingReachesOutside(String sql) throws Exception {
    Result result =
        Weir.command("run", "--input", input, "--lake", lake, "--workers", 1, "--sql", sql(sql))
            .expect(2);

    assertTrue(result.err().startsWith("weir run: transform.sql (--sql) is '"), result.err());
    assertFalse(result.err().contains("root:"), result.err());
    assertNothingLanded();
  }

  @Test
  void sqlThatMultipliesRowsFailsTheRunAndLandsNothing() throws Exception {
    Path sql = sql("SELECT e.* FROM events e, range(2)");

    Result result = Weir.command("run", "--input", input, "--lake", lake, "--sql", sql).expect(1);

    assertTrue(result.err().contains("the SQL must return each event at most once"), result.err());
    assertNothingLanded();
    // The failed attempts hold claims; a run with a better statement takes them over.
    Weir.run(0, input, lake).expect(10, 0, 0, 0);
  }

  @Test
  void sqlThatInventsIdsFailsTheRunAndLandsNothing() throws Exception {
    Path sql = sql("SELECT * REPLACE (uuid() AS event_uuid) FROM events");

    Result result = Weir.command("run", "--input", input, "--lake", lake, "--sql", sql).expect(1);

    assertTrue(result.err().contains("leave event_uuid alone"), result.err());
    assertNothingLanded();
  }

  private void assertRefused(String sql, String... said) throws IOException {
    Result result =
        Weir.command("run", "--input", input, "--lake", lake, "--sql", sql(sql)).expect(2);
    for (String part : said) {
      assertTrue(result.err().contains(part), result.err());
    }
    assertNothingLanded();
  }

  private void assertNothingLanded() throws IOException {
    assertEquals(List.of(), LakeTables.objects(lake));
    for (Path attempt : LakeTables.attempts(lake)) {
      String content = Files.readString(attempt);
      assertTrue(content.contains("\"state\":\"fenced\""), content);
    }
  }

  private Path sql(String text) throws IOException {
    return Files.writeString(folder.resolve("transform.sql"), text);
  }
}
