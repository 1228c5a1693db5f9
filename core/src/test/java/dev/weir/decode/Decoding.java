package dev.weir.decode;

import dev.weir.record.Batch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What the tests of this package share: records in, events out. */
final class Decoding {
  static final String UUID = "2d14513a-25dd-5253-98c9-57d18027719c";

  private Decoding() {}

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A batch of records that stand side by side, with nothing between them. */
  static Batch batch(byte[]... records) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] record : records) {
      all.writeBytes(record);
    }
    Batch.Builder builder = Batch.over("file", all.toByteArray()).shard("/data/events.ndjson");
    int at = 0;
    for (byte[] record : records) {
      builder.add(at, at + record.length, at, 1_700_000_000_000_000L);
      at += record.length;
    }
    return builder.build();
  }

  static Events decode(EventFields fields, byte[]... records) {
    return new RecordDecoder(fields, ParserLimits.DEFAULT).decode(batch(records));
  }

  static Events decode(EventFields fields, String... records) {
    return decode(fields, Arrays.stream(records).map(Decoding::utf8).toArray(byte[][]::new));
  }

  /** Decodes with the default mapping. */
  static Events decode(String... records) {
    return decode(EventFields.Preset.DEFAULT.fields(), records);
  }

  /** An event of the default mapping; each argument is JSON. */
  static String event(String id, String name, String time, String payload) {
    return "{\"event_uuid\":%s,\"event_name\":%s,\"created_at\":%s,\"payload\":%s}"
        .formatted(id, name, time, payload);
  }

  static String withId(String id) {
    return event(id, "\"lesson:done\"", "1700000000", "{}");
  }

  static String withName(String name) {
    return event(quoted(UUID), name, "1700000000", "{}");
  }

  static String withTime(String time) {
    return event(quoted(UUID), "\"lesson:done\"", time, "{}");
  }

  static String withPayload(String payload) {
    return event(quoted(UUID), "\"lesson:done\"", "1700000000", payload);
  }

  static String quoted(String text) {
    return '"' + text + '"';
  }

  static String payload(Events events, int row) {
    return new String(
        Arrays.copyOfRange(events.batch.bytes(), events.payloadStart[row], events.payloadEnd[row]),
        StandardCharsets.UTF_8);
  }

  static @Nullable String extra(Events events, int row) {
    return text(events.extra[row]);
  }

  static @Nullable String eventId(Events events, int row) {
    return text(events.eventId[row]);
  }

  private static @Nullable String text(byte @Nullable [] utf8) {
    return utf8 == null ? null : new String(utf8, StandardCharsets.UTF_8);
  }

  static java.util.UUID uuid(Events events, int row) {
    return new java.util.UUID(events.uuidHigh[row], events.uuidLow[row]);
  }

  static EventName name(Events events, int row) {
    return events.names.get(events.name[row]);
  }
}
