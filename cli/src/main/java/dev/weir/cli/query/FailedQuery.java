package dev.weir.cli.query;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Why a query failed, in the engine's words. */
public final class FailedQuery {
  /** What the driver says instead, where a streamed result fails before its first row. */
  private static final String WITHOUT_A_REASON = "Invalid result set";

  private static final String AGAIN = "EXPLAIN ANALYZE ";

  private FailedQuery() {}

  /** The message; where the driver has lost it, the query runs again without its result. */
  public static String message(Connection connection, String sql, SQLException failure) {
    String message = String.valueOf(failure.getMessage()).strip();
    if (!message.endsWith(WITHOUT_A_REASON)) {
      return message;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(AGAIN + sql);
      return message;
    } catch (SQLException e) {
      return String.join("\n", asWritten(String.valueOf(e.getMessage()).strip().lines().toList()));
    }
  }

  /** The place in the query, as if nothing had stood before it. */
  private static List<String> asWritten(List<String> lines) {
    List<String> written = new ArrayList<>();
    String prefix = "LINE 1: ";
    for (String line : lines) {
      boolean below = !written.isEmpty() && written.get(written.size() - 1).startsWith(prefix);
      if (line.startsWith(prefix + AGAIN)) {
        written.add(prefix + line.substring(prefix.length() + AGAIN.length()));
      } else if (below && line.startsWith(" ".repeat(AGAIN.length()))) {
        written.add(line.substring(AGAIN.length()));
      } else {
        written.add(line);
      }
    }
    return written;
  }
}
