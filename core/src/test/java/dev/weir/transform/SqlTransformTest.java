package dev.weir.transform;

import static dev.weir.transform.Transforming.event;
import static dev.weir.transform.Transforming.uuid;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.weir.decode.EventFields;
import dev.weir.lake.Column;
import dev.weir.lake.StagedFile;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlTransformTest {
  @TempDir private Path staging;

  @Test
  void columnsAndTypesAreThoseOfTheArchitecture() throws Exception {
    try (Transforming t = new Transforming(staging, null)) {
      t.write(event(1, "lesson:done"));
      assertEquals(
          List.of(
              "event_uuid|UUID",
              "event_name|VARCHAR",
              "event_subtype|VARCHAR",
              "created_at|DOUBLE",
              "created_datetime|TIMESTAMP WITH TIME ZONE",
              "payload|JSON",
              "extra|JSON",
              "date|DATE",
              "event_type|VARCHAR"),
          t.query("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {table})"));
      assertEquals(
          List.of(
              "event_uuid",
              "event_name",
              "event_subtype",
              "created_at",
              "created_datetime",
              "payload",
              "extra"),
          t.transform.eventColumns().stream().map(Column::name).toList());
    }
  }

  @Test
  void valuesAreExact() throws Exception {
    try (Transforming t = new Transforming(staging, null)) {
      Written written =
          t.write(
              event(
                  1,
                  "a:b:c",
                  "1795343999.123456",
                  ",\"payload\": { \"x\" : 1.50 ,\"y\":\"\\u00e9é\\/\"} ,\"k\" : [1e400, null ]"),
              event(2, "plain", "\"2026-11-22T23:59:59.999999-01:00\"", ""),
              event(3, "n:", "0.5", ",\"payload\":null,\"a\":{},\"a\":1"));
      assertEquals(
          List.of(
              uuid(1)
                  + "|a:b:c|b|1.795343999123456E9|2026-11-22 10:39:59.123456+00|"
                  + "{ \"x\" : 1.50 ,\"y\":\"\\u00e9é\\/\"}|{\"k\":[1e400, null ]}|2026-11-22|a",
              uuid(2)
                  + "|plain|null|1.795395599999999E9|2026-11-23 00:59:59.999999+00|"
                  + "null|null|2026-11-23|plain",
              uuid(3) + "|n:||0.5|1970-01-01 00:00:00.5+00|null|{\"a\":{},\"a\":1}|1970-01-01|n"),
          t.query(
              "SELECT * REPLACE (created_datetime::VARCHAR AS created_datetime) FROM {table}"
                  + " ORDER BY event_uuid"));
      assertEquals(
          List.of("false", "true", "false"),
          t.query("SELECT payload IS NULL FROM {table} ORDER BY event_uuid"));
      assertEquals(3, written.landed());
      assertEquals(0, written.filtered());
      assertEquals(
          List.of(
              "events/date=1970-01-01/event_type=n",
              "events/date=2026-11-22/event_type=a",
              "events/date=2026-11-23/event_type=plain"),
          written.files().stream().map(StagedFile::folder).sorted().toList());
    }
  }

  @Test
  void largePartitionsAreOneFileEachAsSmallOnesAre() throws Exception {
    try (Transforming t = new Transforming(staging, null)) {
      List<String> records = new ArrayList<>();
      for (int id = 0; id < 2 * PartitionRows.MANY + 30; id++) {
        String name = id % 2 == 0 ? "even=/\u00e9:" + id % 3 : id < 60 ? "rare" : "odd:x";
        String time = id < 40 ? "\"2026-01-01T23:59:59.999999Z\"" : "\"2026-01-02T00:00:00Z\"";
        records.add(event(id, name, time, ",\"payload\":{\"n\":" + id + "},\"k\":" + id));
      }
      Written written = t.write(records);
      String even = "/event_type=even%3D%2F%C3%A9";
      assertEquals(
          List.of(
              "events/date=2026-01-01" + even + " 20",
              "events/date=2026-01-01/event_type=rare 20",
              "events/date=2026-01-02" + even + " 3995",
              "events/date=2026-01-02/event_type=odd 3985",
              "events/date=2026-01-02/event_type=rare 10"),
          files(written));
      records.addAll(records.subList(60, 160).stream().map(SqlTransformTest::again).toList());
      assertEquals(
          List.of(
              "events/date=2026-01-01" + even + " 20",
              "events/date=2026-01-01/event_type=rare 20",
              "events/date=2026-01-02" + even + " 4045",
              "events/date=2026-01-02/event_type=odd 4035",
              "events/date=2026-01-02/event_type=rare 10"),
          files(t.write(records)));
      assertEquals(
          List.of((records.size()) + "|true|true"),
          t.query(
              "SELECT count(DISTINCT event_uuid), bool_and(payload->>'n' = extra->>'k'),"
                  + " bool_and(split_part(event_name, ':', 1) = event_type"
                  + " AND created_datetime::DATE = date) FROM {table}"));
      assertEquals(
          List.of("5|1"),
          t.query(
              "SELECT count(*), count(DISTINCT value) FROM parquet_kv_metadata({files})"
                  + " WHERE key = 'weir_attempt'"));
    }
  }

  private static List<String> files(Written written) {
    return written.files().stream().map(f -> f.folder() + " " + f.rows()).sorted().toList();
  }

  /** The event under another id. */
  private static String again(String event) {
    return event.replaceFirst("8123-", "9123-");
  }

  @Test
  void idAsSentIsAColumnOnlyWhereIdsNeedNotBeUuids() throws Exception {
    try (Transforming t = new Transforming(staging, null, EventFields.Preset.GITHUB, 64)) {
      t.write(
          "{\"id\":\"12345\",\"type\":\"PushEvent\",\"created_at\":1}",
          "{\"id\":\"2d14513a-25dd-5253-98c9-57d18027719c\",\"type\":\"PushEvent\",\"created_at\":2}");
      assertEquals(
          List.of("12345", "null"), t.query("SELECT event_id FROM {table} ORDER BY created_at"));
    }
  }

  @Test
  void deadLettersKeepTheirBytesAndPosition() throws Exception {
    try (Transforming t = new Transforming(staging, null)) {
      Written written = t.write("{\"a\":\u0000é", "  ", "[]");
      assertEquals(0, written.landed());
      assertEquals(1, written.files().size());
      assertEquals(3, written.files().get(0).rows());
      assertEquals("dead_letters/date=2026-11-18", written.files().get(0).folder());
      assertEquals(
          List.of(
              "00000000-0000-0008-0000-000000000000|invalid_json|{\\x22a\\x22:\\x00\\xC3\\xA9|8|null|file|"
                  + "/in/a.ndjson|0|0|2026-11-18 11:06:40.123456+00|6a0000000123456789abcdef",
              "00000000-0000-0008-0000-000000000001|empty_record|  |2|null|file|"
                  + "/in/a.ndjson|8|0|2026-11-18 11:06:40.123456+00|6a0000000123456789abcdef",
              "00000000-0000-0008-0000-000000000002|not_an_object|[]|2|null|file|"
                  + "/in/a.ndjson|10|0|2026-11-18 11:06:40.123456+00|6a0000000123456789abcdef"),
          t.query(
              "SELECT * EXCLUDE (detail, date) REPLACE (raw::VARCHAR AS raw,"
                  + " arrival_time::VARCHAR AS arrival_time) FROM {table} ORDER BY 1",
              "dead_letters"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2047, 2048, 2049, 4096, 5000})
  void anyNumberOfRowsCrosses(int count) throws Exception {
    List<String> records = IntStream.range(0, count).mapToObj(i -> event(i, "a:b")).toList();
    for (String sql : new String[] {null, "SELECT * FROM events"}) {
      try (Transforming t = new Transforming(staging, sql)) {
        Written written = t.write(records);
        assertEquals(count, written.landed());
        assertEquals(0, written.filtered());
        if (count > 0) {
          assertEquals(count, written.eventsByType().get("a"));
          assertEquals(
              List.of("%d|%d|%s".formatted(count, count, uuid(count - 1))),
              t.query("SELECT count(*), count(DISTINCT event_uuid), max(event_uuid) FROM {table}"));
        } else {
          assertEquals(List.of(), written.files());
        }
      }
    }
  }

  @Test
  void manyDeadLettersCross() throws Exception {
    try (Transforming t = new Transforming(staging, null)) {
      Written written = t.write(IntStream.range(0, 4_500).mapToObj(i -> "bad " + i).toList());
      assertEquals(4_500, written.files().stream().mapToLong(StagedFile::rows).sum());
      assertEquals(
          List.of("4500"), t.query("SELECT count(DISTINCT raw) FROM {table}", "dead_letters"));
    }
  }

  @Test
  void rarestTypesAreFoldedAndTiesGoByName() throws Exception {
    try (Transforming t = new Transforming(staging, null, EventFields.Preset.DEFAULT, 2)) {
      Written written =
          t.write(
              event(1, "d:x"),
              event(2, "c:x"),
              event(3, "b:x"),
              event(4, "b:y"),
              event(5, "ä".repeat(100) + ":x"));
      assertEquals(2, written.foldedEvents());
      assertEquals(2, written.foldedTypes());
      assertEquals(
          List.of(
              "__other__|d:x", "c|c:x", "b|b:x", "b|b:y", "__other__|" + "ä".repeat(100) + ":x"),
          t.query("SELECT event_type, event_name FROM {table} ORDER BY event_uuid"));
      assertEquals(2, written.eventsByType().get("b"));
      assertEquals(2, written.eventsByType().get("__other__"));
    }
  }

  @Test
  void sqlFiltersChangesAndAdds() throws Exception {
    String sql =
        """
        -- keeps even events
        WITH even AS (SELECT * FROM events WHERE (payload->>'n')::INT % 2 = 0)
        SELECT * EXCLUDE (arrival_time, stream, shard_id, sequence_number)
            REPLACE (json_object('n', payload->'n', 'more', true) AS payload),
          shard_id || '@' || sequence_number AS source, (payload->>'n')::INT AS n
        FROM even
        """;
    try (Transforming t = new Transforming(staging, sql)) {
      Written written = t.write(event(1, "a"), event(2, "a"), event(3, "b"), event(4, "b"));
      assertEquals(2, written.landed());
      assertEquals(2, written.filtered());
      assertEquals(1, written.eventsByType().get("a"));
      assertEquals(
          List.of("2|{\"n\":2,\"more\":true}|true", "4|{\"n\":4,\"more\":true}|true"),
          t.query(
              "SELECT n, payload, starts_with(source, '/in/a.ndjson@') FROM {table} ORDER BY n"));
      assertEquals(
          4, t.write(event(1, "a"), event(3, "a"), event(5, "a"), event(7, "a")).filtered());
    }
  }

  @Test
  void sqlChoosesItsPartitions() throws Exception {
    String sql =
        """
        -- partition_by: country, date
        SELECT * EXCLUDE (arrival_time, stream, shard_id, sequence_number),
          payload->>'c' AS country FROM events
        """;
    try (Transforming t = new Transforming(staging, sql)) {
      List<String> countries =
          List.of(
              "\"de\"",
              "null",
              "\"a/../b\"",
              "\"\"",
              "\"" + "x".repeat(5_000) + "\"",
              "\"" + "~".repeat(170) + "\"",
              "\"" + "é".repeat(60) + "\"",
              "\"..\"");
      List<String> records = new ArrayList<>();
      for (int i = 0; i < countries.size(); i++) {
        records.add(event(i, "t", "1795343999", ",\"payload\":{\"c\":" + countries.get(i) + "}"));
      }
      Written written = t.write(records);
      assertEquals(countries.size(), written.landed());
      for (StagedFile file : written.files()) {
        for (String folder : file.folder().split("/", -1)) {
          assertTrue(folder.length() <= 255, "a folder of " + folder.length() + " characters");
        }
      }
      assertEquals(
          List.of("de|1", "null|1", "a/../b|1", "__other__|3"),
          t.query(
              "SELECT country, count(*) FROM {table} WHERE country IS NULL OR country IN"
                  + " ('de', 'a/../b', '__other__') GROUP BY 1 ORDER BY min(event_uuid)"));
      assertEquals(
          List.of(
              "events/country=%2E./date=2026-11-22",
              "events/country=/date=2026-11-22",
              "events/country=__HIVE_DEFAULT_PARTITION__/date=2026-11-22",
              "events/country=__other__/date=2026-11-22",
              "events/country=a%2F..%2Fb/date=2026-11-22",
              "events/country=de/date=2026-11-22"),
          written.files().stream().map(StagedFile::folder).distinct().sorted().toList());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM events, range(2)",
        "SELECT * REPLACE (uuid() AS event_uuid) FROM events",
        "SELECT * REPLACE (NULL::UUID AS event_uuid) FROM events",
        "SELECT * FROM events UNION ALL SELECT * FROM events",
      })
  void sqlThatMultipliesOrRenamesEventsLandsNothing(String sql) throws Exception {
    try (Transforming t = new Transforming(staging, sql)) {
      IOException refused = assertThrows(IOException.class, () -> t.write(event(1, "a")));
      assertTrue(refused.getMessage().contains("at most once"), refused.getMessage());
    }
  }

  @Test
  void sqlThatFailsOnTheDataCanBeRunAgain() throws Exception {
    String sql = "SELECT * REPLACE ((payload->>'n')::INT::VARCHAR::JSON AS payload) FROM events";
    try (Transforming t = new Transforming(staging, sql)) {
      assertThrows(
          IOException.class, () -> t.write(event(1, "a", "1", ",\"payload\":{\"n\":\"x\"}")));
      assertEquals(1, t.write(event(1, "a")).landed());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-- partition_by: nothing\nSELECT * FROM events",
        "-- partition_by: date, date\nSELECT * FROM events",
        "-- partition_by: event_uuid\nSELECT * FROM events",
        "-- partition_by: payload\nSELECT * FROM events",
        "-- partition_by: a\nSELECT *, [1] AS a FROM events",
        "-- partition_by:\nSELECT * FROM events",
        "SELECT event_name, date, event_type FROM events",
        "SELECT * EXCLUDE (date) FROM events",
        "SELECT * REPLACE (event_uuid::VARCHAR AS event_uuid) FROM events",
        "SELECT *, ? AS parameter FROM events",
      })
  void outputThatCannotLandStopsTheStart(String sql) {
    assertThrows(SqlException.class, () -> new Transforming(staging, sql).close());
  }

  @Test
  void thousandsOfPartitionsKeepFewFilesOpen() throws Exception {
    int dates = 1_000;
    List<String> records = new ArrayList<>();
    for (int round = 0; round < 2; round++) {
      for (int day = 0; day < dates; day++) {
        records.add(
            event(round * dates + day, "a", Long.toString(86_400L * (day + 1) + round), ""));
      }
    }
    UnixOperatingSystemMXBean system =
        (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong most = new AtomicLong();
    Thread watch =
        new Thread(
            () -> {
              while (!over.get()) {
                most.accumulateAndGet(system.getOpenFileDescriptorCount(), Math::max);
                Thread.yield();
              }
            });
    try (Transforming t = new Transforming(staging, null)) {
      long before = system.getOpenFileDescriptorCount();
      watch.start();
      Written written = t.write(records);
      over.set(true);
      watch.join();
      assertEquals(2L * dates, written.landed());
      assertTrue(most.get() - before < 300, "open files: " + (most.get() - before));
      assertEquals(
          List.of("1000|2000"),
          t.query("SELECT count(DISTINCT date), count(DISTINCT event_uuid) FROM {table}"));
    } finally {
      over.set(true);
    }
  }

  /** A value that the decoder takes and the engine does not would stop its batch for ever. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void engineTakesEveryPayloadThatTheDecoderTakes(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> payloads = new ArrayList<>();
    payloads.addAll(
        List.of(
            "[".repeat(255) + "]".repeat(255),
            "{\"a\":".repeat(254) + "1e999" + "}".repeat(254),
            "\"\\u0000\"",
            "{\"\\u0000\":\"\\uD83D\\uDE00\",\"\":0,\"\":1}",
            "1e400",
            "-0.0E-0",
            "9".repeat(100_000),
            "0." + "0".repeat(100_000) + "1",
            "1E+" + "9".repeat(400),
            "\"" + "x".repeat(500_000) + "\"",
            "\"\u007f\uFFFF\uFDD0\u2028\uD83D\uDE00\""));
    while (payloads.size() < 3_000) {
      StringBuilder json = new StringBuilder();
      RandomJson.append(json, random, 0);
      payloads.add(json.toString());
    }
    List<String> records = new ArrayList<>();
    for (int i = 0; i < payloads.size(); i++) {
      String space = " \t\r\n".repeat(random.nextInt(2));
      records.add(
          event(
              i,
              "a",
              "1",
              ",\"payload\":%2$s%1$s%2$s,\"k\\u0000\" :%1$s".formatted(payloads.get(i), space)));
    }
    try (Transforming t = new Transforming(staging, null)) {
      Written written = t.write(records);
      assertEquals(payloads.size(), written.landed(), "every one of them is valid");
      List<String> landed = t.query("SELECT payload FROM {table} ORDER BY event_uuid");
      List<String> extra = t.query("SELECT extra FROM {table} ORDER BY event_uuid");
      for (int i = 0; i < payloads.size(); i++) {
        assertEquals(payloads.get(i), landed.get(i));
        assertEquals("{\"k\\u0000\":" + payloads.get(i) + "}", extra.get(i));
      }
    }
  }
}
