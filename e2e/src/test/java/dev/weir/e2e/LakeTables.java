package dev.weir.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A lake as anybody reads it: the tables {@code events} and {@code dead_letters}, where the lake
 * has them, are plain {@code read_parquet} over its folders, and {@code attempts} is {@code
 * read_json} over its plans.
 */
final class LakeTables implements AutoCloseable {
  private static final String ATTEMPT =
      """
      attempt: 'VARCHAR', state: 'VARCHAR', landed: 'BIGINT', dead_letters: 'BIGINT',
      folded_types: 'BIGINT',
      folded_events: 'BIGINT', files: 'STRUCT("key" VARCHAR, "rows" BIGINT, bytes BIGINT)[]',
      sources: 'STRUCT(stream VARCHAR, shard_id VARCHAR, first_sequence_number VARCHAR)[]'
      """;

  private final Duck duck = new Duck();

  LakeTables(Path lake) {
    if (Files.isDirectory(lake.resolve("events"))) {
      duck.execute("CREATE VIEW events AS FROM " + events(lake));
    }
    if (Files.isDirectory(lake.resolve("dead_letters"))) {
      duck.execute(
          "CREATE VIEW dead_letters AS FROM read_parquet('%s/dead_letters/**/*.parquet')"
              .formatted(lake));
    }
    duck.execute(
        "CREATE VIEW attempts AS FROM read_json('%s/_weir/attempts/*.json', columns = {%s})"
            .formatted(lake, ATTEMPT));
  }

  /** The table of events, as a table function of DuckDB. */
  static String events(Path lake) {
    boolean byType = objects(lake).stream().anyMatch(o -> o.toString().contains("/event_type="));
    return "read_parquet('%s/events/**/*.parquet', hive_partitioning = true%s)"
        .formatted(lake, byType ? ", hive_types = {date: DATE, event_type: VARCHAR}" : "");
  }

  /** The data objects of a lake: events, dead letters and seals. */
  static List<Path> objects(Path lake) {
    return Stream.of("events", "dead_letters").flatMap(t -> files(lake.resolve(t))).toList();
  }

  /** The plans and fences of a lake. */
  static List<Path> attempts(Path lake) {
    return files(lake.resolve("_weir/attempts")).toList();
  }

  private static Stream<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Stream.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<List<String>> rows(String sql) {
    return duck.rows(sql);
  }

  List<String> column(String sql) {
    return duck.column(sql);
  }

  String text(String sql) {
    return duck.text(sql);
  }

  long number(String sql) {
    return duck.number(sql);
  }

  @Override
  public void close() {
    duck.close();
  }
}
