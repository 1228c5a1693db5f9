package dev.weir.e2e;

import static dev.weir.e2e.Documents.TIME;
import static dev.weir.e2e.Documents.event;
import static dev.weir.e2e.Documents.id;
import static dev.weir.e2e.Documents.quoted;
import static dev.weir.e2e.Documents.withName;
import static dev.weir.e2e.Documents.withPayload;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every bad record of issue A through the command: one dead letter with a stable reason, its exact
 * bytes and its position, and both of its neighbours land. Beside them what looks bad and is not.
 *
 * <p>Each record has a file of its own, between two good events; one run reads them all.
 */
final class BadInputIT {
  @TempDir static Path folder;
  private static final List<Bad> BAD = new ArrayList<>();
  private static final List<String> ODD_PAYLOADS = oddPayloads();
  private static Path lake;
  private static Summary summary;
  private static LakeTables tables;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Bad(int number, String reason, String what, byte[] bytes) {
    long before() {
      return 2L * number;
    }

    long after() {
      return 2L * number + 1;
    }

    Path file() {
      return folder.resolve("in/%03d.ndjson".formatted(number));
    }
  }

  @BeforeAll
  static void run() throws Exception {
    collect();
    for (Bad bad : BAD) {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      content.writeBytes((event(bad.before()) + "\n").getBytes(UTF_8));
      content.writeBytes(bad.bytes());
      content.writeBytes(("\n" + event(bad.after()) + "\n").getBytes(UTF_8));
      Documents.bytes(bad.file(), content.toByteArray());
    }
    List<String> odd = new ArrayList<>();
    for (int i = 0; i < ODD_PAYLOADS.size(); i++) {
      odd.add(withPayload(10_000 + i, ODD_PAYLOADS.get(i)));
    }
    Documents.lines(folder.resolve("in/odd.ndjson"), odd);
    lake = folder.resolve("lake");
    // One worker: which of two conflicting events comes first is decided by their order then.
    summary = Weir.run(0, folder.resolve("in"), lake, "--workers", 1, "--batch-records", 50);
    tables = new LakeTables(lake);
  }

  @AfterAll
  static void close() {
    tables.close();
  }

  private static void collect() {
    String good = event(9_999);
    bad("byte_order_mark", "in front of a line", "\ufeff" + good);
    bad("truncated_json", "one byte", "{");
    bad("truncated_json", "in the payload", good.substring(0, good.length() - 4));
    bad("truncated_json", "without its last brace", good.substring(0, good.length() - 1));
    bad("trailing_data", "garbage", good + " x");
    bad("trailing_data", "NUL", good + "\u0000");
    bad("trailing_data", "two documents on a line", good + good);
    bad("not_an_object", "string", "\"text\"");
    bad("not_an_object", "number", "-1.5e3");
    bad("not_an_object", "null", "null");
    bad("not_an_object", "true", "true");
    bad("not_an_object", "array", "[" + good + "]");
    bad("invalid_encoding", "UTF-16LE", good.getBytes(UTF_16LE));
    bad("invalid_encoding", "UTF-16BE", good.getBytes(UTF_16BE));
    bad("invalid_encoding", "UTF-16 with its mark", good.getBytes(UTF_16));
    bad("invalid_encoding", "overlong", hex("C0A2"));
    bad("invalid_encoding", "overlong NUL", hex("C080"));
    bad("invalid_encoding", "encoded surrogate", hex("EDA080"));
    bad("invalid_encoding", "Latin-1", hex("E9"));
    bad("lone_surrogate", "high", withPayload(9_999, "\"\\ud83d\""));
    bad("lone_surrogate", "low", withPayload(9_999, "{\"\\udc00\":1}"));
    bad("invalid_json", "NUL in a string", withPayload(9_999, "\"a\u0000b\""));
    bad("invalid_json", "NUL between members", good.replace(",\"p", ",\u0000\"p"));
    bad("invalid_json", "NaN", withPayload(9_999, "NaN"));
    bad("invalid_json", "Infinity", withPayload(9_999, "[-Infinity]"));
    bad("invalid_json", "single quotes", good.replace('"', '\''));
    bad("nesting_too_deep", "100,000 arrays", withPayload(9_999, "[".repeat(100_000)));
    bad(
        "nesting_too_deep",
        "100,000 arrays, closed",
        withPayload(9_999, "[".repeat(100_000) + "]".repeat(100_000)));
    bad("nesting_too_deep", "100,000 objects", withPayload(9_999, "{\"a\":".repeat(100_000)));
    bad("string_too_long", "1 MB", withPayload(9_999, quoted("x".repeat(1_000_000))));
    bad("document_too_large", "2 MB", withPayload(9_999, quoted("x".repeat(2_000_000))));
    bad("document_too_large", "longest record", "x".repeat(16_000_000));
    bad("too_many_members", "100,000 keys", withPayload(9_999, keys(100_000)));
    bad("duplicate_key", "id", good.replace("}}", "},\"event_uuid\":null}"));
    bad("duplicate_key", "name", good.replace("}}", "},\"event_n\\u0061me\":\"x\"}"));
    bad("duplicate_key", "time", good.replace("}}", "},\"created_at\":1767225600}"));
    bad("missing_id", "absent", good.replace("event_uuid", "uuid"));
    badId("missing_id", "null", "null");
    badId("invalid_id", "number", "42");
    badId("invalid_id", "nil", quoted("00000000-0000-0000-0000-000000000000"));
    badId("invalid_id", "35 characters", quoted(id(9_999).substring(1)));
    badId("invalid_id", "37 characters", quoted(id(9_999) + "0"));
    badId("invalid_id", "letter O for 0", quoted(id(9_999).replace('0', 'O')));
    badId("invalid_id", "Cyrillic letter", quoted("\u0430" + id(9_999).substring(1)));
    badId("invalid_id", "full-width digit", quoted("\uff10" + id(9_999).substring(1)));
    bad("missing_time", "absent", good.replace("created_at", "at"));
    badTime("missing_time", "null", "null");
    badTime("invalid_time", "boolean", "true");
    badTime("invalid_time", "words", "\"yesterday\"");
    badTime("invalid_time", "without a zone", "\"2026-01-01T00:00:00\"");
    badTime("time_out_of_range", "1e30", "1e30");
    badTime("time_out_of_range", "1e400", "1e400");
    badTime("time_out_of_range", "million digits", "9".repeat(1_000_000));
    badTime("time_out_of_range", "beyond 2^63", "9223372036854775808000");
    badTime("time_out_of_range", "negative", "-1");
    badTime("time_out_of_range", "year 0", "\"0000-01-01T00:00:00Z\"");
    badTime("time_out_of_range", "year 9999", "\"9999-12-31T23:59:59Z\"");
    bad("missing_name", "absent", good.replace("event_name", "name"));
    badName("missing_name", "null", "null");
    badName("invalid_name", "empty", "\"\"");
    badName("invalid_name", "number", "7");
    badName("invalid_name", "10,000 characters", quoted("n".repeat(10_000)));
    badName("invalid_name", "control character", "\"a\\u0007b\"");
    badName("invalid_name", "NUL", "\"a\\u0000b\"");
    badName("invalid_name", "empty first segment", "\":done\"");
    badName("invalid_json", "raw control character", "\"a\u0007b\"");
    int next = BAD.size();
    bad(
        "conflicting_duplicate",
        "the id of its neighbour",
        withPayload(2L * next, "{\"other\":\"content\"}"));
  }

  private static void bad(String reason, String what, byte[] bytes) {
    BAD.add(new Bad(BAD.size(), reason, what, bytes));
  }

  private static void bad(String reason, String what, String record) {
    bad(reason, what, record.getBytes(UTF_8));
  }

  private static void badId(String reason, String what, String json) {
    bad(reason, "id: " + what, event(json, "\"a:b\"", TIME, "{}"));
  }

  private static void badTime(String reason, String what, String json) {
    bad(reason, "time: " + what, event(quoted(id(9_999)), "\"a:b\"", json, "{}"));
  }

  private static void badName(String reason, String what, String json) {
    bad(reason, "name: " + what, event(quoted(id(9_999)), json, TIME, "{}"));
  }

  private static byte[] hex(String bytes) {
    String raw = new String(HexFormat.of().parseHex(bytes), ISO_8859_1);
    return withPayload(9_999, "\"" + raw + "\"").getBytes(ISO_8859_1);
  }

  private static List<String> oddPayloads() {
    return List.of(
        "1e400",
        "-1e-400",
        "9223372036854775808",
        "18446744073709551616",
        "9".repeat(900_000),
        "{\"a\":1,\"a\":2}",
        "\"\\u0000\"",
        "\"NaN\"",
        "[".repeat(250) + "]".repeat(250),
        quoted("x".repeat(500_000)),
        keys(40_000));
  }

  private static String keys(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"" + Integer.toString(i, 36) + "\":0")
        .collect(Collectors.joining(",", "{", "}"));
  }

  @TestFactory
  Stream<DynamicTest> badRecordIsOneDeadLetterAndItsNeighboursLand() {
    return BAD.stream()
        .map(bad -> DynamicTest.dynamicTest(bad.reason() + ", " + bad.what(), () -> check(bad)));
  }

  private static void check(Bad bad) throws IOException {
    List<List<String>> letters =
        tables.rows(
            "SELECT reason, stream, sequence_number, sub_index, raw_bytes, hex(raw), event_uuid,"
                + " detail FROM dead_letters WHERE shard_id = '%s'"
                    .formatted(bad.file().toRealPath()));
    assertEquals(1, letters.size(), letters.toString());
    List<String> letter = letters.get(0);
    int offset = event(bad.before()).length() + 1;
    assertEquals(
        List.of(bad.reason(), "file", offset + "", "0", bad.bytes().length + ""),
        letter.subList(0, 5));
    assertArrayEquals(bad.bytes(), HexFormat.of().parseHex(letter.get(5).toLowerCase(Locale.ROOT)));
    boolean conflict = bad.reason().equals("conflicting_duplicate");
    assertEquals(conflict ? id(bad.before()) : null, letter.get(6));
    assertEquals(
        List.of(
            List.of(id(bad.before()), "{\"n\":%d}".formatted(bad.before())),
            List.of(id(bad.after()), "{\"n\":%d}".formatted(bad.after()))),
        tables.rows(
            "SELECT event_uuid, payload::VARCHAR FROM events WHERE event_uuid IN ('%s', '%s')"
                    .formatted(id(bad.before()), id(bad.after()))
                + " ORDER BY 1"));
  }

  @Test
  void booksBalanceAndNothingElseLands() {
    summary.expect(2L * BAD.size() + ODD_PAYLOADS.size(), 0, BAD.size(), 0);
    assertEquals(1, summary.conflicts());
    assertEquals(
        0, tables.number("SELECT count(*) FROM events WHERE event_uuid = '" + id(9_999) + "'"));
    assertEquals(summary.landed(), tables.number("SELECT count(*) FROM events"));
  }

  @Test
  void oddButValidPayloadsLandAsSent() {
    for (int i = 0; i < ODD_PAYLOADS.size(); i++) {
      assertEquals(
          ODD_PAYLOADS.get(i),
          tables.text(
              "SELECT payload::VARCHAR FROM events WHERE event_uuid = '%s'"
                  .formatted(id(10_000 + i))));
    }
  }

  @Test
  void anotherRunWithOtherBatchesLandsNothing() {
    Weir.run(0, folder.resolve("in"), lake, "--batch-records", 7, "--workers", 2)
        .expect(0, summary.received(), 0, 0);
  }

  @Test
  void byteOrderMarkBeforeTheFirstRecordIsNoHarm(@TempDir Path own) throws Exception {
    Path input = Files.writeString(own.resolve("in"), "\ufeff" + event(1) + "\n" + event(2));
    Weir.run(0, input, own.resolve("lake")).expect(2, 0, 0, 0);
  }

  @Test
  void emptyElementOfAnArrayIsAnEmptyRecord(@TempDir Path own) throws Exception {
    Path input = Files.writeString(own.resolve("in"), "[" + event(1) + ", ," + event(2) + "]");

    Weir.run(0, input, own.resolve("lake")).expect(2, 0, 1, 0);

    try (LakeTables lake = new LakeTables(own.resolve("lake"))) {
      assertEquals(
          List.of(List.of("empty_record", "0", "0", Integer.toString(event(1).length() + 3))),
          lake.rows("SELECT reason, sub_index, raw_bytes, sequence_number FROM dead_letters"));
    }
  }

  @Test
  void fileInAnotherEncodingIsAllDeadLetters(@TempDir Path own) throws Exception {
    Path input =
        Documents.bytes(own.resolve("in"), (event(1) + "\n" + event(2) + "\n").getBytes(UTF_16LE));

    Summary run = Weir.run(0, input, own.resolve("lake"));

    assertEquals(0, run.landed());
    assertEquals(run.received(), run.deadLetters());
    try (LakeTables lake = new LakeTables(own.resolve("lake"))) {
      assertEquals(
          List.of("invalid_encoding"), lake.column("SELECT DISTINCT reason FROM dead_letters"));
    }
  }

  @Test
  void documentIsJudgedAlikeWhereverBatchesEnd(@TempDir Path own) throws Exception {
    Path input = own.resolve("in");
    Documents.lines(
        input, List.of(withName(1, "a:b"), "{", withName(2, "a:b"), "null", withName(1, "a:b")));
    for (int size = 1; size <= 5; size++) {
      Path lake = own.resolve("lake-" + size);
      Weir.run(0, input, lake, "--batch-records", size, "--workers", 1).expect(2, 1, 2, 0);
    }
  }
}
