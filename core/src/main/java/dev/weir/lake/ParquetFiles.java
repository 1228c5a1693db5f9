package dev.weir.lake;

import dev.weir.claim.Attempt;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the protocol asks of Parquet files: whose they are, whether they are seals, which uuids they
 * hold, and the making of seals.
 *
 * <p>Used after failures only, so the engine is started on first use. Safe for use by several
 * threads, one at a time.
 */
final class ParquetFiles implements AutoCloseable {
  /** The metadata key that names the attempt a data file belongs to. */
  static final String ATTEMPT_KEY = "weir_attempt";

  /** The metadata key that marks a seal; its value is the attempt that was fenced. */
  static final String SEAL_KEY = "weir_seal";

  private @Nullable Connection connection;

  /**
   * The attempt named in a file's metadata under a key, or null if the key is absent.
   *
   * @throws IOException if the file cannot be read as Parquet
   */
  @Nullable Attempt attempt(Path file, String metadataKey) throws IOException {
    String attempt = metadata(file).get(metadataKey);
    return attempt == null ? null : Attempt.parse(attempt);
  }

  /**
   * The values of a uuid column.
   *
   * @throws IOException if the file cannot be read as Parquet
   */
  synchronized Set<UUID> uuids(Path file, String column) throws IOException {
    String sql = "SELECT \"%s\" FROM read_parquet(?, hive_partitioning = false)".formatted(column);
    try (PreparedStatement statement = connection().prepareStatement(sql)) {
      statement.setString(1, file.toString());
      Set<UUID> uuids = new HashSet<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          uuids.add(rows.getObject(1, UUID.class));
        }
      }
      return uuids;
    } catch (SQLException e) {
      throw new IOException("cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Writes a seal: a valid file of these columns with no rows, marked in its metadata.
   *
   * @throws IOException if it cannot be written
   */
  synchronized void writeSeal(Path file, List<Column> columns, Attempt fenced) throws IOException {
    String select =
        columns.stream()
            .map(c -> "NULL::%s AS \"%s\"".formatted(c.type(), c.name().replace("\"", "\"\"")))
            .collect(Collectors.joining(", "));
    String sql =
        "COPY (SELECT %s WHERE false) TO '%s' (FORMAT parquet, KV_METADATA {%s: '%s'})"
            .formatted(select, file.toString().replace("'", "''"), SEAL_KEY, fenced);
    try (Statement statement = connection().createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IOException("cannot write the seal %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private synchronized Map<String, String> metadata(Path file) throws IOException {
    String sql = "SELECT decode(key), decode(value) FROM parquet_kv_metadata(?)";
    try (PreparedStatement statement = connection().prepareStatement(sql)) {
      statement.setString(1, file.toString());
      Map<String, String> metadata = new TreeMap<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          metadata.put(rows.getString(1), rows.getString(2));
        }
      }
      return metadata;
    } catch (SQLException e) {
      throw new IOException("cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private Connection connection() throws SQLException {
    if (connection == null) {
      Properties properties = new Properties();
      properties.setProperty("threads", "1");
      properties.setProperty("memory_limit", "256MB");
      properties.setProperty("autoinstall_known_extensions", "false");
      properties.setProperty("autoload_known_extensions", "false");
      connection = DriverManager.getConnection("jdbc:duckdb:", properties);
    }
    return connection;
  }

  @Override
  public synchronized void close() {
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        throw new IllegalStateException("the engine could not be closed", e);
      }
    }
  }
}
