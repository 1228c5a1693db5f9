package dev.weir.benchmarks;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What a file of events or a table made of it holds, by plain DuckDB: no speed is bought with wrong
 * results.
 *
 * @param rows all rows, duplicates included
 * @param distinct distinct uuids
 * @param fingerprint the sum of a hash of uuid, name, time and whether there is a payload, over the
 *     distinct ones
 */
record Contents(long rows, long distinct, BigDecimal fingerprint) {
  // Not the payloads: DuckDB's JSON reader changes their bytes, and Weir keeps them. That they are
  // kept is for tests to check.
  private static final String SQL =
      """
      SELECT count(*), count(DISTINCT event_uuid),
        coalesce(sum(DISTINCT hash(event_uuid, event_name, created_at, payload IS NULL)::HUGEINT), 0)
      FROM %s
      """;

  /** The contents of a file with one event a line. */
  static Contents ofJson(Path file) throws SQLException {
    return of(DuckDbFloor.readJson(file));
  }

  /** The contents of all Parquet files below a folder. */
  static Contents ofParquet(Path folder) throws SQLException {
    return of("read_parquet('%s/**/*.parquet')".formatted(DuckDbFloor.quoted(folder)));
  }

  private static Contents of(String source) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(SQL.formatted(source))) {
      row.next();
      return new Contents(row.getLong(1), row.getLong(2), row.getBigDecimal(3));
    }
  }

  /** The same events, each once. */
  Contents once() {
    return new Contents(distinct, distinct, fingerprint);
  }
}
