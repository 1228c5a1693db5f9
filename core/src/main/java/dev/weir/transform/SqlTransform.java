package dev.weir.transform;

import dev.weir.claim.Attempt;
import dev.weir.lake.Column;
import dev.weir.lake.Lake;
import dev.weir.lake.PartitionPath;
import dev.weir.lake.StagedFile;
import dev.weir.quality.Conditions;
import dev.weir.quality.Expectation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Step 3 of the protocol: runs one SQL statement over the batch and leaves one Parquet file per
 * partition on local disk, where nobody sees it yet.
 *
 * <p>Each transform is an engine of its own with one thread: whole batches run in parallel, one per
 * worker, which costs less CPU than several threads in one batch. The engine can write to the
 * staging folder and reach nothing else.
 *
 * <p>Not safe for use by several threads.
 */
public final class SqlTransform implements Transform, AutoCloseable {
  private static final Pattern PARTITION_BY =
      Pattern.compile("(?m)^[ \\t]*--[ \\t]*partition_by[ \\t]*:(.*)$");
  private static final Pattern LASTING =
      Pattern.compile("failed: (Conversion|Invalid Input|Out of Range|Binder|Constraint) Error");
  private static final Pattern COLUMN_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");

  /** Types whose values have a short text form; longer VARCHARs are folded. */
  private static final Pattern PARTITION_TYPE =
      Pattern.compile(
          "VARCHAR|DATE|BOOLEAN|UUID|FLOAT|DOUBLE|DECIMAL.*|TIME|TIMESTAMP.*|"
              + "U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)");

  private static final List<String> DEFAULT_PARTITIONS = List.of("date", "event_type");

  private final DuckDBConnection connection;
  private final EngineMeter meter;
  private final EventTable eventTable;
  private final DeadLetterTable deadLetterTable;
  private final Options options;
  private final boolean checked;
  private final List<Column> outputColumns;
  private final List<String> partitions;

  /**
   * How a transform works.
   *
   * @param sql a user's statement, or null for the built-in one
   * @param withEventId whether the table has the column {@code event_id}: where ids need not be
   *     UUIDs
   * @param memoryBytes what the engine may take before it spills to the staging folder, in bytes
   * @param staging the folder under which files are written
   * @param compressionLevel the zstd level of the files, 1 to 22
   * @param maxEventTypes how many distinct event types a batch may open folders for, at least 1
   */
  public record Options(
      @Nullable String sql,
      boolean withEventId,
      long memoryBytes,
      Path staging,
      int compressionLevel,
      int maxEventTypes) {}

  private SqlTransform(Options options, DuckDBConnection connection)
      throws SQLException, SqlException {
    this.options = options;
    this.connection = connection;
    this.meter = new EngineMeter(connection);
    this.eventTable = EventTable.register(connection, options.withEventId());
    this.deadLetterTable = DeadLetterTable.register(connection);
    String userSql = options.sql();
    this.checked = userSql != null;
    String sql = userSql == null ? builtInSql() : userSql;
    if (userSql != null) {
      SqlGuard.check(connection, sql);
    }
    try {
      execute("CREATE VIEW weir_output AS " + sql);
    } catch (SQLException e) {
      throw new SqlException(String.valueOf(e.getMessage()));
    }
    this.outputColumns = describe("weir_output");
    this.partitions = partitions(sql, outputColumns);
  }

  /**
   * Starts an engine and checks the statement.
   *
   * @throws SqlException if the statement is wrong or does what it may not do
   */
  public static SqlTransform open(Options options) throws SqlException {
    try {
      DuckDBConnection connection = connect(options);
      try {
        return new SqlTransform(options, connection);
      } catch (SQLException | SqlException | RuntimeException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the engine does not start: " + e.getMessage(), e);
    }
  }

  /**
   * Evaluates those of some expectations that are put in SQL, in this engine; used by the same
   * thread.
   *
   * @throws SqlException if one is wrong or does what it may not do
   */
  public Conditions conditions(List<Expectation> expectations) throws SqlException {
    try {
      return SqlConditions.of(expectations, connection, eventTable);
    } catch (SQLException e) {
      throw new IllegalStateException("the engine failed: " + e.getMessage(), e);
    }
  }

  /** The columns of the events' files: the statement's output without the partition columns. */
  public List<Column> eventColumns() {
    return outputColumns.stream().filter(c -> !partitions.contains(c.name())).toList();
  }

  /** The columns of the dead letters' files. */
  public static List<Column> deadLetterColumns() {
    return DeadLetterTable.COLUMNS;
  }

  /**
   * Writes an attempt's events and dead letters into a folder of its own below the staging folder.
   *
   * @throws TransformFailedException if the statement fails on this data, now and every time
   * @throws IOException if the engine failed otherwise: the disk is full, for example
   */
  @Override
  public Written write(Attempt attempt, Rows rows) throws IOException {
    StagingFolder folder = StagingFolder.create(options.staging().resolve(attempt.toString()));
    try {
      return write(attempt, rows, folder);
    } catch (IOException | RuntimeException e) {
      folder.delete();
      throw e;
    }
  }

  @Override
  public long memoryBytes() {
    return meter.memoryBytes();
  }

  private Written write(Attempt attempt, Rows rows, StagingFolder folder) throws IOException {
    EventTypes types = new EventTypes(rows, options.maxEventTypes());
    eventTable.show(rows, types);
    deadLetterTable.show(rows, attempt);
    try {
      List<StagedFile> files = new ArrayList<>();
      Map<String, Long> byType = types.counts();
      long[] byName = types.countsByName();
      long produced = rows.count();
      if (rows.count() > 0) {
        if (checked) {
          byName = new long[byName.length];
          byType = materialize(rows, byName);
          produced = count("weir_checked");
        }
        files.addAll(
            checked
                ? copy("weir_checked", Lake.EVENTS, folder.path(), attempt)
                : copyByPartition(rows, types, folder.path(), attempt));
      }
      long landed = files.stream().mapToLong(StagedFile::rows).sum();
      if (!rows.deadLetters().isEmpty()) {
        files.addAll(copy("weir_dead_letters", Lake.DEAD_LETTERS, folder.path(), attempt));
      }
      long letters = files.stream().mapToLong(StagedFile::rows).sum() - landed;
      if (landed != produced || letters != rows.deadLetters().size()) {
        throw new IllegalStateException(
            "the engine wrote %d rows of %d events and %d of %d dead letters"
                .formatted(landed, produced, letters, rows.deadLetters().size()));
      }
      return new Written(
          files,
          landed,
          rows.count() - produced,
          byType,
          byName,
          types.foldedTypes(),
          types.foldedEvents(),
          folder::delete);
    } catch (SQLException e) {
      throw failed(e);
    } finally {
      eventTable.show(null, null);
      deadLetterTable.show(null, attempt);
      drop();
    }
  }

  /**
   * Runs a user's statement into a table and makes sure that each event came out at most once,
   * under its own uuid: the lake is exactly-once only if the statement is.
   *
   * @param byName takes how many events of each name came out
   */
  private Map<String, Long> materialize(Rows rows, long[] byName) throws SQLException, IOException {
    execute("CREATE TEMP TABLE weir_checked AS SELECT * FROM weir_output");
    long matched = 0;
    long distinct = 0;
    Map<String, Long> byType = new HashMap<>();
    String counts =
        "SELECT e.event_type, count(*), count(DISTINCT o.event_uuid), e.weir_name"
            + " FROM weir_checked o JOIN weir_numbered e ON o.event_uuid = e.event_uuid"
            + " GROUP BY ALL";
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(counts)) {
      while (row.next()) {
        byType.merge(row.getString(1), row.getLong(2), Long::sum);
        byName[row.getInt(4)] += row.getLong(2);
        matched += row.getLong(2);
        distinct += row.getLong(3);
      }
    }
    long produced = count("weir_checked");
    if (produced != matched || produced != distinct) {
      throw new TransformFailedException(
          ("the SQL must return each event at most once and leave event_uuid alone: it made %d rows"
                  + " of %d events, %d of them with the uuid of one, %d distinct")
              .formatted(produced, rows.count(), matched, distinct));
    }
    return byType;
  }

  /** Data that a statement cannot take is no failure of the machine: another try is no help. */
  private static IOException failed(SQLException e) {
    String message = "the transformation failed: " + e.getMessage();
    boolean lasting = LASTING.matcher(message).find();
    return lasting ? new TransformFailedException(message) : new IOException(message, e);
  }

  /** Writes the default table: each large partition by a statement of its own, the rest by one. */
  private List<StagedFile> copyByPartition(
      Rows rows, EventTypes types, Path folder, Attempt attempt) throws SQLException, IOException {
    PartitionRows parts = PartitionRows.of(rows, types);
    List<StagedFile> files = new ArrayList<>();
    // First, because the engine partitions into empty folders only.
    if (parts.rest().count() > 0) {
      eventTable.show(parts.rest(), types);
      files.addAll(copy("weir_output", Lake.EVENTS, folder, attempt));
    }
    for (PartitionRows.Partition partition : parts.large()) {
      eventTable.show(partition.rows(), types);
      files.add(copy(partition, folder, attempt));
    }
    return files;
  }

  private StagedFile copy(PartitionRows.Partition partition, Path folder, Attempt attempt)
      throws SQLException, IOException {
    Map<String, @Nullable String> values = new LinkedHashMap<>();
    values.put("date", partition.date().toString());
    values.put("event_type", partition.eventType());
    String target = Lake.EVENTS + "/" + PartitionPath.of(values);
    Path file = Files.createDirectories(folder.resolve(target)).resolve("large.parquet");
    String sql =
        "COPY (SELECT * EXCLUDE (date, event_type) FROM weir_output) TO '%s' (%s, RETURN_STATS)"
            .formatted(file.toString().replace("'", "''"), format(attempt));
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return new StagedFile(file, target, row.getLong("count"), row.getLong("file_size_bytes"));
    }
  }

  private String format(Attempt attempt) {
    return "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL %d, KV_METADATA {weir_attempt: '%s'}"
        .formatted(options.compressionLevel(), attempt);
  }

  private List<StagedFile> copy(String table, String kind, Path folder, Attempt attempt)
      throws SQLException {
    boolean events = kind.equals(Lake.EVENTS);
    List<String> columns = events ? partitions : List.of("date");
    Path target = folder.resolve(kind);
    String sql =
        """
        COPY (SELECT %s FROM %s) TO '%s'
          (%s, PARTITION_BY (%s), FILENAME_PATTERN 'part-{i}', RETURN_STATS)
        """
            .formatted(
                events ? select() : "*",
                table,
                target.toString().replace("'", "''"),
                format(attempt),
                columns.stream().map(SqlTransform::quote).collect(Collectors.joining(", ")));
    List<StagedFile> files = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        Map<?, ?> keys = (Map<?, ?>) row.getObject("partition_keys");
        Map<String, @Nullable String> values = new LinkedHashMap<>();
        for (String column : columns) {
          Object value = keys.get(column);
          values.put(column, value == null ? null : value.toString());
        }
        files.add(
            new StagedFile(
                Path.of(row.getString("filename")),
                kind + "/" + PartitionPath.of(values),
                row.getLong("count"),
                row.getLong("file_size_bytes")));
      }
    }
    return files;
  }

  /**
   * The output columns, with partition values of a user's choice kept to what folders can carry.
   */
  private String select() {
    if (partitions.equals(DEFAULT_PARTITIONS)) {
      return "*";
    }
    String bounded =
        outputColumns.stream()
            .filter(c -> partitions.contains(c.name()) && c.type().equals("VARCHAR"))
            .map(c -> quote(c.name()))
            .map(
                // The lake encodes one character more than the engine does.
                c ->
                    ("CASE WHEN strlen(replace(url_encode(%1$s), '~', '%%7E')) > 180 THEN '%2$s'"
                            + " ELSE %1$s END AS %1$s")
                        .formatted(c, EventTypes.OTHER))
            .collect(Collectors.joining(", "));
    return bounded.isEmpty() ? "*" : "* REPLACE (" + bounded + ")";
  }

  private static List<String> partitions(String sql, List<Column> output) throws SqlException {
    Matcher directive = PARTITION_BY.matcher(sql);
    List<String> partitions = DEFAULT_PARTITIONS;
    if (directive.find()) {
      partitions = Arrays.stream(directive.group(1).split(",", -1)).map(String::strip).toList();
    }
    List<String> names = output.stream().map(Column::name).toList();
    for (String partition : partitions) {
      if (!COLUMN_NAME.matcher(partition).matches() || !names.contains(partition)) {
        throw new SqlException(
            "the SQL is partitioned by '%s', which is not one of its columns %s"
                .formatted(partition, names));
      }
    }
    for (Column column : output) {
      if (partitions.contains(column.name()) && !PARTITION_TYPE.matcher(column.type()).matches()) {
        throw new SqlException(
            "the SQL is partitioned by '%s' of type %s; cast it to VARCHAR, or choose another column"
                .formatted(column.name(), column.type()));
      }
    }
    if (partitions.stream().distinct().count() != partitions.size()) {
      throw new SqlException("the SQL names a partition column twice: " + partitions);
    }
    if (!output.contains(new Column("event_uuid", "UUID")) || partitions.contains("event_uuid")) {
      throw new SqlException(
          "the SQL must return the column event_uuid, of type UUID, and not partition by it");
    }
    return partitions;
  }

  private List<Column> describe(String view) throws SQLException {
    List<Column> columns = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("DESCRIBE " + view)) {
      while (row.next()) {
        columns.add(new Column(row.getString(1), row.getString(2)));
      }
    }
    return columns;
  }

  private long count(String table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
      row.next();
      return row.getLong(1);
    }
  }

  private void drop() throws IOException {
    if (checked) {
      try {
        execute("DROP TABLE IF EXISTS weir_checked");
      } catch (SQLException e) {
        throw new IOException("the engine failed: " + e.getMessage(), e);
      }
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static DuckDBConnection connect(Options options) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("threads", "1");
    properties.setProperty("memory_limit", options.memoryBytes() / 1024 + "KiB");
    properties.setProperty("temp_directory", options.staging().resolve("spill").toString());
    properties.setProperty("autoinstall_known_extensions", "false");
    properties.setProperty("autoload_known_extensions", "false");
    DuckDBConnection connection =
        DriverManager.getConnection("jdbc:duckdb:", properties).unwrap(DuckDBConnection.class);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      // Of its own the engine starts eight more threads; they spin while one thread has all to do.
      statement.execute("SET async_threads = 0");
      statement.execute(
          "SET allowed_directories = ['%s']"
              .formatted(options.staging().toString().replace("'", "''")));
      statement.execute("SET enable_external_access = false");
      statement.execute("SET lock_configuration = true");
    }
    return connection;
  }

  private static String quote(String column) {
    return '"' + column.replace("\"", "\"\"") + '"';
  }

  private static String builtInSql() {
    try (InputStream sql =
        Objects.requireNonNull(SqlTransform.class.getResourceAsStream("events.sql"))) {
      return new String(sql.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the built-in events.sql cannot be read", e);
    }
  }

  /** Stops the engine. */
  @Override
  public void close() {
    try {
      meter.close();
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException("the engine could not be closed", e);
    }
  }
}
