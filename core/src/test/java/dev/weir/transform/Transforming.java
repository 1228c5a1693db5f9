package dev.weir.transform;

import dev.weir.claim.Attempt;
import dev.weir.decode.EventFields;
import dev.weir.decode.Events;
import dev.weir.decode.ParserLimits;
import dev.weir.decode.RecordDecoder;
import dev.weir.record.Batch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** What the tests of this package share: records through a transform, and SQL over its files. */
final class Transforming implements AutoCloseable {
  static final Attempt ATTEMPT = new Attempt(0x6A000000, 0x0123456789ABCDEFL);
  static final long ARRIVAL = 1_795_000_000_123_456L;

  private final Path staging;
  private final EventFields fields;
  final SqlTransform transform;
  private Written written;

  Transforming(Path staging, String sql, EventFields.Preset preset, int maxTypes)
      throws SqlException {
    this.staging = staging;
    this.fields = preset.fields();
    this.transform =
        SqlTransform.open(
            new SqlTransform.Options(
                sql,
                fields.idFormat() == EventFields.IdFormat.ANY,
                256L << 20,
                staging,
                1,
                maxTypes));
  }

  Transforming(Path staging, String sql) throws SqlException {
    this(staging, sql, EventFields.Preset.DEFAULT, 64);
  }

  static String event(int id, String name, String time, String rest) {
    return "{\"event_uuid\":\"%s\",\"event_name\":\"%s\",\"created_at\":%s%s}"
        .formatted(uuid(id), name, time, rest);
  }

  static String event(int id, String name) {
    return event(id, name, Integer.toString(1_790_000_000 + id), ",\"payload\":{\"n\":" + id + "}");
  }

  static UUID uuid(int id) {
    return new UUID(0xFEDC_BA98_7654_7210L, 0x8123_4567_89AB_0000L + id);
  }

  static Batch batch(List<String> records) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<Integer> ends = new ArrayList<>();
    for (String record : records) {
      bytes.writeBytes(record.getBytes(StandardCharsets.UTF_8));
      ends.add(bytes.size());
    }
    Batch.Builder builder = Batch.over("file", bytes.toByteArray()).shard("/in/a.ndjson");
    int start = 0;
    for (int end : ends) {
      builder.add(start, end, start, ARRIVAL);
      start = end;
    }
    return builder.build();
  }

  Written write(List<String> records) throws IOException {
    Events events = new RecordDecoder(fields, ParserLimits.DEFAULT).decode(batch(records));
    List<Rows.Letter> letters = new ArrayList<>();
    for (Events.DeadLetter dead : events.deadLetters) {
      letters.add(
          new Rows.Letter(
              8, letters.size(), dead.record(), dead.reason().code(), dead.detail(), null));
    }
    int[] rows = IntStream.range(0, events.count).toArray();
    discard();
    written = transform.write(ATTEMPT, new Rows(events, rows, events.count, letters));
    return written;
  }

  Written write(String... records) throws IOException {
    return write(List.of(records));
  }

  /**
   * The rows of a query, columns parted by {@code |}; {@code {table}} is the last written one,
   * {@code {files}} its files.
   */
  List<String> query(String sql, String table) throws SQLException {
    String files =
        "'%s/**/*.parquet'".formatted(staging.resolve(ATTEMPT.toString()).resolve(table));
    String read = "read_parquet(" + files + ", hive_partitioning = true)";
    List<String> lines = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      try (ResultSet rows =
          statement.executeQuery(sql.replace("{table}", read).replace("{files}", files))) {
        int columns = rows.getMetaData().getColumnCount();
        while (rows.next()) {
          StringBuilder line = new StringBuilder();
          for (int i = 1; i <= columns; i++) {
            line.append(i == 1 ? "" : "|").append(rows.getString(i));
          }
          lines.add(line.toString());
        }
      }
    }
    return lines;
  }

  List<String> query(String sql) throws SQLException {
    return query(sql, "events");
  }

  private void discard() {
    if (written != null) {
      written.close();
      written = null;
    }
  }

  @Override
  public void close() {
    discard();
    transform.close();
  }
}
