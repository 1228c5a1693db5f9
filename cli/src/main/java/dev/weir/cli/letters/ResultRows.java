package dev.weir.cli.letters;

import dev.weir.cli.Streams;
import dev.weir.cli.query.ResultFormat;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Rows of text that were found out row by row, to be answered in any format.
 *
 * <p>Used by one thread.
 */
final class ResultRows implements AutoCloseable {
  private final Connection connection;
  private final PreparedStatement insert;
  private final int columns;

  private ResultRows(Connection connection, PreparedStatement insert, int columns) {
    this.connection = connection;
    this.insert = insert;
    this.columns = columns;
  }

  /**
   * No rows yet.
   *
   * @param columns the columns with their types, as in CREATE TABLE
   */
  static ResultRows of(String... columns) throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE result (%s)".formatted(String.join(", ", columns)));
      String places = "?" + ", ?".repeat(columns.length - 1);
      return new ResultRows(
          connection,
          connection.prepareStatement("INSERT INTO result VALUES (%s)".formatted(places)),
          columns.length);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** Adds a row; the engine casts each text to the type of its column. */
  void add(@Nullable String... values) throws SQLException {
    for (int i = 0; i < columns; i++) {
      insert.setString(i + 1, values[i]);
    }
    insert.execute();
  }

  /** Answers with the rows, in the order in which they were added. */
  void write(ResultFormat format, Streams streams) throws IOException {
    OpenLetters.write(connection, "FROM result ORDER BY rowid", format, streams);
  }

  @Override
  public void close() throws SQLException {
    insert.close();
    connection.close();
  }
}
