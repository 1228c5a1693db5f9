package dev.weir.e2e;

import static dev.weir.e2e.Documents.event;
import static dev.weir.e2e.Documents.gzip;
import static dev.weir.e2e.Documents.id;
import static dev.weir.e2e.Documents.lines;
import static dev.weir.e2e.Documents.withPayload;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.github.luben.zstd.Zstd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way in which events reach {@code weir run}, and that they are in the lake as sent. */
final class RunInputIT {
  @TempDir Path folder;
  private Path lake;

  @BeforeEach
  void name() {
    lake = folder.resolve("lake");
  }

  @Test
  void standardInputIsRead() {
    byte[] input = (event(1) + "\r\n\n  \n" + event(2)).getBytes(UTF_8);

    Weir.withInput(input, "run", "--input", "-", "--lake", lake, "--quiet").expect(0);

    assertLanded(1, 2);
    try (LakeTables tables = new LakeTables(lake)) {
      assertEquals(
          List.of(List.of("file", "-", "0")),
          tables.rows(
              "SELECT s.stream, s.shard_id, s.first_sequence_number"
                  + " FROM attempts, unnest(sources) AS t(s)"));
    }
  }

  @Test
  void folderIsWalkedInOrderWithEveryCompression() throws Exception {
    Path inputs = folder.resolve("in");
    lines(inputs.resolve("1.ndjson"), List.of(event(1)));
    Documents.bytes(inputs.resolve("2/a.whatever"), gzip(text(event(2), event(3))));
    Documents.bytes(inputs.resolve("2/b"), Zstd.compress(text(event(4))));
    Documents.bytes(
        inputs.resolve("3.json"), ("[" + event(5) + ", " + event(6) + "]").getBytes(UTF_8));
    Documents.bytes(
        inputs.resolve("4.gz"),
        gzip(("\ufeff[\n" + event(7) + "\n,\n" + event(8) + "]\n").getBytes(UTF_8)));
    lines(inputs.resolve(".hidden"), List.of(event(99)));

    Weir.run(0, inputs, lake).expect(8, 0, 0, 0);

    assertLanded(1, 2, 3, 4, 5, 6, 7, 8);
    try (LakeTables tables = new LakeTables(lake)) {
      assertEquals(
          List.of("1.ndjson", "2/a.whatever", "2/b", "3.json", "4.gz"),
          tables.column("SELECT s.shard_id FROM attempts, unnest(sources) AS t(s)").stream()
              .map(shard -> inputs.relativize(Path.of(shard)).toString())
              .toList());
    }
  }

  @Test
  void globAndSeveralInputsAreReadOnceEach() throws Exception {
    Path inputs = folder.resolve("in");
    lines(inputs.resolve("a/1.ndjson"), List.of(event(1)));
    lines(inputs.resolve("a/b/2.ndjson"), List.of(event(2)));
    lines(inputs.resolve("a/3.txt"), List.of(event(3)));
    lines(inputs.resolve("4.ndjson"), List.of(event(4)));

    Weir.run(0, Path.of(inputs + "/**/*.ndjson"), lake, "--input", inputs.resolve("4.ndjson"))
        .expect(3, 0, 0, 0);

    assertLanded(1, 2, 4);
  }

  @Test
  void documentsMayFollowEachOtherWithoutLines() throws Exception {
    Path input = folder.resolve("in");
    String pretty = withPayload(3, "{\n  \"a\": [\n 1 ]\n}");
    Files.writeString(input, event(1) + event(2) + "\n\n" + pretty + "garbage" + event(4));

    Weir.run(0, input, lake, "--framing", "concatenated").expect(4, 0, 1, 0);

    assertLanded(1, 2, 3, 4);
    try (LakeTables tables = new LakeTables(lake)) {
      long offset = event(1).length() + event(2).length() + 2 + pretty.length();
      assertEquals(
          List.of(List.of("invalid_json", "garbage", Long.toString(offset))),
          tables.rows("SELECT reason, decode(raw), sequence_number FROM dead_letters"));
    }
  }

  @Test
  void arrayIsOneByOptionToo() throws Exception {
    Path input = folder.resolve("in");
    Files.writeString(input, "[" + event(1) + "," + event(2) + "]");

    Weir.run(0, input, lake, "--framing", "ndjson").expect(0, 0, 1, 0);
    Weir.run(0, input, lake, "--framing", "array").expect(2, 0, 0, 0);

    assertLanded(1, 2);
  }

  @Test
  void fiveSpellingsOfAnIdAreOneEvent() throws Exception {
    String id = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
    List<String> documents = new ArrayList<>();
    for (String spelling :
        List.of(
            id,
            id.toUpperCase(Locale.ROOT),
            "{" + id + "}",
            "urn:uuid:" + id,
            id.replace("-", ""))) {
      documents.add(Documents.event(Documents.quoted(spelling), "\"a:b\"", "1767225600", "{}"));
    }

    Weir.run(0, lines(folder.resolve("in"), documents), lake).expect(1, 4, 0, 0);

    try (LakeTables tables = new LakeTables(lake)) {
      assertEquals(id, tables.text("SELECT event_uuid FROM events"));
    }
  }

  @Test
  void timesAreExactToTheMicrosecond() throws Exception {
    List<String> times =
        List.of(
            "\"2026-01-02T03:04:05.678901Z\"",
            "\"2026-01-02T05:04:05.678901+02:00\"",
            "1767323045.678901",
            "1767323045678.901",
            "1767323045678901",
            "1767323045678901234");
    List<String> documents = new ArrayList<>();
    for (String time : times) {
      String id = Documents.quoted(id(documents.size() + 1));
      documents.add(Documents.event(id, "\"a:b\"", time, "{}"));
    }

    Weir.run(0, lines(folder.resolve("in"), documents), lake).expect(6, 0, 0, 0);

    try (LakeTables tables = new LakeTables(lake)) {
      assertEquals(
          List.of(List.of("2026-01-02 03:04:05.678901+00", "1767323045.678901", "2026-01-02", "6")),
          tables.rows(
              "SELECT created_datetime::VARCHAR, created_at::DECIMAL(16, 6), date, count(*) FROM events"
                  + " GROUP BY ALL"));
    }
  }

  @Test
  void payloadIsByteByByteAsSent() throws Exception {
    List<String> payloads =
        List.of(
            "{\"price\":1.10,\"e\":1E+2,\"z\":-0.0}",
            "1e400",
            "{\"id\":12345678901234567890}",
            "\"\\u00e9 is not é\"",
            "{ \"a\" :\t[ 1 , 2 ]  }",
            "{\"a\":1,\"a\":2,\"payload\":{\"payload\":3}}",
            "[".repeat(200) + "]".repeat(200),
            "\"\\/ \\u0000 \\ud83c\\udf89 🎉 \\\\\"",
            "null",
            "true",
            "\"\"",
            "[]",
            "\"" + "é".repeat(100_000) + "\"",
            "9".repeat(100_000));
    List<String> documents = new ArrayList<>();
    for (int i = 0; i < payloads.size(); i++) {
      documents.add(withPayload(i + 1, payloads.get(i)));
    }
    documents.add(event(100).replace(",\"payload\":{\"n\":100}", ""));

    Weir.run(0, lines(folder.resolve("in"), documents), lake).expect(15, 0, 0, 0);

    try (LakeTables tables = new LakeTables(lake)) {
      for (int i = 0; i < payloads.size(); i++) {
        String hex =
            tables.text(
                "SELECT hex(encode(payload::VARCHAR)) FROM events WHERE event_uuid = '%s'"
                    .formatted(id(i + 1)));
        byte[] landed = HexFormat.of().parseHex(hex.toLowerCase(Locale.ROOT));
        assertEquals(payloads.get(i), new String(landed, UTF_8));
      }
      assertEquals(
          List.of("NULL"),
          tables.column(
              "SELECT coalesce(payload::VARCHAR, 'NULL') FROM events WHERE event_uuid = '%s'"
                  .formatted(id(100))));
    }
  }

  @Test
  void unmappedMembersAreKeptExactly() throws Exception {
    String document =
        "{\"v\": 1.10,\"event_uuid\":\"%s\",\"\\u0061\":{ \"b\" : [1e400 ]},\"event_name\":\"x:y\","
                .formatted(id(1))
            + "\"created_at\":1767225600,\"payload\":{},\"v\":null,\"é\":\"\\u00e9\"}";

    Weir.run(0, lines(folder.resolve("in"), List.of(document, event(2))), lake).expect(2, 0, 0, 0);

    try (LakeTables tables = new LakeTables(lake)) {
      assertEquals(
          Arrays.asList(
              "{\"v\":1.10,\"\\u0061\":{ \"b\" : [1e400 ]},\"v\":null,\"é\":\"\\u00e9\"}", null),
          tables.column("SELECT extra::VARCHAR FROM events ORDER BY event_uuid"));
    }
  }

  @Test
  void cloudEventsAreMapped() throws Exception {
    String one =
        "{\"specversion\":\"1.0\",\"id\":\"42\",\"source\":\"/a\",\"type\":\"order:paid\","
            + "\"time\":\"2026-01-01T00:00:00Z\",\"data\":{\"n\":1.10}}";
    String other = one.replace("/a", "/b");
    String binary =
        one.replace("42", "43").replace("\"data\":{\"n\":1.10}", "\"data_base64\":\"AA==\"");

    Weir.run(
            0,
            lines(folder.resolve("in"), List.of(one, other, one, binary)),
            lake,
            "--preset",
            "cloudevents")
        .expect(3, 1, 0, 0);

    assertEquals(
        List.of(
            List.of(
                "42",
                "order:paid",
                "order",
                "{\"n\":1.10}",
                "{\"specversion\":\"1.0\",\"source\":\"/a\"}"),
            List.of(
                "42",
                "order:paid",
                "order",
                "{\"n\":1.10}",
                "{\"specversion\":\"1.0\",\"source\":\"/b\"}"),
            List.of(
                "43",
                "order:paid",
                "order",
                "\"AA==\"",
                "{\"specversion\":\"1.0\",\"source\":\"/a\"}")),
        mapped());
  }

  @Test
  void segmentCallsAreMapped() throws Exception {
    String track =
        "{\"messageId\":\"ajs-1\",\"type\":\"track\",\"event\":\"Lesson Begun\","
            + "\"timestamp\":\"2026-01-01T00:00:00.000Z\",\"properties\":{\"n\":1},\"userId\":\"u\"}";
    String identify =
        "{\"messageId\":\"ajs-2\",\"type\":\"identify\",\"traits\":{\"plan\":\"a\"},"
            + "\"sentAt\":\"2026-01-01T00:00:00.000Z\"}";

    Weir.run(0, lines(folder.resolve("in"), List.of(track, identify)), lake, "--preset", "segment")
        .expect(2, 0, 0, 0);

    assertEquals(
        List.of(
            List.of(
                "ajs-1",
                "Lesson Begun",
                "Lesson Begun",
                "{\"n\":1}",
                "{\"type\":\"track\",\"userId\":\"u\"}"),
            Arrays.asList("ajs-2", "identify", "identify", "{\"plan\":\"a\"}", null)),
        mapped());
  }

  @Test
  void gitHubEventsAreMapped() throws Exception {
    String push =
        "{\"id\":\"22249084964\",\"type\":\"PushEvent\",\"actor\":{\"id\":1},\"payload\":{\"size\":1},"
            + "\"public\":true,\"created_at\":\"2026-01-01T00:00:00Z\"}";

    Weir.run(0, lines(folder.resolve("in"), List.of(push)), lake, "--preset", "github")
        .expect(1, 0, 0, 0);

    assertEquals(
        List.of(
            List.of(
                "22249084964",
                "PushEvent",
                "PushEvent",
                "{\"size\":1}",
                "{\"actor\":{\"id\":1},\"public\":true}")),
        mapped());
  }

  private List<List<String>> mapped() {
    try (LakeTables tables = new LakeTables(lake)) {
      return tables.rows(
          "SELECT event_id, event_name, event_type, payload::VARCHAR, extra::VARCHAR FROM events"
              + " ORDER BY event_id, extra::VARCHAR");
    }
  }

  private void assertLanded(long... numbers) {
    try (LakeTables tables = new LakeTables(lake)) {
      assertEquals(
          LongStream.of(numbers).mapToObj(Documents::id).toList(),
          tables.column("SELECT event_uuid FROM events ORDER BY 1"));
    }
  }

  private static byte[] text(String... documents) {
    return (String.join("\n", documents) + "\n").getBytes(UTF_8);
  }
}
