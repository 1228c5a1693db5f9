package dev.weir.cli.letters;

import dev.weir.cli.CommandFailedException;
import dev.weir.cli.Streams;
import dev.weir.cli.query.LakeReader;
import dev.weir.cli.query.LakeSelection;
import dev.weir.cli.query.LakeTable;
import dev.weir.cli.query.ResultFormat;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.UUID;
import org.duckdb.DuckDBConnection;

/**
 * The dead letters of a lake as the view {@code letters}: those of a filter, each with what a
 * replay has made of it in {@code outcome}, {@code replayed_at} and {@code replay_attempt}, which
 * are NULL for letters that are still open.
 *
 * <p>Used by one thread.
 */
final class OpenLetters implements AutoCloseable {
  private final LakeReader.Opened lake;

  private OpenLetters(LakeReader.Opened lake) {
    this.lake = lake;
  }

  /**
   * Opens the letters.
   *
   * @throws CommandFailedException if the lake cannot be read
   */
  static OpenLetters open(LakeReader reader, LetterFilter filter) throws IOException {
    try {
      LakeReader.Opened lake =
          reader.open(Set.of(LakeTable.DEAD_LETTERS, LakeTable.REPLAYED), filter.days());
      try (Statement statement = lake.connection().createStatement()) {
        // The name is for the caller's SQL, which sees the chosen letters only.
        statement.execute("ALTER VIEW dead_letters RENAME TO lake_dead_letters");
        statement.execute(
            """
            CREATE VIEW letters AS
            SELECT letter.*, replayed.outcome AS outcome,
              replayed.replayed_at AS replayed_at, replayed.attempt AS replay_attempt
            FROM (FROM lake_dead_letters WHERE %s) AS letter
              LEFT JOIN replayed USING (dead_letter_uuid)
            """
                .formatted(filter.condition()));
        return new OpenLetters(lake);
      } catch (SQLException | RuntimeException e) {
        lake.close();
        throw e;
      }
    } catch (LakeSelection.UnpartitionedException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()), e);
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  Connection connection() {
    return lake.connection();
  }

  /** A statement failed: its message tells why. */
  static CommandFailedException failure(SQLException e) {
    return new CommandFailedException(String.valueOf(e.getMessage()).strip(), e);
  }

  /**
   * Adds the table {@code types}, with the event type of each record of a query that can be read as
   * an event.
   *
   * @param letters a query with the columns {@code dead_letter_uuid} and {@code raw}
   */
  void addTypes(String letters, LetterDecoder decoder) throws SQLException {
    try (Statement statement = connection().createStatement()) {
      statement.execute(
          "CREATE TABLE types (dead_letter_uuid UUID PRIMARY KEY, event_type VARCHAR)");
    }
    // Results are streamed, so that what is written meanwhile takes a connection of its own.
    try (Connection writer = connection().unwrap(DuckDBConnection.class).duplicate();
        PreparedStatement insert =
            writer.prepareStatement("INSERT OR IGNORE INTO types VALUES (?::UUID, ?)");
        Statement statement = connection().createStatement();
        ResultSet rows = statement.executeQuery(letters)) {
      writer.setAutoCommit(false);
      while (rows.next()) {
        String uuid = String.valueOf(rows.getObject(1, UUID.class));
        String type = decoder.type(rows.getBytes(2)).orElse(null);
        if (type != null) {
          insert.setString(1, uuid);
          insert.setString(2, type);
          insert.execute();
        }
      }
      writer.commit();
    }
  }

  /** Answers with the rows of a query. */
  void write(String sql, ResultFormat format, Streams streams) throws IOException {
    write(connection(), sql, format, streams);
  }

  static void write(Connection connection, String sql, ResultFormat format, Streams streams)
      throws IOException {
    Writer out =
        new BufferedWriter(new OutputStreamWriter(streams.out(), StandardCharsets.UTF_8), 1 << 16);
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      format.write(rows, out, streams.outIsTerminal());
    } catch (SQLException e) {
      throw failure(e);
    }
    out.flush();
  }

  @Override
  public void close() throws IOException {
    try {
      lake.close();
    } catch (SQLException e) {
      throw failure(e);
    }
  }
}
