package dev.weir.transform;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Asks an engine what memory it holds, beside the work that it does: through a connection of its
 * own, which is opened when it is first asked. Safe for use by several threads.
 */
final class EngineMeter implements AutoCloseable {
  private final DuckDBConnection engine;
  private @Nullable Connection own;
  private boolean closed;

  EngineMeter(DuckDBConnection engine) {
    this.engine = engine;
  }

  /** The memory in bytes; 0 if the engine does not tell, or was closed. */
  synchronized long memoryBytes() {
    if (closed) {
      return 0;
    }
    try {
      Connection connection = own;
      if (connection == null) {
        connection = engine.duplicate();
        own = connection;
      }
      try (Statement statement = connection.createStatement();
          ResultSet sum =
              statement.executeQuery(
                  "SELECT coalesce(sum(memory_usage_bytes), 0)::BIGINT FROM duckdb_memory()")) {
        sum.next();
        return sum.getLong(1);
      }
    } catch (SQLException e) {
      return 0; // nothing is decided by it
    }
  }

  /** Ends its connection, and leaves the engine as it is. */
  @Override
  public synchronized void close() throws SQLException {
    closed = true;
    if (own != null) {
      own.close();
    }
  }
}
