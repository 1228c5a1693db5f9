package dev.weir.decode;

import static dev.weir.decode.Decoding.UUID;
import static dev.weir.decode.Decoding.decode;
import static dev.weir.decode.Decoding.event;
import static dev.weir.decode.Decoding.eventId;
import static dev.weir.decode.Decoding.extra;
import static dev.weir.decode.Decoding.name;
import static dev.weir.decode.Decoding.payload;
import static dev.weir.decode.Decoding.quoted;
import static dev.weir.decode.Decoding.utf8;
import static dev.weir.decode.Decoding.uuid;
import static dev.weir.decode.Decoding.withId;
import static dev.weir.decode.Decoding.withName;
import static dev.weir.decode.Decoding.withPayload;
import static dev.weir.decode.Decoding.withTime;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventParserTest {
  @Test
  void everyFieldOfAnEventIsRead() {
    Events events =
        decode(event(quoted(UUID), "\"lesson:done:late\"", "1339007314.125", "{\"a\": 1.10}"));
    assertEquals(List.of(), events.deadLetters);
    assertEquals(1, events.count);
    assertEquals(0, events.record[0]);
    assertEquals(UUID, uuid(events, 0).toString());
    assertEquals("lesson:done:late", name(events, 0).name());
    assertEquals("lesson", name(events, 0).type());
    assertEquals("done", name(events, 0).subtype());
    assertEquals(1_339_007_314_125_000L, events.createdMicros[0]);
    assertEquals(1_339_007_314.125, events.createdSeconds[0]);
    assertEquals("{\"a\": 1.10}", payload(events, 0));
    assertNull(extra(events, 0));
    assertNull(eventId(events, 0));
  }

  @Test
  void membersMayComeInAnyOrderWithWhiteSpaceAndEscapes() {
    Events events =
        decode(
            " \t{ \"payload\" : [ 1 ,2 ] ,\r\n\"created\\u005fat\" : 1700000000,"
                + "\"event_name\":\"a\\u0062\\ud83d\\ude00\", \"event_uuid\" : \""
                + UUID.replace("-", "\\u002d")
                + "\" } \n");
    assertEquals(List.of(), events.deadLetters);
    assertEquals(UUID, uuid(events, 0).toString());
    assertEquals("ab\uD83D\uDE00", name(events, 0).name());
    assertEquals("[ 1 ,2 ]", payload(events, 0));
    assertNull(extra(events, 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[1, 2.50, 1e400]",
        "\"caf\u00e9 \\u00e9 \\/\"",
        "-0.0",
        "123456789012345678901234567890.10",
        "true",
        "{\"a\":1,\"a\":2}",
        "\"\\u0000\""
      })
  void payloadIsKeptAsSent(String payload) {
    Events events = decode(withPayload(payload));
    assertEquals(List.of(), events.deadLetters);
    assertEquals(payload, payload(events, 0));
    assertEquals(0, events.missingPayload);
  }

  @Test
  void missingPayloadsAreEventsAndAreCounted() {
    Events events =
        decode(
            withPayload("null"),
            withPayload("{}").replace(",\"payload\":{}", ""),
            withPayload("\"null\""));
    assertEquals(3, events.count);
    assertEquals("null", payload(events, 0));
    assertEquals(events.payloadStart[1], events.payloadEnd[1]);
    assertEquals(2, events.missingPayload);
  }

  @Test
  void everyMissingFieldIsCountedThoughOneReasonIsGiven() {
    Events events = decode("{}", "{\"event_uuid\":null,\"created_at\":1}", withTime("null"));
    assertEquals(2, events.missingId);
    assertEquals(2, events.missingName);
    assertEquals(2, events.missingTime);
    assertEquals(0, events.missingPayload, "only events count");
    assertEquals(3, events.deadLetters.size());
  }

  @Test
  void unmappedMembersAreKeptByteByByteInOrder() {
    Events events =
        decode(
            "{\"b\\u0061\" : 1.10,"
                + withPayload("{}").replace("{\"event", "\"event").replace("}}", "}")
                + ", \"x\" : [ 1, 2 ], \"x\":\"\\u00e9\",\"\":null}");
    assertEquals(List.of(), events.deadLetters);
    assertEquals(
        "{\"b\\u0061\":1.10,\"x\":[ 1, 2 ],\"x\":\"\\u00e9\",\"\":null}", extra(events, 0));
  }

  @Test
  void namesHaveAnIndexPerBatchInOrderOfAppearance() {
    RecordDecoder decoder =
        new RecordDecoder(EventFields.Preset.DEFAULT.fields(), ParserLimits.DEFAULT);
    Events first =
        decoder.decode(
            Decoding.batch(
                utf8(withName("\"a\"")),
                utf8(withName("\"b\"")),
                utf8(withName("\"\\u0061\"")),
                utf8(event(quoted(UUID), "\"only in a dead letter\"", "-1", "1"))));
    Events second =
        decoder.decode(Decoding.batch(utf8(withName("\"b\"")), utf8(withName("\"c\""))));
    assertEquals(List.of("a", "b"), first.names.stream().map(EventName::name).toList());
    assertArrayEquals(new int[] {0, 1, 0}, IntStream.of(first.name).limit(3).toArray());
    assertEquals(List.of("b", "c"), second.names.stream().map(EventName::name).toList());
    assertArrayEquals(new int[] {0, 1}, second.name);
  }

  @Test
  void moreDistinctNamesThanTheDictionaryKeepsAreAllFound() {
    RecordDecoder decoder =
        new RecordDecoder(EventFields.Preset.DEFAULT.fields(), ParserLimits.DEFAULT);
    byte[][] records = new byte[70_000][];
    for (int i = 0; i < records.length; i++) {
      records[i] = utf8(withName(quoted("name-" + i)));
    }
    for (int round = 0; round < 2; round++) {
      Events events = decoder.decode(Decoding.batch(records));
      assertEquals(records.length, events.names.size());
      assertEquals("name-69999", name(events, 69_999).name());
    }
  }

  @Test
  void contentHashCoversNameTimeAndPayloadAsSent() {
    byte[] name = utf8("lesson:done");
    byte[] payload = utf8("{\"a\": 1}");
    CRC32C crc = new CRC32C();
    crc.update(name);
    crc.update(ByteBuffer.allocate(8).putLong(1_700_000_000_000_000L).array());
    crc.update(payload);
    Events events =
        decode(
            withPayload("{\"a\": 1}"),
            withPayload("{\"a\":1}"),
            event(quoted(UUID), "\"lesson:dune\"", "1700000000", "{\"a\": 1}"),
            event(quoted(UUID), "\"lesson:done\"", "1700000001", "{\"a\": 1}"),
            event(quoted(UUID), "\"lesson\\u003adone\"", "17e8", "{\"a\": 1}"));
    assertEquals((int) crc.getValue(), events.contentHash[0]);
    assertNotEquals(events.contentHash[0], events.contentHash[1]);
    assertNotEquals(events.contentHash[0], events.contentHash[2]);
    assertNotEquals(events.contentHash[0], events.contentHash[3]);
    assertEquals(events.contentHash[0], events.contentHash[4]);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2d14513a-25dd-5253-98c9-57d18027719c",
        "2D14513A-25DD-5253-98C9-57D18027719C",
        "{2d14513a-25dd-5253-98c9-57d18027719c}",
        "urn:uuid:2d14513a-25dd-5253-98c9-57d18027719c",
        "URN:UUID:2D14513a-25DD-5253-98c9-57d18027719c",
        "2d14513a25dd525398c957d18027719c"
      })
  void everySpellingOfAUuidIsOneUuid(String spelling) {
    Events events = decode(withId(quoted(spelling)));
    assertEquals(List.of(), events.deadLetters);
    assertEquals(UUID, uuid(events, 0).toString());
    assertNull(eventId(events, 0));
  }

  @Test
  void cloudEventsAreIdentifiedBySourceAndId() {
    String first =
        """
        {"specversion":"1.0","type":"com.example.order.created","source":"/orders",
         "id":"A234-1234","time":"2018-04-05T17:31:00Z","datacontenttype":"application/json",
         "data":{"order": 7}}""";
    Events events =
        decode(
            EventFields.Preset.CLOUDEVENTS.fields(),
            first,
            first.replace("/orders", "/returns"),
            first.replace("\"source\":\"/orders\",", ""),
            first.replace("/orders", ""),
            first.replace("\"data\":{\"order\": 7}", "\"data_base64\":\"AAEC\""),
            first.replace("A234-1234", UUID),
            first.replace("A234-1234", UUID).replace("/orders", "/relay"));
    assertEquals(List.of(), events.deadLetters);
    assertEquals("A234-1234", eventId(events, 0));
    assertEquals(5, uuid(events, 0).version());
    assertEquals(2, uuid(events, 0).variant());
    assertEquals(
        4,
        IntStream.range(0, 4).mapToObj(i -> uuid(events, i)).distinct().count(),
        "another source, none and an empty one are other events");
    assertEquals(
        "{\"specversion\":\"1.0\",\"source\":\"/orders\",\"datacontenttype\":\"application/json\"}",
        extra(events, 0));
    assertEquals("\"AAEC\"", payload(events, 4));
    assertEquals(uuid(events, 5), uuid(events, 6), "a UUID needs no scope");
    assertNull(eventId(events, 5));
    assertEquals(1_522_949_460_000_000L, events.createdMicros[0]);
    assertEquals("com.example.order.created", name(events, 0).type());
  }

  /** Computed once with another implementation; it may never change. */
  @Test
  void uuidOfAnIdThatIsNoneIsFixedForEver() {
    EventFields fields = EventFields.Preset.GITHUB.fields();
    String document = "{\"id\":%s,\"type\":\"PushEvent\",\"created_at\":\"2026-01-01T00:00:00Z\"}";
    Events events = decode(fields, document.formatted("22249084964"));
    assertEquals("6cce04b5-924b-5332-a3cd-3b0e6c1a5a23", uuid(events, 0).toString());
    String scoped =
        "{\"id\":\"A234-1234\",\"source\":\"/orders\",\"type\":\"t\",\"time\":1700000000}";
    events = decode(EventFields.Preset.CLOUDEVENTS.fields(), scoped);
    assertEquals("508570f8-03bf-5206-acda-24e2440f5a1c", uuid(events, 0).toString());
  }

  @Test
  void segmentCallsAreNamedByTheirEventOrElseByTheirType() {
    String track =
        """
        {"messageId":"ajs-next-1","type":"track","event":"Order Completed",
         "timestamp":"2026-11-22T18:32:05.123Z","sentAt":"2026-11-22T18:32:06.000Z",
         "properties":{"revenue":39.95},"context":{"ip":"8.8.8.8"}}""";
    String identify =
        """
        {"messageId":"ajs-next-2","type":"identify","event":null,"userId":"u1",
         "originalTimestamp":"2026-11-22T18:32:05.123+0100","timestamp":null,
         "properties":null,"traits":{"plan":"pro"}}""";
    Events events = decode(EventFields.Preset.SEGMENT.fields(), track, identify);
    assertEquals(List.of(), events.deadLetters);
    assertEquals("Order Completed", name(events, 0).name());
    assertEquals("{\"revenue\":39.95}", payload(events, 0));
    assertEquals(
        "{\"type\":\"track\",\"sentAt\":\"2026-11-22T18:32:06.000Z\","
            + "\"context\":{\"ip\":\"8.8.8.8\"}}",
        extra(events, 0));
    assertEquals("identify", name(events, 1).name());
    assertEquals("{\"plan\":\"pro\"}", payload(events, 1));
    assertEquals(
        "{\"event\":null,\"userId\":\"u1\",\"timestamp\":null,\"properties\":null}",
        extra(events, 1));
    assertEquals(events.createdMicros[0] - 3_600_000_000L, events.createdMicros[1]);
  }

  @Test
  void gitHubIdsAreOneWhetherStringOrInteger() {
    String push =
        """
        {"id":"22249084964","type":"PushEvent","actor":{"id":583231,"login":"octocat"},
         "repo":{"id":1296269},"payload":{"push_id":10115855396,"size":1},"public":true,
         "created_at":"2022-06-07T07:50:26Z"}""";
    Events events =
        decode(
            EventFields.Preset.GITHUB.fields(),
            push,
            push.replace("\"22249084964\"", "22249084964"));
    assertEquals(List.of(), events.deadLetters);
    assertEquals(uuid(events, 0), uuid(events, 1));
    assertEquals("22249084964", eventId(events, 0));
    assertEquals("22249084964", eventId(events, 1));
    assertEquals("{\"push_id\":10115855396,\"size\":1}", payload(events, 0));
  }

  @Test
  void decodingTwiceGivesTheSame() {
    String[] records =
        IntStream.range(0, 2_000)
            .mapToObj(
                i ->
                    switch (i % 5) {
                      case 0 -> withName(quoted("type" + i % 37 + ":x"));
                      case 1 -> withTime(i + ".5");
                      case 2 -> withId(Integer.toString(i));
                      case 3 -> withPayload("{\"i\":" + i + "}").replace("}}", "},\"z\":0}");
                      default -> withPayload("{\"i\":" + i).substring(0, 120);
                    })
            .toArray(String[]::new);
    EventFields fields = EventFields.Preset.DEFAULT.fields();
    RecordDecoder used = new RecordDecoder(fields, ParserLimits.DEFAULT);
    used.decode(Decoding.batch(utf8(withName("\"seen before\""))));
    Events first = decode(fields, records);
    Events second = used.decode(first.batch);
    assertEquals(first.count, second.count);
    assertEquals(first.deadLetters, second.deadLetters);
    assertEquals(
        first.names.stream().map(EventName::name).toList(),
        second.names.stream().map(EventName::name).toList());
    assertArrayEquals(first.record, second.record);
    assertArrayEquals(first.uuidHigh, second.uuidHigh);
    assertArrayEquals(first.uuidLow, second.uuidLow);
    assertArrayEquals(first.name, second.name);
    assertArrayEquals(first.createdMicros, second.createdMicros);
    assertArrayEquals(first.createdSeconds, second.createdSeconds);
    assertArrayEquals(first.payloadStart, second.payloadStart);
    assertArrayEquals(first.payloadEnd, second.payloadEnd);
    assertArrayEquals(first.extra, second.extra);
    assertArrayEquals(first.eventId, second.eventId);
    assertArrayEquals(first.contentHash, second.contentHash);
  }
}
