package dev.weir.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.cli.query.SmallLake;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QueryCommandTest {
  @TempDir static Path lake;

  @BeforeAll
  static void createLake() throws Exception {
    SmallLake.create(lake);
  }

  @Test
  void tableAlignsNumbersToTheRightAndShowsNull() {
    assertEquals(
        """
         event_type | extra | n
        ------------+-------+---
         a/b        | NULL  | 1
         lesson     | NULL  | 2
        (2 rows)
        """,
        query("SELECT event_type, extra, count(*) AS n FROM events GROUP BY ALL ORDER BY 1"));
  }

  @Test
  void tableAlignsByWidthOnScreenAndDisarmsControlCharacters() {
    assertEquals(
        """
         word             | n
        ------------------+------
         東京             | 10.5
         größe            |  2.0
         a\\nb\\u001B\\u202E | NULL
        (3 rows)
        """,
        query(
            "FROM (VALUES ('東京', 10.5::DOUBLE), ('größe', 2), (concat('a', chr(10), 'b', chr(27),"
                + " chr(8238)), NULL)) AS t(word, n)"));
  }

  @Test
  void tableShowsBytesOfDeadLettersAsText() {
    assertEquals(
        """
         raw     | raw_bytes
        ---------+-----------
         {"a\\x00 |         4
        (1 row)
        """,
        query("SELECT raw, raw_bytes FROM dead_letters"));
  }

  @Test
  void longValuesAreCutOnATerminalOnly() {
    String sql = "SELECT repeat('x', 100) AS x";

    assertTrue(query(sql).contains("x".repeat(100)));
    Invocation seen = Invocation.onTerminal("query", sql, "--lake", lake.toString());
    assertTrue(seen.out().contains(" " + "x".repeat(59) + "…\n"), seen.out());
  }

  @Test
  void tableOfMoreRowsThanAPageIsComplete() {
    String table = query("SELECT range AS n FROM range(2500)");

    assertEquals(2_503, table.lines().count());
    assertTrue(table.endsWith(" 2499\n(2500 rows)\n"), "the end is missing");
    assertTrue(query("SELECT range AS n FROM range(1000)").endsWith("\n 999\n(1000 rows)\n"));
  }

  @Test
  void csvFollowsRfc4180() {
    assertEquals(
        "a,\"b,c\",n\r\n"
            + "plain,\"say \"\"x\"\"\",1\r\n"
            + "\"two\nlines\",\"\",2\r\n"
            + ",\"a,b\",\r\n",
        query(
            "FROM (VALUES ('plain', 'say \"x\"', 1), (concat('two', chr(10), 'lines'), '', 2),"
                + " (NULL, 'a,b', NULL)) AS t(a, \"b,c\", n)",
            "csv"));
  }

  @Test
  void jsonEmbedsPayloadsExactlyAsStored() {
    assertEquals(
        """
        [
        {"event_uuid":"0b7c2a9e-51d4-4f60-9a3b-7d2e8c1f5a46","event_name":"lesson:viewed",\
        "event_subtype":"viewed","created_at":1767225600.125,\
        "created_datetime":"2026-01-01T00:00:00.125Z",\
        "payload":{ "n": 1.10, "s": "\\u00e9" },"extra":null,"date":"2026-01-01",\
        "event_type":"lesson"}
        ]
        """,
        query("FROM events ORDER BY event_uuid LIMIT 1", "json"));
  }

  @Test
  void jsonKeepsTypes() {
    assertEquals(
        """
        [
        {"a":[1,null],"s":{"x":1.5,"t":"2026-01-01T00:00:00Z"},"m":{"k":"v"},"b":"YWIA",\
        "h":170141183460469231731687303715884105727,"d":1.10,"f":5.0,"e":1.0E22,"x":"NaN",\
        "n":"2026-03-29T02:30:00.5","tm":"10:11:12","t":true,"q":"\\"\\\\\\n\\u0001"}
        ]
        """,
        query(
            """
            SELECT [1, NULL] AS a, {'x': 1.5, 't': '2026-01-01'::TIMESTAMPTZ} AS s,
              MAP {'k': 'v'} AS m, 'ab\\x00'::BLOB AS b,
              170141183460469231731687303715884105727::HUGEINT AS h, 1.10::DECIMAL(9, 2) AS d,
              5::DOUBLE AS f, 1e22 AS e, 'NaN'::DOUBLE AS x, '2026-03-29 02:30:00.5'::TIMESTAMP AS n,
              '10:11:12'::TIME AS tm, true AS t, concat('"\\', chr(10), chr(1)) AS q
            """,
            "json"));
  }

  @Test
  void resultsWithoutRowsAreWellFormed() {
    assertEquals("[]\n", query("FROM events WHERE false", "json"));
    assertEquals("reason\r\n", query("SELECT reason FROM dead_letters WHERE false", "csv"));
    assertEquals(" n\n---\n(0 rows)\n", query("SELECT 1 AS n WHERE false"));
  }

  @Test
  void sqlMayComeFromStandardInput() {
    Invocation run =
        Invocation.withInput(
            "SELECT count(*) AS n\nFROM events; -- all of them\n",
            "query",
            "-",
            "--lake",
            lake.toString(),
            "--format",
            "csv");

    assertEquals("n\r\n3\r\n", run.out());
    assertEquals(ExitCodes.OK, run.code());
  }

  @Test
  void daysAreThoseOfTheFolders() {
    String sql = "SELECT count(*) AS n FROM events";
    Invocation run =
        Invocation.of(
            "query", sql, "--lake", lake.toString(), "--format", "csv", "--date", "2026-01-02");

    assertEquals("n\r\n1\r\n", run.out());
    assertEquals(ExitCodes.OK, run.code());
  }

  @Test
  void wrongSqlGivesTheMessageOfDuckDbWithThePosition() {
    Invocation run = Invocation.of("query", "SELEC 1", "--lake", lake.toString());

    assertEquals(
        """
        weir query: Parser Error: syntax error at or near "SELEC"

        LINE 1: SELEC 1
                ^^^^^
        """,
        run.err());
    assertEquals("", run.out());
    assertEquals(ExitCodes.FAILED, run.code());
  }

  @Test
  void queryThatFailsWhileItRunsGivesTheMessageOfDuckDb() {
    Invocation run =
        Invocation.of(
            "query", "SELECT (event_type || 'a')::INT FROM events", "--lake", lake.toString());

    assertTrue(
        run.err().startsWith("weir query: Conversion Error: Could not convert string '"),
        run.err());
    assertTrue(
        run.err()
            .endsWith(
                """

                LINE 1: SELECT (event_type || 'a')::INT FROM events
                                                  ^^^^^
                """),
        run.err());
    assertEquals(ExitCodes.FAILED, run.code());
  }

  @Test
  void statementsThatWouldWriteAreRefusedAndChangeNothing() {
    Path target = lake.resolve("events/x.parquet");

    Invocation run =
        Invocation.of("query", "COPY (SELECT 1) TO '" + target + "'", "--lake", lake.toString());

    assertEquals(
        "weir query: only queries are run here: SELECT, FROM, WITH, VALUES, DESCRIBE, SUMMARIZE or"
            + " SHOW\n",
        run.err());
    assertEquals(ExitCodes.FAILED, run.code());
    assertTrue(Files.notExists(target));
  }

  @Test
  void severalStatementsAreRefused() {
    Invocation run = Invocation.of("query", "SELECT 1; SELECT 2", "--lake", lake.toString());

    assertEquals("weir query: the text holds 2 statements; give one\n", run.err());
    assertEquals(ExitCodes.FAILED, run.code());
  }

  private static String query(String sql) {
    return query(sql, "table");
  }

  private static String query(String sql, String format) {
    Invocation run = Invocation.of("query", sql, "--lake", lake.toString(), "--format", format);
    assertEquals("", run.err());
    assertEquals(ExitCodes.OK, run.code());
    return run.out();
  }
}
