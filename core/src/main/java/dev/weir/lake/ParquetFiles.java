package dev.weir.lake;

import dev.weir.claim.Attempt;
import java.io.IOException;
import java.nio.file.Files;
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
 * Data files as Parquet.
 *
 * <p>Used after failures only, so the engine is started on first use. Threads take turns.
 */
final class ParquetFiles implements DataFiles {
  /** The metadata key that names the attempt a data file belongs to. */
  static final String ATTEMPT_KEY = "weir_attempt";

  /** The metadata key that marks a seal; its value is the attempt that was fenced. */
  static final String SEAL_KEY = "weir_seal";

  private final Path scratch;
  private @Nullable Connection connection;

  /**
   * Data files on local disk.
   *
   * @param scratch a directory for seals and downloads; created on first use
   */
  ParquetFiles(Path scratch) {
    this.scratch = scratch;
  }

  @Override
  public Path scratch() {
    return scratch;
  }

  @Override
  public Mark mark(Path file) throws IOException {
    Map<String, String> metadata = metadata(file);
    return new Mark(attempt(metadata.get(ATTEMPT_KEY)), attempt(metadata.get(SEAL_KEY)));
  }

  private static @Nullable Attempt attempt(@Nullable String text) {
    return text == null ? null : Attempt.parse(text);
  }

  @Override
  public synchronized Set<UUID> uuids(Path file, String column) throws IOException {
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

  @Override
  public Seal seal(List<Column> columns, Attempt fenced) throws IOException {
    ScratchFile seal =
        new ScratchFile(Files.createTempFile(Files.createDirectories(scratch), "seal", ".parquet"));
    try {
      writeSeal(seal.file(), columns, fenced);
      return seal;
    } catch (IOException e) {
      seal.close();
      throw e;
    }
  }

  private record ScratchFile(Path file) implements Seal {
    @Override
    public void close() throws IOException {
      Files.deleteIfExists(file);
    }
  }

  private synchronized void writeSeal(Path file, List<Column> columns, Attempt fenced)
      throws IOException {
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
