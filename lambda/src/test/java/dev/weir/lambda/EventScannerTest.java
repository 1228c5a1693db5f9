package dev.weir.lambda;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.weir.source.RecordBuffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventScannerTest {
  /** A record; one character of its data is one byte. */
  private record Found(
      String stream, String shard, String sequenceNumber, long arrivalMicros, String data) {}

  @Test
  void recordsAreReadWithTheirPositions() {
    byte[] event =
        new Events()
            .add(
                "shardId-000000000000", "4959033827149025660855969253836157109592157598913658", "a")
            .add("shardId-000000000001", "7", "")
            .add("shardId-000000000001", "8", "\u0000\u00ff{}")
            .bytes();
    assertEquals(
        List.of(
            new Found(
                "clicks",
                "shardId-000000000000",
                "4959033827149025660855969253836157109592157598913658",
                1_545_084_650_987_000L,
                "a"),
            new Found("clicks", "shardId-000000000001", "7", 1_545_084_650_987_000L, ""),
            new Found(
                "clicks", "shardId-000000000001", "8", 1_545_084_650_987_000L, "\u0000\u00ff{}")),
        scan(event));
  }

  @Test
  void membersMayStandInAnyOrderWithOthersBetweenThemAndEscapes() {
    String event =
        """
        {"window": {"start": "2020-12-01T00:00:00Z"}, "state": {}, "isFinal": false,
         "Records": [ {
           "eventSourceARN": "arn:aws:kinesis:eu-west-1:1:stream\\/a/consumer/b:1", "x": [1, {"y": null}],
           "eventID": "shardId-1:5", "eventSource": "aws:\\u006binesis",
           "kinesis": {"approximateArrivalTimestamp": 1.545084650987E9, "data": "Pz8\\/", "z": -0.5e-3,
             "sequenceNumber": "5"}
         } ], "shardId": "shardId-1", "more": []}
        """;
    assertEquals(
        List.of(new Found("a", "shardId-1", "5", 1_545_084_650_987_000L, "???")),
        scan(event.getBytes(UTF_8)));
  }

  @Test
  void anEventWithoutRecordsHasNone() {
    assertEquals(List.of(), scan("{\"Records\":[]}".getBytes(UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "{\"key1\":\"value1\"}",
        "{\"Records\":[],\"Records\":[]}",
        "{\"Records\":[]} x",
        "{\"Records\":[{}]}",
        "{\"Records\":[{\"eventSource\":\"aws:s3\"}]}",
        "{\"Records\":[1]}",
        "{\"Records\":{}}",
        "{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
      })
  void whatIsNoEventOfAStreamIsRefused(String event) {
    assertThrows(EventException.class, () -> scan(event.getBytes(UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"data\":\"YQ==\"|\"data\":\"Y\"",
        "\"data\":\"YQ==\"|\"data\":\"YQ=\"",
        "\"data\":\"YQ==\"|\"data\":\"Y*==\"",
        "\"data\":\"YQ==\"|\"data\":\"YQ==YQ==\"",
        "\"data\":\"YQ==\"|\"data\":null",
        "\"sequenceNumber\":\"1\"|\"sequenceNumber\":\"-1\"",
        "\"sequenceNumber\":\"1\"|\"sequenceNumber\":\"\"",
        "shardId-000000000006:1|shardId",
        "stream/clicks|table/clicks",
        "stream/clicks|stream/",
        "1545084650.987|1e300",
        "1545084650.987|\"1\"",
        "\"approximateArrivalTimestamp\"|\"other\""
      })
  void recordsThatCannotBePlacedAreRefused(String change) {
    String[] parts = change.split("\\|", -1);
    String event = new Events().add(1, "a").text();
    assertTrue(event.contains(parts[0]), event);
    assertThrows(
        EventException.class, () -> scan(event.replace(parts[0], parts[1]).getBytes(UTF_8)));
  }

  @Test
  void generatedEventsAreReadAsJacksonReadsThem() {
    Random random = new Random(11);
    for (int i = 0; i < 3_000; i++) {
      byte[] event = randomEvent(random).getBytes(UTF_8);
      assertEquals(reference(event).orElseThrow(), scan(event), "case " + i);
    }
  }

  /** What Jackson refuses may be refused or read; it must only not break anything. */
  @Test
  void damagedEventsAreRefusedOrReadAsJacksonReadsThem() {
    Random random = new Random(13);
    int read = 0;
    for (int i = 0; i < 30_000; i++) {
      byte[] event = damaged(randomEvent(random).getBytes(UTF_8), random);
      List<Found> found = null;
      try {
        found = scan(event);
      } catch (EventException e) {
        assertTrue(e.getMessage().length() < 300, e.getMessage());
      }
      Optional<List<Found>> expected = reference(event);
      if (expected.isPresent()) {
        assertEquals(expected.get(), found, "case " + i + ": " + new String(event, UTF_8));
        read++;
      }
    }
    assertTrue(read > 1_000, "events read: " + read);
  }

  @Test
  void base64IsDecodedAsTheJdkDecodesIt() {
    Random random = new Random(17);
    for (int length = 0; length < 300; length++) {
      byte[] data = new byte[length];
      random.nextBytes(data);
      byte[] text = Base64.getEncoder().encode(data);
      byte[] to = new byte[Base64Bytes.mostBytes(text.length) + 3];
      int count = Base64Bytes.decode(text, 0, text.length, to, 3);
      assertEquals(length, count);
      assertEquals(new String(data, ISO_8859_1), new String(to, 3, count, ISO_8859_1));
    }
  }

  private static byte[] damaged(byte[] event, Random random) {
    byte[] other = event.clone();
    String likely = "{}[]\",:\\u0eE.-tn AZ=";
    for (int changes = 1 + random.nextInt(2); changes > 0; changes--) {
      other[random.nextInt(other.length)] = (byte) likely.charAt(random.nextInt(likely.length()));
    }
    return random.nextInt(8) == 0
        ? java.util.Arrays.copyOf(other, random.nextInt(other.length))
        : other;
  }

  private static String randomEvent(Random random) {
    List<String> records = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      byte[] data = new byte[random.nextInt(12)];
      random.nextBytes(data);
      String sequenceNumber = Long.toString(random.nextLong() >>> 1);
      List<String> kinesis =
          shuffled(
              random,
              "\"sequenceNumber\":\"" + sequenceNumber + "\"",
              "\"data\":\"" + escaped(random, Base64.getEncoder().encodeToString(data)) + "\"",
              "\"approximateArrivalTimestamp\":" + arrival(random));
      List<String> record =
          shuffled(
              random,
              "\"kinesis\":{" + String.join(space(random) + ",", kinesis) + "}",
              "\"eventSource\":\"aws:kinesis\"",
              "\"eventID\":\"shardId-" + random.nextInt(3) + ":" + sequenceNumber + "\"",
              "\"eventSourceARN\":\"" + Events.ARN + "\"");
      records.add("{" + String.join("," + space(random), record) + "}");
    }
    return "{%s\"Records\"%s:[%s]}"
        .formatted(space(random), space(random), String.join(",", records));
  }

  private static String arrival(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> Long.toString(random.nextInt());
      case 1 -> Double.toString(random.nextInt(2_000_000_000) + random.nextInt(1_000) / 1_000d);
      default -> random.nextInt(2_000_000) + "e" + random.nextInt(4);
    };
  }

  private static List<String> shuffled(Random random, String... members) {
    List<String> all = new ArrayList<>(List.of(members));
    String[] others = {
      "\"a\":{\"data\":[1,\"\\n\"]}", "\"b\":[]", "\"c\":-1.5e+3", "\"é\":\"\\u00e9\""
    };
    for (String other : others) {
      if (random.nextInt(4) == 0) {
        all.add(other);
      }
    }
    java.util.Collections.shuffle(all, random);
    return all;
  }

  private static String escaped(Random random, String text) {
    return random.nextInt(3) == 0 ? text.replace("/", "\\/").replace("=", "\\u003d") : text;
  }

  private static String space(Random random) {
    return random.nextInt(4) == 0 ? " \r\n\t" : "";
  }

  private static List<Found> scan(byte[] event) {
    EventScanner scanner = new EventScanner(event);
    RecordBuffer buffer = new RecordBuffer(4);
    List<Found> found = new ArrayList<>();
    while (scanner.next(buffer)) {
      String data =
          new String(
              buffer.bytes(),
              scanner.dataStart(),
              scanner.dataEnd() - scanner.dataStart(),
              ISO_8859_1);
      found.add(
          new Found(
              scanner.stream(),
              scanner.shard(),
              scanner.sequenceNumber(),
              scanner.arrivalMicros(),
              data));
    }
    return found;
  }

  /** The records as read into maps by Jackson; empty if it refuses them, or a map is no record. */
  private static Optional<List<Found>> reference(byte[] event) {
    try (JsonParser json =
        new JsonFactory()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .createParser(event)) {
      json.nextToken();
      Object tree = value(json);
      if (json.nextToken() != null || !(tree instanceof Map<?, ?> top)) {
        return Optional.empty();
      }
      List<Found> found = new ArrayList<>();
      for (Object element : (List<?>) top.get("Records")) {
        Map<?, ?> record = (Map<?, ?>) element;
        Map<?, ?> kinesis = (Map<?, ?>) record.get("kinesis");
        String id = (String) record.get("eventID");
        String sequenceNumber = (String) kinesis.get("sequenceNumber");
        double seconds = ((Number) kinesis.get("approximateArrivalTimestamp")).doubleValue();
        String[] arn = ((String) record.get("eventSourceARN")).split("[:/]", -1);
        byte[] data = Base64.getDecoder().decode((String) kinesis.get("data"));
        if (!record.get("eventSource").equals("aws:kinesis")
            || id.lastIndexOf(':') <= 0
            || !sequenceNumber.matches("[0-9]+")
            || arn[6].isEmpty()
            || !arn[5].equals("stream")
            || Math.abs(seconds) >= 1e11) {
          return Optional.empty();
        }
        found.add(
            new Found(
                arn[6],
                id.substring(0, id.lastIndexOf(':')),
                sequenceNumber,
                Math.round(seconds * 1e6),
                new String(data, ISO_8859_1)));
      }
      return Optional.of(found);
    } catch (IOException
        | ClassCastException
        | NullPointerException
        | IllegalArgumentException
        | ArrayIndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  private static @Nullable Object value(JsonParser json) throws IOException {
    switch (json.currentToken()) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String name = json.currentName();
          json.nextToken();
          map.put(name, value(json));
        }
        return map;
      }
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(json));
        }
        return list;
      }
      case VALUE_STRING -> {
        return json.getText();
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        return json.getDoubleValue();
      }
      default -> {
        return null;
      }
    }
  }
}
