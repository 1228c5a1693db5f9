package dev.weir.decode;

import static dev.weir.decode.Decoding.batch;
import static dev.weir.decode.Decoding.utf8;
import static dev.weir.decode.Decoding.withPayload;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Shapes of payloads, compared with what Jackson finds in them. */
class ShapeHashTest {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String[] NAMES = {
    "a",
    "b",
    "id",
    "a.b",
    "",
    "twelve_chars",
    "a_name_that_is_longer_than_two_words",
    "\\u0061",
    "é"
  };

  private static Events decode(List<String> payloads) {
    return new RecordDecoder(EventFields.Preset.DEFAULT.fields(), ParserLimits.DEFAULT, true)
        .decode(batch(payloads.stream().map(p -> utf8(withPayload(p))).toArray(byte[][]::new)));
  }

  private static String random(SplittableRandom random, int depth) {
    String space = random.nextInt(4) == 0 ? " " : "";
    return switch (random.nextInt(depth > 3 ? 5 : 8)) {
      case 0 -> Integer.toString(random.nextInt(100));
      case 1 -> "\"" + "x".repeat(random.nextInt(12)) + "{[\\\"\"";
      case 2 -> random.nextBoolean() ? "true" : "false";
      case 3 -> "null";
      case 4 -> "-1.5e3";
      case 5 -> {
        List<String> elements = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
          elements.add(random(random, depth + 1));
        }
        yield "[" + space + String.join("," + space, elements) + "]";
      }
      default -> {
        List<String> members = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          String name = NAMES[random.nextInt(NAMES.length)];
          members.add("\"" + name + "\"" + space + ":" + random(random, depth + 1));
        }
        yield "{" + space + String.join("," + space, members) + "}";
      }
    };
  }

  /** Names as they stand in the text and types, in order; of arrays nothing but that they are. */
  private static String signature(String payload) throws IOException {
    StringBuilder signature = new StringBuilder();
    // A name and its escape are two shapes: only what is looked up is unescaped.
    String kept = payload.replace("\\u0061", "<u>");
    try (JsonParser json = JSON.createParser(kept)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        switch (token) {
          case FIELD_NAME ->
              signature.append(json.currentName().length()).append(json.currentName());
          case START_OBJECT -> signature.append('{');
          case END_OBJECT -> signature.append('}');
          case START_ARRAY -> {
            signature.append('[');
            json.skipChildren();
          }
          case VALUE_STRING -> signature.append('"');
          case VALUE_TRUE, VALUE_FALSE -> signature.append('t');
          case VALUE_NULL -> signature.append('n');
          default -> signature.append('0');
        }
      }
    }
    return signature.toString();
  }

  @Test
  void payloadsHaveOneHashIfAndOnlyIfTheyHaveOneShape() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    List<String> payloads = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      payloads.add(random(random, 0));
    }
    Events events = decode(payloads);
    assertEquals(payloads.size(), events.count);
    Map<String, Long> hashes = new HashMap<>();
    Map<Long, String> shapes = new HashMap<>();
    for (int i = 0; i < events.count; i++) {
      String shape = signature(payloads.get(i));
      long hash = events.shape[i];
      assertEquals(hashes.computeIfAbsent(shape, s -> hash), hash, payloads.get(i));
      assertEquals(shape, shapes.computeIfAbsent(events.shape[i], h -> shape), payloads.get(i));
    }
    assertTrue(shapes.size() > 1_000, "shapes: " + shapes.size());
  }

  private static List<String> fields(String payload) {
    Events events = decode(List.of(payload));
    assertEquals(1, events.count, payload);
    List<String> fields = new ArrayList<>();
    new PayloadFields(ParserLimits.DEFAULT)
        .visit(events, 0, (path, type) -> fields.add(path + " " + type.word()));
    return fields;
  }

  @Test
  void fieldsAreListedByTheirPaths() {
    assertEquals(
        List.of(
            "a object",
            "a.b number",
            "a.c null",
            "a.\"d.e\" string",
            "list array",
            "\"\" boolean",
            "\"q\"\"\" object"),
        fields(
            "{\"\\u0061\": {\"b\":1, \"c\":null,\"d.e\":\"x\"},\"list\":[{\"x\":1}],\"\":true,"
                + "\"q\\\"\":{}}"));
    assertEquals(List.of(), fields("[{\"a\":1}]"));
    assertEquals(List.of(), fields("\"text\""));
    assertEquals(List.of(), fields("{}"));
  }

  @Test
  void ofMembersOfOneNameTheFirstCounts() {
    assertEquals(List.of("a object", "a.b number"), fields("{\"a\":{\"b\":1},\"a\":{\"c\":2}}"));
  }

  @Test
  void whatIsTooDeepOrTooLongIsLeftOut() {
    String deep = "{\"a\":".repeat(12) + "1" + "}".repeat(12);
    assertEquals(10, fields(deep).size());
    assertEquals(
        decode(List.of(deep)).shape[0], decode(List.of(deep.replace("1", "\"x\""))).shape[0]);
    assertEquals(List.of("b number"), fields("{\"" + "x".repeat(501) + "\":{\"a\":1},\"b\":1}"));
  }

  @Test
  void shapesAreToldOnlyWhereTheyAreAskedFor() {
    assertEquals(0, Decoding.decode(withPayload("{}")).shape.length);
    Events absent =
        new RecordDecoder(EventFields.Preset.DEFAULT.fields(), ParserLimits.DEFAULT, true)
            .decode(
                batch(
                    utf8(
                        "{\"event_uuid\":\"%s\",\"event_name\":\"a\",\"created_at\":1}"
                            .formatted(Decoding.UUID))));
    assertEquals(0, absent.shape[0]);
  }
}
