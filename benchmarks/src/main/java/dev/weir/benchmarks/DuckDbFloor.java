package dev.weir.benchmarks;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/**
 * The floor, as a process of its own: what DuckDB alone takes from the same file to the same table.
 *
 * <p>It reads with the types given, writes the columns of Weir's default table into the same
 * partitions, and does nothing else: no duplicates are dropped, nothing is validated, nothing is
 * synced, and a bad line would stop it.
 */
final class DuckDbFloor {
  private DuckDbFloor() {}

  /** Runs it. Arguments: input file, output folder, threads, zstd level (0 for DuckDB's own). */
  public static void main(String[] args) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("threads", args[2]);
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:", properties);
        Statement statement = connection.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      statement.execute(copy(Path.of(args[0]), Path.of(args[1]), Integer.parseInt(args[3])));
    }
  }

  static String copy(Path input, Path output, int level) {
    return """
        COPY (
          SELECT event_uuid, event_name, split_part(event_name, ':', 2) AS event_subtype, created_at,
            make_timestamptz((created_at * 1000000)::BIGINT) AS created_datetime, payload,
            NULL::JSON AS extra, created_datetime::DATE AS date,
            split_part(event_name, ':', 1) AS event_type
          FROM %s)
        TO '%s' (FORMAT parquet, COMPRESSION zstd%s, PARTITION_BY (date, event_type))
        """
        .formatted(
            readJson(input), quoted(output), level == 0 ? "" : ", COMPRESSION_LEVEL " + level);
  }

  /** The table function that reads a file of events with explicit columns. */
  static String readJson(Path file) {
    return """
        read_json('%s', format = 'newline_delimited', columns = {event_uuid: 'UUID',
          event_name: 'VARCHAR', created_at: 'DOUBLE', payload: 'JSON'})"""
        .formatted(quoted(file));
  }

  /** A path for use between quotes in SQL. */
  static String quoted(Path path) {
    return path.toString().replace("'", "''");
  }
}
