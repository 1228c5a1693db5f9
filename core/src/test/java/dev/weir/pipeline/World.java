package dev.weir.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.claim.Attempt;
import dev.weir.claim.AttemptSource;
import dev.weir.claim.EmbeddedClaimStore;
import dev.weir.claim.TestClock;
import dev.weir.decode.EventFields;
import dev.weir.decode.ParserLimits;
import dev.weir.decode.RecordDecoder;
import dev.weir.lake.Lake;
import dev.weir.lake.LocalObjectStore;
import dev.weir.quality.Quality;
import dev.weir.record.Batch;
import dev.weir.transform.SqlTransform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/** A lake and its claims in a folder, processes over them that come and go, and plain SQL. */
final class World {
  private static final long ARRIVAL = 1_795_000_000_000_000L;
  private static final Duration KEEP = Duration.ofDays(8);

  /** An engine of its own, which shares nothing with the pipeline's. */
  private static final class Auditor {
    static final Connection CONNECTION = connect();

    private static Connection connect() {
      try {
        return DriverManager.getConnection("jdbc:duckdb:");
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private final Path folder;
  private final SqlTransform transform;
  private Quality quality = Quality.plain();
  private boolean shapes;
  private final TestClock clock = new TestClock(Instant.parse("2026-11-22T10:00:00Z"));

  /** One for all worlds: a copy of a world must not draw the attempts of the original again. */
  private static final SplittableRandom RANDOM = new SplittableRandom(42);

  /** A world in a folder. */
  World(Path folder, SqlTransform transform) {
    this.folder = folder;
    this.transform = transform;
  }

  /** Says what is expected of the events of pipelines made from now on. */
  void expect(Quality newQuality) {
    quality = newQuality;
    shapes = true;
  }

  Path lakeFolder() {
    return folder.resolve("lake");
  }

  /** One record of the source: its bytes at an offset. */
  record Arrival(long offset, String content) {}

  /** An event of the default mapping, at an offset. */
  static Arrival event(long offset, int id, String type, String payload) {
    return new Arrival(
        offset,
        "{\"event_uuid\":\"%s\",\"event_name\":\"%s:x\",\"created_at\":%d,\"payload\":%s}"
            .formatted(uuid(id), type, 1_790_000_000L + id, payload));
  }

  static UUID uuid(int id) {
    return new UUID(0x0192_0000_0000_7000L + id, 0x8000_0000_0000_0000L + id);
  }

  static Batch batch(List<Arrival> arrivals) {
    StringBuilder text = new StringBuilder();
    arrivals.forEach(arrival -> text.append(arrival.content()));
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    Batch.Builder builder = Batch.over("file", bytes).shard("/in/events.ndjson");
    int at = 0;
    for (Arrival arrival : arrivals) {
      int end = at + arrival.content().getBytes(StandardCharsets.UTF_8).length;
      builder.add(at, end, arrival.offset(), ARRIVAL);
      at = end;
    }
    return builder.build();
  }

  static Batch batch(Arrival... arrivals) {
    return batch(List.of(arrivals));
  }

  AttemptSource attemptSource() {
    return () -> new Attempt((int) clock.instant().getEpochSecond(), nextRandom());
  }

  private static long nextRandom() {
    synchronized (RANDOM) {
      return RANDOM.nextLong();
    }
  }

  EmbeddedClaimStore openClaims() throws IOException {
    return EmbeddedClaimStore.open(claimsFolder(), KEEP, clock);
  }

  Path claimsFolder() {
    return folder.resolve("claims");
  }

  Lake lake(StoreHook hook) throws IOException {
    return lake(transform, hook);
  }

  private Lake lake(SqlTransform engine, StoreHook hook) throws IOException {
    return new Lake(
        new HookedObjectStore(new LocalObjectStore(lakeFolder(), folder.resolve("drafts")), hook),
        folder.resolve("scratch"),
        engine.eventColumns(),
        SqlTransform.deadLetterColumns(),
        1);
  }

  /** A process that has the claims to itself. */
  Process start(StoreHook hook) throws IOException {
    return new Process(openClaims(), hook);
  }

  Process start() throws IOException {
    return start(StoreHook.NONE);
  }

  /** One process over the lake, with everything it holds. */
  final class Process implements AutoCloseable {
    final EmbeddedClaimStore claims;
    final LiveAttempts attempts = LiveAttempts.alone(attemptSource());
    private final List<Lake> lakes = new ArrayList<>();
    private final StoreHook hook;

    private Process(EmbeddedClaimStore claims, StoreHook hook) {
      this.claims = claims;
      this.hook = hook;
    }

    Pipeline pipeline() throws IOException {
      return pipeline(hook, attempts, duration -> {});
    }

    Pipeline pipeline(StoreHook hook, FencePolicy fencePolicy, Pause pause) throws IOException {
      return pipeline(transform, hook, fencePolicy, pause);
    }

    Pipeline pipeline(SqlTransform engine, StoreHook hook, FencePolicy fencePolicy, Pause pause)
        throws IOException {
      Lake lake = lake(engine, hook);
      lakes.add(lake);
      return new Pipeline(
          new RecordDecoder(EventFields.Preset.DEFAULT.fields(), ParserLimits.DEFAULT, shapes),
          quality,
          new HookedClaimStore(claims, hook),
          lake,
          attempts,
          fencePolicy,
          engine,
          Duration.ofMillis(10),
          pause,
          "test",
          clock);
    }

    @Override
    public void close() throws IOException {
      lakes.forEach(Lake::close);
      claims.close();
    }
  }

  /** The first column of a query's rows; {@code {table}} stands for a table's files. */
  List<String> query(String sql, String table) throws IOException, SQLException {
    if (files(table).isEmpty()) {
      return List.of();
    }
    String read =
        "read_parquet('%s/**/*.parquet', hive_partitioning = true)"
            .formatted(lakeFolder().resolve(table));
    List<String> values = new ArrayList<>();
    try (Statement statement = Auditor.CONNECTION.createStatement();
        ResultSet rows = statement.executeQuery(sql.replace("{table}", read))) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }

  List<Path> files(String table) throws IOException {
    Path root = lakeFolder().resolve(table);
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.walk(root)) {
      return paths.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** Every event in the lake as {@code uuid payload}, sorted. */
  List<String> events() throws IOException, SQLException {
    return query("SELECT event_uuid::VARCHAR || ' ' || payload FROM {table} ORDER BY 1", "events");
  }

  /** Every dead letter in the lake as {@code offset reason}, sorted by offset. */
  List<String> deadLetters() throws IOException, SQLException {
    return query(
        "SELECT sequence_number || ' ' || reason FROM {table} ORDER BY sequence_number::BIGINT",
        "dead_letters");
  }

  /** The expected form of {@link #events()}. */
  static List<String> expected(TreeMap<Integer, String> payloads) {
    return payloads.entrySet().stream().map(e -> uuid(e.getKey()) + " " + e.getValue()).toList();
  }

  /** Every plan in the lake balances. */
  void assertBooksBalance() throws IOException, SQLException {
    Path attempts = lakeFolder().resolve("_weir/attempts");
    if (!Files.isDirectory(attempts)) {
      return;
    }
    String sql =
        """
        SELECT count(*) FROM read_json('%s/*.json', columns = {state: 'VARCHAR', received: 'BIGINT',
          landed: 'BIGINT', duplicates: 'BIGINT', dead_letters: 'BIGINT', filtered: 'BIGINT',
          files: 'STRUCT(key VARCHAR, "rows" BIGINT)[]'})
        WHERE state = 'planned' AND (received <> landed + duplicates + dead_letters + filtered
          OR landed <> coalesce(list_sum([f."rows" FOR f IN files IF starts_with(f."key", 'events/')]), 0)
          OR dead_letters <>
            coalesce(list_sum([f."rows" FOR f IN files IF starts_with(f."key", 'dead_')]), 0))
        """
            .formatted(attempts);
    try (Statement statement = Auditor.CONNECTION.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      assertEquals(0, rows.getLong(1), "plans that do not balance");
    }
  }
}
