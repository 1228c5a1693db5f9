package dev.weir.cli.query;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Lets through one statement that only reads.
 *
 * <p>DuckDB itself tells: what its parser can serialise is a SELECT (FROM, WITH, VALUES, DESCRIBE,
 * SHOW and SUMMARIZE are SELECTs to it). A statement that would write in the lake, such as COPY or
 * ATTACH, is refused before it runs. This guards against mistakes, not against the person at the
 * keyboard, who may write to the lake by any other means.
 */
public final class ReadOnlySql {
  private ReadOnlySql() {}

  /**
   * Returns if the text is one statement that only reads, or if it cannot be parsed: running it
   * gives a better message then, with the position.
   *
   * @throws SQLException if the text holds another statement, several, or none
   */
  public static void require(Connection connection, String sql) throws SQLException {
    String query =
        """
        SELECT json_extract_string(parsed, '$.error_type'),
          json_array_length(parsed, '$.statements')
        FROM (SELECT json_serialize_sql(?::VARCHAR) AS parsed)
        """;
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, sql);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        String error = row.getString(1);
        if (error == null && row.getLong(2) != 1) {
          throw new SQLException(
              "the text holds %d statements; give one".formatted(row.getLong(2)));
        }
        if (error != null && !error.equals("parser")) {
          throw new SQLException(
              "only queries are run here: SELECT, FROM, WITH, VALUES, DESCRIBE, SUMMARIZE or SHOW");
        }
      }
    }
  }
}
