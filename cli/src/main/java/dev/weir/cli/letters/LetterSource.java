package dev.weir.cli.letters;

import dev.weir.cli.CommandFailedException;
import dev.weir.cli.UsageException;
import dev.weir.record.Position;
import dev.weir.transform.SqlException;
import dev.weir.transform.SqlGuard;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The letters to replay, one after the other in the order of their streams and shards: those that
 * are open, or what a caller's SQL makes of them.
 *
 * <p>Used by one thread.
 */
final class LetterSource implements AutoCloseable {
  /** What the caller's SQL sees under the name {@code dead_letters}. */
  private static final String TABLE =
      """
      CREATE VIEW dead_letters AS
      SELECT * EXCLUDE (outcome, replayed_at, replay_attempt), TRY(decode(raw)) AS text FROM chosen
      """;

  private static final String LETTERS =
      """
      SELECT dead_letter_uuid, letter.reason, letter.detail, letter.event_uuid,
        letter.stream, letter.shard_id, letter.sequence_number, letter.sub_index,
        epoch_us(letter.arrival_time), letter.raw_bytes, %s
      ORDER BY letter.stream, letter.shard_id, length(letter.sequence_number),
        letter.sequence_number, letter.sub_index
      """;

  private final Statement statement;
  private final ResultSet rows;
  private final boolean isMended;
  private final long chosen;
  private final Set<UUID> seen = new HashSet<>();

  private LetterSource(Statement statement, ResultSet rows, boolean isMended, long chosen) {
    this.statement = statement;
    this.rows = rows;
    this.isMended = isMended;
    this.chosen = chosen;
  }

  /**
   * Opens the letters of the view {@code letters} that are open.
   *
   * @param sql the caller's statement that mends records, or null
   * @param limit the most letters
   * @throws UsageException if the statement is wrong
   */
  static LetterSource open(Connection connection, @Nullable String sql, int limit)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE VIEW chosen AS FROM letters WHERE dead_letter_uuid IN (
            SELECT DISTINCT dead_letter_uuid FROM letters WHERE outcome IS NULL
            ORDER BY ALL LIMIT %d)
          """
              .formatted(limit));
    }
    long chosen = count(connection, "SELECT count(DISTINCT dead_letter_uuid) FROM chosen");
    String query =
        sql == null
            ? LETTERS.formatted("letter.raw FROM chosen AS letter")
            : LETTERS.formatted(mended(connection, sql));
    Statement statement = connection.createStatement();
    try {
      return new LetterSource(statement, statement.executeQuery(query), sql != null, chosen);
    } catch (SQLException e) {
      statement.close();
      throw e;
    }
  }

  static long count(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** The mended records with the letters that they belong to. */
  private static String mended(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(TABLE);
      SqlGuard.check(connection, sql, "dead_letters");
      statement.execute("CREATE VIEW mended AS " + sql);
      return """
          %s FROM mended LEFT JOIN (SELECT DISTINCT ON (dead_letter_uuid) * FROM chosen) AS letter
            USING (dead_letter_uuid)
          """
          .formatted(bytes(statement));
    } catch (SqlException | SQLException e) {
      throw wrong(String.valueOf(e.getMessage()).strip());
    }
  }

  private static String bytes(Statement statement) throws SQLException {
    String uuid = "";
    String raw = "";
    try (ResultSet columns = statement.executeQuery("DESCRIBE mended")) {
      while (columns.next()) {
        if (columns.getString(1).equals("dead_letter_uuid")) {
          uuid = columns.getString(2);
        } else if (columns.getString(1).equals("raw")) {
          raw = columns.getString(2);
        }
      }
    }
    if (!uuid.equals("UUID")) {
      throw wrong("it must return the column dead_letter_uuid, of type UUID");
    }
    return switch (raw) {
      case "BLOB" -> "mended.raw";
      case "VARCHAR", "JSON" -> "encode(mended.raw::VARCHAR)";
      default -> throw wrong("it must return the column raw, of type BLOB or VARCHAR");
    };
  }

  private static UsageException wrong(String message) {
    return new UsageException("the SQL of --sql: " + message);
  }

  /** How many letters are open and were asked for; the SQL may leave some of them out. */
  long chosen() {
    return chosen;
  }

  /**
   * The next letter, or null after the last.
   *
   * @throws CommandFailedException if the SQL returned a letter twice, or one that it was not given
   */
  @Nullable Letter next() throws IOException, SQLException {
    while (rows.next()) {
      UUID uuid = rows.getObject(1, UUID.class);
      String stream = rows.getString(5);
      if (stream == null) {
        throw new CommandFailedException(
            "the SQL of --sql returned the dead_letter_uuid %s, which is none of those it was given"
                .formatted(uuid));
      }
      byte[] record = rows.getBytes(11);
      if (!seen.add(uuid)) {
        if (isMended) {
          throw new CommandFailedException(
              "the SQL of --sql returned the letter %s more than once; return one row for each"
                  .formatted(uuid));
        }
      } else if (record != null) {
        return new Letter(
            uuid,
            rows.getString(2),
            rows.getString(3),
            rows.getObject(4, UUID.class),
            new Position(stream, rows.getString(6), rows.getString(7), rows.getInt(8)),
            rows.getLong(9),
            rows.getLong(10),
            record,
            isMended);
      }
    }
    return null;
  }

  @Override
  public void close() throws SQLException {
    rows.close();
    statement.close();
  }
}
