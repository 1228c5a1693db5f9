package dev.weir.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** What examples/ holds is what its README says. */
final class ExamplesTest {
  private static final Path EXAMPLES = Path.of("..", "examples");

  /** The default columns of the table events, as weir run binds them. */
  private static final String EVENTS =
      """
      CREATE TABLE events AS
      SELECT event_uuid, event_name, split_part(event_name, ':', 2) AS event_subtype, created_at,
        make_timestamptz((created_at * 1e6)::BIGINT) AS created_datetime, payload,
        NULL::JSON AS extra, make_timestamp((created_at * 1e6)::BIGINT)::DATE AS date,
        split_part(event_name, ':', 1) AS event_type, NULL::TIMESTAMPTZ AS arrival_time,
        'file' AS stream, '' AS shard_id, '0' AS sequence_number
      FROM read_json('%s', format = 'newline_delimited', columns = {event_uuid: 'UUID',
        event_name: 'VARCHAR', created_at: 'DOUBLE', payload: 'JSON'})
      """;

  @Test
  void exampleInputHasEighteenThousandDistinctEventsInOneMegabyte() throws Exception {
    assertTrue(Files.size(input()) <= 1_000_000);
    try (Connection database = database()) {
      assertEquals(
          "18000 18000 2012-06-06 2019-03-02",
          text(
              database,
              "SELECT concat_ws(' ', count(*), count(DISTINCT event_uuid), min(date), max(date))"
                  + " FROM events"));
    }
  }

  @Test
  void exampleTransformationRunsAndNamesItsPartitions() throws Exception {
    String sql = Files.readString(EXAMPLES.resolve("paths.sql"));

    assertTrue(sql.lines().anyMatch("-- partition_by: date, event_type"::equals));
    try (Connection database = database()) {
      assertEquals(
          "16804 11490 0",
          text(
              database,
              "SELECT concat_ws(' ', count(*), count(extension), count(*) FILTER (date IS NULL))"
                  + " FROM ("
                  + sql
                  + ")"));
    }
  }

  private static Path input() {
    return EXAMPLES.resolve("git-events.ndjson.gz");
  }

  private static Connection database() throws SQLException {
    Connection database = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement statement = database.createStatement()) {
      statement.execute(EVENTS.formatted(input()));
    }
    return database;
  }

  private static String text(Connection database, String sql) throws SQLException {
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertTrue(rows.next());
      return rows.getString(1);
    }
  }
}
