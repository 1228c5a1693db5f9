package dev.weir.cli.query;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A DuckDB in memory with the views {@code events}, {@code dead_letters}, {@code attempts} and
 * {@code replayed} over a lake.
 *
 * <p>A view of which the lake has no file yet is empty and has the columns that it would have. The
 * columns of the others are those of the files, so that what a user's SQL added is there too; the
 * partition columns follow from the folders. Times are shown in UTC.
 *
 * <p>The database reads below the lake only, loads no extensions, and its configuration is locked.
 * DuckDB has no way to forbid writing there: statements that are not the project's own go through
 * {@link ReadOnlySql} first.
 */
public final class LakeViews {
  private static final String NO_EVENTS =
      """
      SELECT NULL::UUID AS event_uuid, NULL::VARCHAR AS event_name, NULL::VARCHAR AS event_subtype,
        NULL::DOUBLE AS created_at, NULL::TIMESTAMPTZ AS created_datetime, NULL::JSON AS payload,
        NULL::JSON AS extra, NULL::DATE AS "date", NULL::VARCHAR AS event_type
      WHERE false
      """;

  private static final String NO_DEAD_LETTERS =
      """
      SELECT NULL::UUID AS dead_letter_uuid, NULL::VARCHAR AS reason, NULL::VARCHAR AS detail,
        NULL::BLOB AS raw, NULL::BIGINT AS raw_bytes, NULL::UUID AS event_uuid,
        NULL::VARCHAR AS stream, NULL::VARCHAR AS shard_id, NULL::VARCHAR AS sequence_number,
        NULL::INTEGER AS sub_index, NULL::TIMESTAMPTZ AS arrival_time, NULL::VARCHAR AS attempt,
        NULL::DATE AS "date"
      WHERE false
      """;

  private static final String NO_REPLAYED =
      """
      SELECT NULL::UUID AS dead_letter_uuid, NULL::VARCHAR AS outcome, NULL::UUID AS event_uuid,
        NULL::TIMESTAMPTZ AS replayed_at, NULL::VARCHAR AS attempt
      WHERE false
      """;

  private static final String COUNTS = "MAP(VARCHAR, BIGINT)";

  private static final String DELAYS =
      "STRUCT(p50 DOUBLE, p95 DOUBLE, max DOUBLE, \"sum\" DOUBLE, counts BIGINT[])";

  private static final String TYPE_BOOKS =
      "STRUCT(received BIGINT, landed BIGINT, duplicates BIGINT, conflicts BIGINT,"
          + " filtered BIGINT, dead_letters %1$s, checked BIGINT, accurate BIGINT,"
              .formatted(COUNTS)
          + " asked %1$s, violations %1$s, missing_values %1$s, late BIGINT, freshness_seconds %2$s,"
              .formatted(COUNTS, DELAYS)
          + " arrival_lag_seconds %s)".formatted(DELAYS);

  private static final String DRIFT =
      "STRUCT(new_fields BIGINT, vanished_fields BIGINT, type_changes BIGINT,"
          + " profile_errors BIGINT, findings STRUCT(event_type VARCHAR, path VARCHAR,"
          + " kind VARCHAR, before VARCHAR, after VARCHAR, events BIGINT)[])";

  /** The members of the objects under {@code _weir/attempts/}, in the order of the columns. */
  private static final Map<String, String> ATTEMPT_COLUMNS = attemptColumns();

  /** What Hive, and DuckDB with it, calls the partition of NULL. */
  private static final String NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__";

  /** A plan lists every file of a batch; a backfill over many dates has thousands. */
  private static final int MAX_PLAN_BYTES = 1 << 28;

  private LakeViews() {}

  /** Whether DuckDB can read below a path: in its patterns a backslash parts folders. */
  public static boolean canOpen(Path lake) {
    return lake.getFileSystem().getSeparator().equals("\\")
        || !lake.toAbsolutePath().toString().contains("\\");
  }

  /**
   * Opens the views of all of a lake. Results are streamed, so a result set must be closed before
   * the next statement runs.
   *
   * @throws IOException if the lake is not there or cannot be read
   * @throws SQLException if a file of the lake is not what its place says
   */
  public static Connection open(Path lake) throws IOException, SQLException {
    Path root = lake.toRealPath();
    return open(
        root,
        parquet(root.resolve("events"), NO_EVENTS),
        parquet(root.resolve("dead_letters"), NO_DEAD_LETTERS),
        attempts(root.resolve("_weir/attempts")),
        replayed(root.resolve("_weir/replayed")));
  }

  /**
   * Opens the views of some files of a lake, whatever else lies beside them. A table that is not
   * selected has a view, too, which has its columns and fails when it is read.
   *
   * @throws IOException if the lake is not there
   * @throws SQLException if a file of the lake is not what its place says
   */
  public static Connection open(Path lake, LakeSelection selection)
      throws IOException, SQLException {
    Path root = lake.toRealPath();
    return open(
        root,
        parquet(root, LakeTable.EVENTS, selection, NO_EVENTS),
        parquet(root, LakeTable.DEAD_LETTERS, selection, NO_DEAD_LETTERS),
        attempts(root, selection),
        replayed(root, selection));
  }

  private static Connection open(
      Path root, String events, String deadLetters, String attempts, String replayed)
      throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("jdbc_stream_results", "true");
    Connection connection = DriverManager.getConnection("jdbc:duckdb:", properties);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      statement.execute("SET autoinstall_known_extensions = false");
      statement.execute("SET autoload_known_extensions = false");
      statement.execute("CREATE VIEW events AS " + events);
      statement.execute("CREATE VIEW dead_letters AS " + deadLetters);
      statement.execute("CREATE VIEW attempts AS " + attempts);
      statement.execute("CREATE VIEW replayed AS " + replayed);
      lockDown(statement, root);
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private static void lockDown(Statement statement, Path root) throws SQLException {
    Path spill =
        Path.of(System.getProperty("java.io.tmpdir", "/tmp"), "weir-query-" + UUID.randomUUID());
    statement.execute("SET temp_directory = " + text(spill.toAbsolutePath().toString()));
    // DuckDB compares with the pattern as it is written, before it compares with what it finds.
    statement.execute(
        "SET allowed_directories = [%s, %s]"
            .formatted(text(root.toString()), text(escapeGlob(root.toString()))));
    statement.execute("SET enable_external_access = false");
    statement.execute("SET lock_configuration = true");
  }

  private static String parquet(Path folder, String none) throws IOException {
    Optional<Path> first = firstFile(folder, ".parquet", Integer.MAX_VALUE);
    if (first.isEmpty()) {
      return none;
    }
    List<String> keys = partitionKeys(folder.relativize(first.get()));
    return parquet(folder, text(escapeGlob(folder.toString()) + "/**/*.parquet"), keys);
  }

  private static String parquet(Path root, LakeTable table, LakeSelection selection, String none) {
    List<String> files = selection.keys().get(table);
    if (files == null) {
      return unselected(table, none);
    }
    if (files.isEmpty()) {
      return none;
    }
    Path folder = root.resolve(table.prefix());
    List<String> keys = partitionKeys(folder.relativize(root.resolve(files.get(0))));
    return parquet(folder, list(root, files), keys);
  }

  private static String parquet(Path folder, String files, List<String> keys) {
    return folder.toString().contains("=")
        ? partitionedByFileName(folder, files, keys)
        : partitionedByFolders(files, keys);
  }

  /** The columns of a table, and an error instead of rows: nothing may seem to be empty. */
  private static String unselected(LakeTable table, String none) {
    String error = text("the query has to name the table " + table.view() + " as it is");
    return none.replace("WHERE false", "WHERE error(" + error + ") IS NULL");
  }

  private static String list(Path root, List<String> files) {
    return files.stream()
        .map(file -> text(escapeGlob(root.resolve(file).toString())))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String partitionedByFolders(String files, List<String> keys) {
    String options =
        keys.isEmpty()
            ? "hive_partitioning = false"
            : keys.stream()
                .map(key -> text(key) + ": " + type(key))
                .collect(Collectors.joining(", ", "hive_partitioning = true, hive_types = {", "}"));
    return "SELECT * FROM read_parquet(%s, union_by_name = true, %s)".formatted(files, options);
  }

  /**
   * Where a folder above the lake looks like a partition, such as {@code env=prod}, DuckDB would
   * take it for one: the columns are taken from the part of the path below the lake instead.
   */
  private static String partitionedByFileName(Path folder, String files, List<String> keys) {
    String path = folder.toString();
    int below = path.codePointCount(0, path.length()) + 1;
    StringBuilder columns = new StringBuilder("* EXCLUDE (weir_file)");
    for (String key : keys) {
      String pattern = "/" + key.replaceAll("([^A-Za-z0-9_])", "\\\\$1") + "=([^/]*)/";
      columns.append(
          ", CAST(nullif(url_decode(regexp_extract(substr(weir_file, %d), %s, 1)), %s) AS %s) AS %s"
              .formatted(below, text(pattern), text(NULL_PARTITION), type(key), name(key)));
    }
    return "SELECT %s FROM read_parquet(%s, union_by_name = true, hive_partitioning = false,"
            .formatted(columns, files)
        + " filename = 'weir_file')";
  }

  private static Map<String, String> attemptColumns() {
    Map<String, String> columns = new LinkedHashMap<>();
    columns.put("attempt", "VARCHAR");
    columns.put("state", "VARCHAR");
    columns.put("fenced_by", "VARCHAR");
    columns.put("version", "VARCHAR");
    columns.put("planned_at", "TIMESTAMPTZ");
    columns.put(
        "sources",
        "STRUCT(stream VARCHAR, shard_id VARCHAR, first_sequence_number VARCHAR,"
            + " last_sequence_number VARCHAR)[]");
    for (String count :
        List.of("received", "landed", "duplicates", "dead_letters", "filtered", "conflicts")) {
      columns.put(count, "BIGINT");
    }
    for (String counts : List.of("dead_letters_by_reason", "missing_values", "events_by_type")) {
      columns.put(counts, COUNTS);
    }
    columns.put("folded_types", "BIGINT");
    columns.put("folded_events", "BIGINT");
    columns.put("freshness_seconds", DELAYS);
    columns.put("arrival_lag_seconds", DELAYS);
    columns.put("bytes_in", "BIGINT");
    columns.put("bytes_out", "BIGINT");
    for (String count : List.of("late", "checked", "accurate")) {
      columns.put(count, "BIGINT");
    }
    columns.put("violations", COUNTS);
    columns.put("delay_bounds_seconds", "DOUBLE[]");
    columns.put("quality", "MAP(VARCHAR, " + TYPE_BOOKS + ")");
    columns.put(
        "undecoded", "STRUCT(received BIGINT, duplicates BIGINT, dead_letters " + COUNTS + ")");
    columns.put("drift", DRIFT);
    columns.put("files", "STRUCT(\"key\" VARCHAR, \"rows\" BIGINT, bytes BIGINT)[]");
    return columns;
  }

  private static String attempts(Path folder) throws IOException {
    return firstFile(folder, ".json", 1).isEmpty()
        ? noAttempts()
        : attempts(text(escapeGlob(folder.toString()) + "/*.json"));
  }

  private static String attempts(Path root, LakeSelection selection) {
    List<String> files = selection.keys().get(LakeTable.ATTEMPTS);
    if (files == null) {
      return unselected(LakeTable.ATTEMPTS, noAttempts());
    }
    return files.isEmpty() ? noAttempts() : attempts(list(root, files));
  }

  private static String noAttempts() {
    return ATTEMPT_COLUMNS.entrySet().stream()
        .map(column -> "NULL::%s AS %s".formatted(column.getValue(), column.getKey()))
        .collect(Collectors.joining(", ", "SELECT ", " WHERE false"));
  }

  /**
   * The attempts that count, so that sums over them are those of the lake: where a plan was sealed,
   * what had landed of it takes its place.
   */
  private static String attempts(String files) {
    String columns =
        ATTEMPT_COLUMNS.entrySet().stream()
            .map(column -> column.getKey() + ": " + text(column.getValue()))
            .collect(Collectors.joining(", ", "{", "}"));
    return """
        SELECT * FROM read_json(%s, format = 'newline_delimited', columns = %s,
          maximum_object_size = %d)
        QUALIFY state <> 'planned' OR count(*) OVER (PARTITION BY attempt) = 1
        """
        .formatted(files, columns, MAX_PLAN_BYTES);
  }

  private static String replayed(Path folder) throws IOException {
    return firstFile(folder, ".json", 1).isEmpty()
        ? NO_REPLAYED
        : replayed(text(escapeGlob(folder.toString()) + "/*.json"));
  }

  private static String replayed(Path root, LakeSelection selection) {
    List<String> files = selection.keys().get(LakeTable.REPLAYED);
    if (files == null) {
      return unselected(LakeTable.REPLAYED, NO_REPLAYED);
    }
    return files.isEmpty() ? NO_REPLAYED : replayed(list(root, files));
  }

  /** Each letter once: two replays at the same time may both have marked it. */
  private static String replayed(String files) {
    return """
        SELECT mark.dead_letter_uuid AS dead_letter_uuid,
          arg_min(mark.outcome, replayed_at) AS outcome,
          arg_min(mark.event_uuid, replayed_at) AS event_uuid,
          min(replayed_at) AS replayed_at,
          arg_min(attempt, replayed_at) AS attempt
        FROM (SELECT attempt, replayed_at, unnest(replayed) AS mark
          FROM read_json(%s, format = 'newline_delimited', maximum_object_size = %d, columns = {
            attempt: 'VARCHAR', replayed_at: 'TIMESTAMPTZ',
            replayed: 'STRUCT(dead_letter_uuid UUID, outcome VARCHAR, event_uuid UUID)[]'}))
        GROUP BY 1
        """
        .formatted(files, MAX_PLAN_BYTES);
  }

  private static Optional<Path> firstFile(Path folder, String ending, int depth)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.walk(folder, depth, new FileVisitOption[0])) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(ending))
          .filter(Files::isRegularFile)
          .findFirst();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static List<String> partitionKeys(Path file) {
    List<String> keys = new ArrayList<>();
    for (Path part : file) {
      int equals = part.toString().indexOf('=');
      if (equals > 0 && !part.equals(file.getFileName())) {
        keys.add(part.toString().substring(0, equals));
      }
    }
    return keys;
  }

  private static String type(String key) {
    return key.equals("date") ? "DATE" : "VARCHAR";
  }

  /** A class of one character matches exactly that character. */
  private static String escapeGlob(String path) {
    return path.replaceAll("[\\[*?]", "[$0]");
  }

  private static String text(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  private static String name(String value) {
    return "\"" + value.replace("\"", "\"\"") + "\"";
  }
}
