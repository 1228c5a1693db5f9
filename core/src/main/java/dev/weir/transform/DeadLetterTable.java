package dev.weir.transform;

import dev.weir.claim.Attempt;
import dev.weir.lake.Column;
import dev.weir.record.Batch;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDataChunkWriter;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBTableFunction;
import org.duckdb.DuckDBTableFunctionBindInfo;
import org.duckdb.DuckDBTableFunctionCallInfo;
import org.duckdb.DuckDBTableFunctionInitInfo;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters of the current batch as a table function of the engine.
 *
 * <p>Their bytes may be anything, so they cross as Base64 and become a BLOB again. Dead letters are
 * rare: this is written for clarity. Used by the one thread that owns the connection.
 */
final class DeadLetterTable implements DuckDBTableFunction<Object, int[], Object> {
  /** The columns of the files, without the partition column {@code date}. */
  static final List<Column> COLUMNS =
      List.of(
          new Column("dead_letter_uuid", "UUID"),
          new Column("reason", "VARCHAR"),
          new Column("detail", "VARCHAR"),
          new Column("raw", "BLOB"),
          new Column("raw_bytes", "BIGINT"),
          new Column("event_uuid", "UUID"),
          new Column("stream", "VARCHAR"),
          new Column("shard_id", "VARCHAR"),
          new Column("sequence_number", "VARCHAR"),
          new Column("sub_index", "INTEGER"),
          new Column("arrival_time", "TIMESTAMP WITH TIME ZONE"),
          new Column("attempt", "VARCHAR"));

  private static final String VIEW =
      """
      CREATE VIEW weir_dead_letters AS SELECT
        dead_letter_uuid::UUID AS dead_letter_uuid, reason, detail, from_base64(raw) AS raw,
        raw_bytes, event_uuid::UUID AS event_uuid, stream, shard_id, sequence_number, sub_index,
        make_timestamptz(arrival_micros) AS arrival_time, attempt,
        make_timestamp(arrival_micros)::DATE AS date
      FROM weir_dead_letter_rows()
      """;

  private static final int TEXTS = 9;
  private @Nullable Rows rows;
  private String attempt = "";

  static DeadLetterTable register(DuckDBConnection connection) throws SQLException {
    DeadLetterTable table = new DeadLetterTable();
    DuckDBFunctions.tableFunction()
        .withName("weir_dead_letter_rows")
        .withFunction(table)
        .register(connection);
    try (var statement = connection.createStatement()) {
      statement.execute(VIEW);
    }
    return table;
  }

  /** Sets the dead letters that the next statement sees; null for none. */
  void show(@Nullable Rows rows, Attempt attempt) {
    this.rows = rows;
    this.attempt = attempt.toString();
  }

  @Override
  public Object bind(DuckDBTableFunctionBindInfo info) {
    for (String text :
        List.of(
            "dead_letter_uuid",
            "reason",
            "detail",
            "raw",
            "event_uuid",
            "stream",
            "shard_id",
            "sequence_number",
            "attempt")) {
      info.addResultColumn(text, DuckDBColumnType.VARCHAR);
    }
    info.addResultColumn("raw_bytes", DuckDBColumnType.BIGINT);
    info.addResultColumn("sub_index", DuckDBColumnType.INTEGER);
    info.addResultColumn("arrival_micros", DuckDBColumnType.BIGINT);
    return this;
  }

  @Override
  public int[] init(DuckDBTableFunctionInitInfo info) {
    info.setMaxThreads(1);
    return new int[1];
  }

  @Override
  public long apply(DuckDBTableFunctionCallInfo call, DuckDBDataChunkWriter writer) {
    int[] next = call.getInitData();
    if (rows == null) {
      return 0;
    }
    List<Rows.Letter> letters = rows.deadLetters();
    int count = (int) Math.min(writer.capacity(), letters.size() - next[0]);
    if (count == 0) {
      return 0;
    }
    Batch batch = rows.events().batch;
    byte[][][] texts = new byte[TEXTS][count][];
    for (int i = 0; i < count; i++) {
      Rows.Letter letter = letters.get(next[0] + i);
      int record = letter.record();
      texts[0][i] = utf8(new UUID(letter.high(), letter.low()).toString());
      texts[1][i] = utf8(letter.reason());
      texts[2][i] = utf8(letter.detail());
      texts[3][i] = Base64.getEncoder().encode(batch.content(record));
      texts[4][i] = eventUuid(rows, letter);
      texts[5][i] = utf8(batch.stream());
      texts[6][i] = utf8(batch.shards().get(batch.shardIndex(record)));
      texts[7][i] = utf8(batch.sequenceNumber(record));
      texts[8][i] = utf8(attempt);
      writer.vector(TEXTS).setLong(i, batch.end(record) - batch.start(record));
      writer.vector(TEXTS + 1).setInt(i, batch.subIndex(record));
      writer.vector(TEXTS + 2).setLong(i, batch.arrivalMicros(record));
    }
    for (int column = 0; column < TEXTS; column++) {
      writer.vector(column).setStringUtf8Batch(0, texts[column]);
    }
    next[0] += count;
    return count;
  }

  @SuppressWarnings("NullAway") // a null element is how the engine is told of a NULL
  private static byte[] eventUuid(Rows rows, Rows.Letter letter) {
    Integer event = letter.event();
    return event == null
        ? null
        : utf8(new UUID(rows.events().uuidHigh[event], rows.events().uuidLow[event]).toString());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
