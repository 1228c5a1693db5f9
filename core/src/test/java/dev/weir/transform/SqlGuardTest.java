package dev.weir.transform;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlGuardTest {
  @TempDir private Path staging;

  private SqlException refused(String sql) {
    return assertThrows(SqlException.class, () -> new Transforming(staging, sql).close(), sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_blob('/etc/passwd')",
        "SELECT * FROM read_json_auto('/x.json')",
        "SELECT * FROM read_parquet('/x.parquet')",
        "SELECT * FROM parquet_kv_metadata('/x.parquet')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM 'x.csv'",
        "SELECT * FROM events, 'x.parquet'",
        "SELECT * FROM events WHERE event_name IN (SELECT x FROM 'x.parquet')",
        "SELECT (SELECT content FROM read_text('/etc/passwd')) AS c, * FROM events",
        "SELECT * FROM duckdb_settings()",
        "SELECT * FROM query('SELECT 1')",
        "SELECT * FROM query_table('weir_dead_letters')",
        "SELECT * FROM sniff_csv('x.csv')",
        "SELECT * FROM pragma_version()",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM pg_catalog.pg_tables",
        "SELECT * FROM system.main.duckdb_tables",
        "SELECT * FROM memory.main.events",
        "SELECT * FROM weir_dead_letters",
        "SELECT * FROM weir_events()",
        "SELECT * FROM weir_output",
        "SELECT * FROM (SHOW TABLES)",
        "SELECT * FROM (DESCRIBE weir_dead_letters)",
        "SHOW TABLES",
        "ATTACH '/x.db'",
        "COPY events TO '/x.csv'",
        "COPY (SELECT 1) TO '/x.csv'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "PRAGMA version",
        "SET threads = 8",
        "CREATE TABLE x AS SELECT 1",
        "DROP VIEW events",
        "INSERT INTO events SELECT * FROM events",
        "EXPORT DATABASE '/x'",
        "CALL pragma_version()",
        "SELECT * FROM events; SELECT 1",
        "SELECT * FROM events; DROP VIEW events",
        "",
        "-- nothing",
        "SELECT getenv('HOME') AS home, * FROM events",
      })
  void everythingThatReachesOutsideIsRefused(String sql) {
    refused(sql);
  }

  /** A name that only another part of the statement may use is no table here. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM weir_dead_letters, (WITH weir_dead_letters AS (SELECT 1) SELECT 1)",
        "SELECT e.* FROM events e, (WITH weir_dead_letters AS (SELECT 1 AS x)"
            + " SELECT x FROM weir_dead_letters), weir_dead_letters",
        "WITH a AS (SELECT * FROM weir_dead_letters), weir_dead_letters AS (SELECT 1)"
            + " SELECT e.* FROM events e, a",
        "WITH weir_dead_letters AS (SELECT * FROM weir_dead_letters)"
            + " SELECT e.* FROM events e, weir_dead_letters",
      })
  void cteIsATableOnlyWhereItCanBeSeen(String sql) {
    assertTrue(refused(sql).getMessage().contains("'weir_dead_letters'"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM events",
        "FROM events",
        "SELECT * FROM Events AS e WHERE e.event_type = 'a';",
        "(SELECT * FROM events)",
        "WITH a AS (SELECT * FROM events), b AS (SELECT * FROM a) SELECT * FROM b",
        "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 3)"
            + " SELECT * FROM events WHERE (SELECT max(i) FROM n) = 3",
        "WITH events2 AS (WITH x AS (FROM events) FROM x) SELECT * FROM events2",
        "SELECT e.* FROM events e WHERE EXISTS (SELECT 1 FROM json_each(e.payload))",
        "SELECT e.*, (SELECT count(*) FROM unnest([1, 2])) AS n FROM events e",
        "SELECT e.*, list_sum([x + 1 FOR x IN range(3)]) AS n FROM events e",
        "SELECT * FROM events QUALIFY row_number() OVER (PARTITION BY event_type) = 1",
        "SELECT e.* FROM events e JOIN (VALUES ('a')) v(t) ON e.event_type = v.t",
        "SELECT * FROM events -- with a comment at its end",
      })
  void whatOnlyComputesIsAllowed(String sql) throws Exception {
    new Transforming(staging, sql).close();
  }

  @Test
  void syntaxErrorsCarryLineAndColumn() {
    String message = refused("SELECT *\nFROM events\n  WERE x = 1").getMessage();
    assertTrue(message.contains("(line 3, column "), message);
  }

  @Test
  void bindingErrorsCarryTheEnginesWordsAndPlace() {
    String message = refused("SELECT *\nFROM events\nWHERE no_such = 1").getMessage();
    assertTrue(message.contains("no_such") && message.contains("LINE 3"), message);
  }
}
