package dev.weir.decode;

import static dev.weir.decode.Decoding.UUID;
import static dev.weir.decode.Decoding.event;
import static dev.weir.decode.Decoding.quoted;
import static dev.weir.decode.Decoding.utf8;
import static dev.weir.decode.Decoding.withId;
import static dev.weir.decode.Decoding.withName;
import static dev.weir.decode.Decoding.withPayload;
import static dev.weir.decode.Decoding.withTime;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every bad input that is told in decoding: each is one dead letter with its reason, and the
 * records before and behind it land. Beside them what looks bad and is not.
 */
class BadInputTest {
  private static final EventFields ANY_ID =
      new EventFields(
          List.of("event_uuid"),
          List.of(),
          EventFields.IdFormat.ANY,
          List.of("event_name"),
          List.of("created_at"),
          EventFields.TimeUnit.AUTO,
          EventFields.DEFAULT_MIN_TIME,
          EventFields.DEFAULT_MAX_TIME,
          List.of("payload"));

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Bad(String what, byte[] bytes, String reason) {
    @Override
    public String toString() {
      return what; // the name of the test: some records are a megabyte
    }
  }

  private static Bad bad(String reason, String what, String record) {
    return new Bad(reason + ": " + what, utf8(record), reason);
  }

  private static Bad bad(String reason, String what, byte[] record) {
    return new Bad(reason + ": " + what, record, reason);
  }

  private static final String GOOD = withPayload("{\"a\":\"good\"}");

  static Stream<Bad> badDocuments() {
    return Stream.of(
        bad("empty_record", "no bytes", ""),
        bad("empty_record", "white space", " \t\r\n"),
        bad("byte_order_mark", "before the document", "\ufeff" + GOOD),
        bad("invalid_json", "byte order mark inside", withPayload("\ufeff1")),
        bad("truncated_json", "one byte", "{"),
        bad("truncated_json", "in the payload", GOOD.substring(0, GOOD.length() - 6)),
        bad("truncated_json", "last brace", GOOD.substring(0, GOOD.length() - 1)),
        bad("truncated_json", "in a character", cut(withPayload("\"\u20ac"), 2)),
        bad("trailing_data", "garbage", GOOD + " x"),
        bad("trailing_data", "a brace", GOOD + "}"),
        bad("trailing_data", "a NUL", GOOD + "\u0000"),
        bad("trailing_data", "two documents", GOOD + GOOD),
        bad("trailing_data", "two documents with a space", GOOD + " " + GOOD),
        bad("not_an_object", "string", "\"text\""),
        bad("not_an_object", "number", "-1.5e3"),
        bad("not_an_object", "array", "[" + GOOD + "]"),
        bad("not_an_object", "true", "true"),
        bad("not_an_object", "false", "false"),
        bad("not_an_object", "null", " null "),
        bad("invalid_encoding", "UTF-16LE", GOOD.getBytes(StandardCharsets.UTF_16LE)),
        bad("invalid_encoding", "UTF-16BE", GOOD.getBytes(StandardCharsets.UTF_16BE)),
        bad("invalid_encoding", "UTF-16 with its mark", GOOD.getBytes(StandardCharsets.UTF_16)),
        bad("invalid_encoding", "overlong quote", withHex("\"%\"", "C0A2")),
        bad("invalid_encoding", "overlong NUL", withHex("\"%\"", "C080")),
        bad("invalid_encoding", "surrogate", withHex("\"%\"", "EDA080")),
        bad("invalid_encoding", "beyond U+10FFFF", withHex("\"%\"", "F4908080")),
        bad("invalid_encoding", "Latin-1", withHex("\"caf%\"", "E9")),
        bad("invalid_encoding", "stray byte outside of strings", withHex("[%]", "FF")),
        bad("lone_surrogate", "in the payload", withPayload("[{\"a\":\"\\ud83d\"}]")),
        bad("lone_surrogate", "in a member's name", withPayload("{\"\\udc00\":1}")),
        bad("lone_surrogate", "in the name", withName("\"a\\ud83d\"")),
        bad("lone_surrogate", "in an unmapped member", "{\"x\":\"\\ud83d\"," + GOOD.substring(1)),
        bad("invalid_json", "NUL in a string", withPayload("\"a\u0000b\"")),
        bad("invalid_json", "NUL between members", GOOD.replace(",", ",\u0000")),
        bad("nesting_too_deep", "100,000 arrays", withPayload("[".repeat(100_000))),
        bad(
            "nesting_too_deep",
            "100,000 arrays, closed",
            withPayload("[".repeat(100_000) + "]".repeat(100_000))),
        bad("nesting_too_deep", "100,000 objects", withPayload("{\"a\":".repeat(100_000))),
        bad("nesting_too_deep", "100,000 arrays alone", "[".repeat(100_000)),
        bad("string_too_long", "1 MB", withPayload(quoted("x".repeat(1_000_000)))),
        bad("string_too_long", "member name", withPayload("{\"" + "x".repeat(600_000) + "\":1}")),
        bad("document_too_large", "1 MiB string", withPayload(quoted("x".repeat(1 << 20)))),
        bad("too_many_members", "100k keys", withPayload(keys(100_000))),
        bad("too_many_members", "100k top-level keys", keys(100_000)),
        bad("invalid_json", "NaN", withPayload("NaN")),
        bad("invalid_json", "Infinity", withPayload("[Infinity]")),
        bad("invalid_json", "-Infinity", withPayload("{\"a\":-Infinity}")),
        bad("invalid_json", "comment", withPayload("/* no */ 1")),
        bad("invalid_json", "single quotes", GOOD.replace('"', '\'')),
        bad("duplicate_key", "id", GOOD.replace("}}", "},\"event_uuid\":\"" + UUID + "\"}")),
        bad("duplicate_key", "name", GOOD.replace("}}", "},\"event_name\":null}")),
        bad("duplicate_key", "time", GOOD.replace("}}", "},\"created_at\":1700000000}")),
        bad("duplicate_key", "payload", GOOD.replace("}}", "},\"payload\":{}}")),
        bad("duplicate_key", "escaped", GOOD.replace("}}", "},\"p\\u0061yload\":{}}")));
  }

  static Stream<Bad> badFields() {
    return Stream.of(
        bad("missing_id", "absent", GOOD.replace("event_uuid", "uuid")),
        bad("missing_id", "null", withId("null")),
        bad("invalid_id", "number", withId("42")),
        bad("invalid_id", "boolean", withId("true")),
        bad("invalid_id", "object", withId("{}")),
        bad("invalid_id", "empty", withId("\"\"")),
        bad("invalid_id", "nil", withId(quoted("00000000-0000-0000-0000-000000000000"))),
        bad("invalid_id", "nil, braced", withId(quoted("{00000000-0000-0000-0000-000000000000}"))),
        bad("invalid_id", "35 characters", withId(quoted(UUID.substring(1)))),
        bad("invalid_id", "37 characters", withId(quoted(UUID + "0"))),
        bad("invalid_id", "letter O for 0", withId(quoted(UUID.replace('0', 'O')))),
        bad("invalid_id", "full-width digit", withId(quoted(UUID.replace('0', '\uff10')))),
        bad("invalid_id", "Cyrillic a of 36 bytes", withId(quoted(lookAlike()))),
        bad("invalid_id", "other dashes", withId(quoted(UUID.replace('-', '_')))),
        bad(
            "invalid_id",
            "dashes elsewhere",
            withId(quoted("2d14513-a25dd-5253-98c9-57d18027719c"))),
        bad("invalid_id", "brace missing", withId(quoted("{" + UUID + " "))),
        bad("invalid_id", "white space", withId(quoted(" " + UUID))),
        bad("invalid_id", "other URN", withId(quoted("urn:guid:" + UUID))),
        bad("missing_time", "absent", GOOD.replace("created_at", "time")),
        bad("missing_time", "null", withTime("null")),
        bad("invalid_time", "boolean", withTime("true")),
        bad("invalid_time", "object", withTime("{}")),
        bad("invalid_time", "array", withTime("[1700000000]")),
        bad("invalid_time", "empty", withTime("\"\"")),
        bad("invalid_time", "words", withTime("\"yesterday\"")),
        bad("invalid_time", "number in a string", withTime("\"1700000000\"")),
        bad("invalid_time", "no zone", withTime("\"2026-01-01T00:00:00\"")),
        bad("invalid_time", "29 February 2026", withTime("\"2026-02-29T00:00:00Z\"")),
        bad("invalid_json", "NaN as time", withTime("NaN")),
        bad("time_out_of_range", "1e30", withTime("1e30")),
        bad("time_out_of_range", "1e400", withTime("1e400")),
        bad("time_out_of_range", "1e999999999", withTime("1e999999999")),
        bad("time_out_of_range", "million digits", withTime("9".repeat(1_000_000))),
        bad("time_out_of_range", "negative", withTime("-1700000000")),
        bad("time_out_of_range", "beyond 2^63", withTime("9223372036854775808000")),
        bad("time_out_of_range", "year 0", withTime("\"0000-01-01T00:00:00Z\"")),
        bad("time_out_of_range", "year 9999", withTime("\"9999-12-31T23:59:59Z\"")),
        bad("missing_name", "absent", GOOD.replace("event_name", "name")),
        bad("missing_name", "null", withName("null")),
        bad("invalid_name", "empty", withName("\"\"")),
        bad("invalid_name", "number", withName("7")),
        bad("invalid_name", "boolean", withName("false")),
        bad("invalid_name", "object", withName("{\"a\":1}")),
        bad("invalid_name", "10k characters", withName(quoted("n".repeat(10_000)))),
        bad("invalid_name", "257 characters", withName(quoted("n".repeat(257)))),
        bad("invalid_name", "257 wide characters", withName(quoted("\u20ac".repeat(257)))),
        bad("invalid_name", "empty first segment", withName("\":done\"")),
        bad("invalid_name", "NUL", withName("\"a\\u0000b\"")),
        bad("invalid_name", "line feed", withName("\"a\\nb\"")),
        bad("invalid_name", "DEL", withName("\"a\u007f\"")),
        bad("invalid_name", "C1 control", withName("\"a\u0085\"")),
        bad("invalid_json", "raw control character", withName("\"a\u0001\"")));
  }

  @ParameterizedTest
  @MethodSource({"badDocuments", "badFields"})
  void badRecordIsOneDeadLetterAndItsNeighboursLand(Bad bad) {
    Events events =
        Decoding.decode(EventFields.Preset.DEFAULT.fields(), utf8(GOOD), bad.bytes(), utf8(GOOD));
    assertEquals(List.of(bad.reason()), reasons(events));
    assertEquals(1, events.deadLetters.get(0).record());
    assertFalse(events.deadLetters.get(0).detail().isEmpty());
    assertTrue(events.deadLetters.get(0).detail().length() <= 200);
    assertEquals(2, events.count);
    assertEquals(List.of(0, 2), List.of(events.record[0], events.record[1]));
    for (int row = 0; row < 2; row++) {
      assertEquals("{\"a\":\"good\"}", Decoding.payload(events, row));
      assertEquals(UUID, Decoding.uuid(events, row).toString());
    }
  }

  @Test
  void allBadRecordsInOneBatchLeaveEveryNeighbour() {
    List<Bad> all = Stream.concat(badDocuments(), badFields()).toList();
    byte[][] records =
        all.stream().flatMap(b -> Stream.of(b.bytes(), utf8(GOOD))).toArray(byte[][]::new);
    Events events = Decoding.decode(EventFields.Preset.DEFAULT.fields(), records);
    assertEquals(all.stream().map(Bad::reason).toList(), reasons(events));
    assertEquals(all.size(), events.count);
    IntStream.range(0, all.size()).forEach(i -> assertEquals(2 * i + 1, events.record[i]));
  }

  static Stream<String> payloadsThatLand() {
    return Stream.of(
        "1e400",
        "-1e-400",
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
        "9".repeat(1_000_000),
        "0." + "1".repeat(500_000),
        "1e999999999999",
        "{\"a\":1,\"a\":2,\"payload\":{\"payload\":3},\"event_uuid\":null}",
        "\"\\u0000\\b\"",
        "\"\ufeff\\ufeff\"",
        "\"NaN\"",
        "[".repeat(255) + "]".repeat(255),
        quoted("x".repeat(500_000)),
        keys(40_000));
  }

  @ParameterizedTest
  @MethodSource("payloadsThatLand")
  void oddButValidPayloadLandsAsSent(String payload) {
    Events events = Decoding.decode(GOOD, withPayload(payload), GOOD);
    assertEquals(List.of(), reasons(events));
    assertEquals(payload, Decoding.payload(events, 1));
    assertEquals("{\"a\":\"good\"}", Decoding.payload(events, 0));
    assertEquals("{\"a\":\"good\"}", Decoding.payload(events, 2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../x",
        "..",
        ".",
        "/",
        "a/b=c",
        "%00",
        "'; COPY",
        "__HIVE_DEFAULT_PARTITION__",
        "a\u202eb",
        "\ud83d\ude80",
        "a::",
        " ",
        "\u2028"
      })
  void oddButValidNameLandsAsSent(String name) {
    Events events = Decoding.decode(withName(quoted(name)));
    assertEquals(List.of(), reasons(events));
    assertEquals(name, Decoding.name(events, 0).name());
  }

  @Test
  void namesOfTheGreatestLengthLand() {
    Events events =
        Decoding.decode(
            withName(quoted("\u20ac".repeat(256))), withName(quoted("\\u20ac".repeat(256))));
    assertEquals(List.of(), reasons(events));
    assertEquals(1, events.names.size());
  }

  @Test
  void tenThousandTypesInOneBatchAreTenThousandNames() {
    String[] records =
        IntStream.range(0, 10_000)
            .mapToObj(i -> withName(quoted("type" + i)))
            .toArray(String[]::new);
    assertEquals(10_000, Decoding.decode(records).names.size());
  }

  @Test
  void anyIdTakesStringsAndIntegersOnly() {
    String longest = "\u20ac".repeat(341) + "x";
    Events events =
        Decoding.decode(
            ANY_ID,
            withId("42"),
            withId("-7"),
            withId(quoted("order 42")),
            withId(quoted(UUID.substring(1))),
            withId(quoted(longest)),
            withId(quoted("\\u00e9")),
            withId(quoted(UUID)));
    assertEquals(List.of(), reasons(events));
    assertEquals("42", Decoding.eventId(events, 0));
    assertEquals("-7", Decoding.eventId(events, 1));
    assertEquals(longest, Decoding.eventId(events, 4));
    assertEquals("\u00e9", Decoding.eventId(events, 5));
    assertEquals(null, Decoding.eventId(events, 6));
    assertEquals(
        7, IntStream.range(0, 7).mapToObj(i -> Decoding.uuid(events, i)).distinct().count());

    Events refused =
        Decoding.decode(
            ANY_ID,
            withId("\"\""),
            withId("1.5"),
            withId("1e5"),
            withId("true"),
            withId("[]"),
            withId(quoted(longest + "x")),
            withId("1".repeat(1_025)),
            withId(quoted("00000000000000000000000000000000")));
    assertEquals(0, refused.count);
    assertEquals(List.of("invalid_id"), reasons(refused).stream().distinct().toList());
  }

  @Test
  void scopeOfAnIdMayNotOccurTwice() {
    String document =
        "{\"id\":\"1\",\"source\":\"a\",\"source\":\"b\",\"type\":\"t\",\"time\":1700000000}";
    Events events = Decoding.decode(EventFields.Preset.CLOUDEVENTS.fields(), document);
    assertEquals(List.of("duplicate_key"), reasons(events));
  }

  @Test
  void detailsSayWhereAndNeverWhat() {
    Events events =
        Decoding.decode(
            withPayload("{\"secret\":hunter2}"),
            withPayload("{\"secret\":\"hunter2"),
            event("\"hunter2\"", "\"n\"", "0", "1"),
            withName("\":hunter2\""),
            withTime("\"hunter2\""));
    assertEquals(5, events.deadLetters.size());
    String details =
        events.deadLetters.stream().map(Events.DeadLetter::detail).collect(Collectors.joining());
    assertFalse(details.contains("hunter") || details.contains("secret"), details);
    assertEquals("expected a value at byte 124", events.deadLetters.get(0).detail());
  }

  private static List<String> reasons(Events events) {
    return events.deadLetters.stream().map(letter -> letter.reason().code()).toList();
  }

  private static String keys(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> quoted(Integer.toString(i, 36)) + ":0")
        .collect(Collectors.joining(",", "{", "}"));
  }

  /** A record cut in the middle of the last character of its text. */
  private static byte[] cut(String record, int bytes) {
    byte[] all = utf8(record.substring(0, record.lastIndexOf('\u20ac') + 1));
    return Arrays.copyOf(all, all.length - bytes);
  }

  private static byte[] withHex(String payload, String hex) {
    String bytes = new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
    return withPayload(payload.replace("%", bytes)).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** As many bytes as a UUID has, with a Cyrillic letter of two bytes among them. */
  private static String lookAlike() {
    return UUID.replace("a-", "\u0430").replaceFirst("-25", "-2");
  }
}
