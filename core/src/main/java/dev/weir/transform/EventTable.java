package dev.weir.transform;

import dev.weir.decode.EventName;
import dev.weir.decode.Events;
import dev.weir.record.Batch;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDataChunkWriter;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBTableFunction;
import org.duckdb.DuckDBTableFunctionBindInfo;
import org.duckdb.DuckDBTableFunctionCallInfo;
import org.duckdb.DuckDBTableFunctionInitInfo;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the current batch as a table function of the engine, column by column.
 *
 * <p>The engine's interface takes no UUID, JSON or zoned timestamp, so they cross as integers and
 * text, and {@link #VIEW} gives them their types: a uuid as four unsigned words, a timestamp as
 * microseconds, JSON as UTF-8. Only the columns that a statement reads are handed over.
 *
 * <p>Used by the one thread that owns the connection.
 */
final class EventTable implements DuckDBTableFunction<Object, EventTable.Scan, Object> {
  private static final String FUNCTION = "weir_events";

  /** What is known of an event alone, wherever its record stood. */
  private static final String EVENT_COLUMNS =
      """
        (((uuid_0::UBIGINT * 4294967296 + uuid_1)::UHUGEINT << 64)
          | (uuid_2::UBIGINT * 4294967296 + uuid_3)::UHUGEINT)::UUID AS event_uuid,
        event_name,
        event_subtype,
        created_at,
        make_timestamptz(created_micros) AS created_datetime,
        payload::JSON AS payload,
        extra::JSON AS extra,
        %s
        make_timestamp(created_micros)::DATE AS date,
        event_type
      """;

  /** The table {@code events} that SQL sees. */
  static final String VIEW =
      """
      CREATE VIEW events AS SELECT
      """
          + EVENT_COLUMNS
          + """
        , make_timestamptz(arrival_micros) AS arrival_time,
        stream,
        shard_id,
        sequence_number
      FROM weir_events()
      """;

  /** The events as conditions and counts see them: with the numbers that Weir knows them by. */
  private static final String NUMBERED_VIEW =
      "CREATE VIEW weir_numbered AS SELECT weir_row, weir_name, "
          + EVENT_COLUMNS
          + " FROM weir_events()";

  private enum Field {
    UUID_0(DuckDBColumnType.UINTEGER),
    UUID_1(DuckDBColumnType.UINTEGER),
    UUID_2(DuckDBColumnType.UINTEGER),
    UUID_3(DuckDBColumnType.UINTEGER),
    EVENT_NAME(DuckDBColumnType.VARCHAR),
    EVENT_SUBTYPE(DuckDBColumnType.VARCHAR),
    CREATED_AT(DuckDBColumnType.DOUBLE),
    CREATED_MICROS(DuckDBColumnType.BIGINT),
    PAYLOAD(DuckDBColumnType.VARCHAR),
    EXTRA(DuckDBColumnType.VARCHAR),
    EVENT_ID(DuckDBColumnType.VARCHAR),
    EVENT_TYPE(DuckDBColumnType.VARCHAR),
    ARRIVAL_MICROS(DuckDBColumnType.BIGINT),
    STREAM(DuckDBColumnType.VARCHAR),
    SHARD_ID(DuckDBColumnType.VARCHAR),
    SEQUENCE_NUMBER(DuckDBColumnType.VARCHAR),
    WEIR_ROW(DuckDBColumnType.INTEGER),
    WEIR_NAME(DuckDBColumnType.INTEGER);

    private static final Field[] ALL = values();
    private final DuckDBColumnType type;

    Field(DuckDBColumnType type) {
      this.type = type;
    }
  }

  /** One pass of the engine over the rows. */
  static final class Scan {
    private final Field[] fields;
    private int next;

    private Scan(Field[] fields) {
      this.fields = fields;
    }
  }

  private @Nullable Rows rows;
  private @Nullable EventTypes types;
  private byte[][] strings = new byte[0][];

  /** Makes the function and the view known to a connection. */
  static EventTable register(DuckDBConnection connection, boolean withEventId) throws SQLException {
    EventTable table = new EventTable();
    DuckDBFunctions.tableFunction()
        .withName(FUNCTION)
        .withProjectionPushdown()
        .withFunction(table)
        .register(connection);
    try (var statement = connection.createStatement()) {
      String eventId = withEventId ? "event_id," : "";
      statement.execute(VIEW.formatted(eventId));
      statement.execute(NUMBERED_VIEW.formatted(eventId));
    }
    return table;
  }

  /** Sets the rows that the next statement sees; null for none. */
  void show(@Nullable Rows rows, @Nullable EventTypes types) {
    this.rows = rows;
    this.types = types;
  }

  @Override
  public Object bind(DuckDBTableFunctionBindInfo info) {
    for (Field field : Field.ALL) {
      info.addResultColumn(field.name().toLowerCase(java.util.Locale.ROOT), field.type);
    }
    info.setCardinality(rows == null ? 0 : rows.count(), true);
    return this;
  }

  @Override
  public Scan init(DuckDBTableFunctionInitInfo info) {
    info.setMaxThreads(1);
    Field[] fields = new Field[(int) info.getColumnCount()];
    for (int i = 0; i < fields.length; i++) {
      int index = (int) info.getColumnIndex(i);
      // A statement that reads no column at all, such as count(*), asks for a row number.
      fields[i] = index >= 0 && index < Field.ALL.length ? Field.ALL[index] : Field.UUID_3;
    }
    return new Scan(fields);
  }

  @Override
  public long apply(DuckDBTableFunctionCallInfo call, DuckDBDataChunkWriter writer) {
    Scan scan = call.getInitData();
    if (rows == null || types == null) {
      return 0;
    }
    int count = (int) Math.min(writer.capacity(), rows.count() - scan.next);
    for (int column = 0; column < scan.fields.length && count > 0; column++) {
      write(scan.fields[column], writer.vector(column), rows, types, scan.next, count);
    }
    scan.next += count;
    return count;
  }

  private void write(
      Field field, DuckDBWritableVector vector, Rows rows, EventTypes types, int from, int count) {
    Events events = rows.events();
    int[] row = rows.rows();
    switch (field) {
      case UUID_0 -> {
        for (int i = 0; i < count; i++) {
          vector.setUint32(i, events.uuidHigh[row[from + i]] >>> 32);
        }
      }
      case UUID_1 -> {
        for (int i = 0; i < count; i++) {
          vector.setUint32(i, events.uuidHigh[row[from + i]] & 0xFFFF_FFFFL);
        }
      }
      case UUID_2 -> {
        for (int i = 0; i < count; i++) {
          vector.setUint32(i, events.uuidLow[row[from + i]] >>> 32);
        }
      }
      case UUID_3 -> {
        for (int i = 0; i < count; i++) {
          vector.setUint32(i, events.uuidLow[row[from + i]] & 0xFFFF_FFFFL);
        }
      }
      case WEIR_ROW -> {
        for (int i = 0; i < count; i++) {
          vector.setInt(i, row[from + i]);
        }
      }
      case WEIR_NAME -> {
        for (int i = 0; i < count; i++) {
          vector.setInt(i, events.name[row[from + i]]);
        }
      }
      case CREATED_AT -> {
        for (int i = 0; i < count; i++) {
          vector.setDouble(i, events.createdSeconds[row[from + i]]);
        }
      }
      case CREATED_MICROS -> {
        for (int i = 0; i < count; i++) {
          vector.setLong(i, events.createdMicros[row[from + i]]);
        }
      }
      case ARRIVAL_MICROS -> {
        for (int i = 0; i < count; i++) {
          vector.setLong(i, events.batch.arrivalMicros(events.record[row[from + i]]));
        }
      }
      default -> {
        byte[][] texts = strings(count);
        for (int i = 0; i < count; i++) {
          texts[i] = text(field, events, types, row[from + i]);
        }
        vector.setStringUtf8Batch(0, texts);
      }
    }
  }

  @SuppressWarnings("NullAway") // a null element is how the engine is told of a NULL
  private static byte[] text(Field field, Events events, EventTypes types, int row) {
    Batch batch = events.batch;
    return switch (field) {
      case EVENT_NAME -> name(events, row).nameUtf8();
      case EVENT_SUBTYPE -> name(events, row).subtypeUtf8();
      case EVENT_TYPE -> types.utf8(events.name[row]);
      case PAYLOAD -> {
        int start = events.payloadStart[row];
        int end = events.payloadEnd[row];
        yield start == end ? null : Arrays.copyOfRange(batch.bytes(), start, end);
      }
      case EXTRA -> events.extra[row];
      case EVENT_ID -> events.eventId[row];
      case STREAM -> utf8(batch.stream());
      case SHARD_ID -> utf8(batch.shards().get(batch.shardIndex(events.record[row])));
      case SEQUENCE_NUMBER -> utf8(batch.sequenceNumber(events.record[row]));
      default -> throw new IllegalStateException("not a text column: " + field);
    };
  }

  private static EventName name(Events events, int row) {
    List<EventName> names = events.names;
    return names.get(events.name[row]);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private byte[][] strings(int count) {
    if (strings.length != count) {
      strings = new byte[count][];
    }
    return strings;
  }
}
