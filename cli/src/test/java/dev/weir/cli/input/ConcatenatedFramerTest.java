package dev.weir.cli.input;

import static dev.weir.cli.input.Reading.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.cli.input.Reading.Found;
import dev.weir.record.Reason;
import dev.weir.source.Framing;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConcatenatedFramerTest {
  @Test
  void documentsNeedNothingBetweenThem() {
    assertEquals(
        List.of(
            new Found("-", 0, "{\"a\":{}}", null),
            new Found("-", 8, "{\"b\":\"}{\\\"\"}", null),
            new Found("-", 23, "[1,[2]]", null)),
        Reading.read(Framing.CONCATENATED, bytes("{\"a\":{}}{\"b\":\"}{\\\"\"}\n\n [1,[2]]")));
  }

  @Test
  void aDocumentMayTakeManyLines() {
    assertEquals(List.of("{\n  \"a\": 1\n}", "{\n}"), texts("{\n  \"a\": 1\n}\n{\n}\n"));
  }

  @Test
  void scalarsAreSplitByWhiteSpace() {
    assertEquals(
        List.of("1", "null", "\"a b\"", "\"c\"", "-2.5"), texts(" 1 null\n\"a b\"\"c\"\t-2.5"));
  }

  @Test
  void garbageDoesNotTakeItsNeighboursAlong() {
    assertEquals(
        List.of("{\"a\":1}", "}},", "{\"b\":2}", "xyz", "{\"c\":3}", ","),
        texts("{\"a\":1}}},{\"b\":2}xyz{\"c\":3},"));
  }

  @Test
  void aStringThatIsNotClosedEndsWithItsLine() {
    assertEquals(List.of("{\"a\":\"x}", "{\"b\":2}"), texts("{\"a\":\"x}\n{\"b\":2}"));
    assertEquals(List.of("\"x", "{\"b\":2}"), texts("\"x\n{\"b\":2}"));
  }

  @Test
  void unfinishedDocumentIsARecordForTheParserToRefuse() {
    assertEquals(List.of("{}", "{\"a\":[1,"), texts("{}{\"a\":[1,\n"));
    assertEquals(List.of("\"\\"), texts("\"\\"));
  }

  @Test
  void whiteSpaceAloneIsNoRecord() {
    assertEquals(List.of(), texts(" \n\t\r\n"));
    assertEquals(List.of("{}"), texts("\u00EF\u00BB\u00BF{} "));
  }

  @Test
  void longDocumentIsCutAndTheNextOneIsIntact() {
    String large = "{\"a\":\"" + "}\\\"".repeat(50_000) + "\"}";
    assertEquals(
        List.of(
            new Found("-", 0, large.substring(0, 1 << 10), Reason.DOCUMENT_TOO_LARGE),
            new Found("-", large.length(), "{\"b\":2}", null)),
        Reading.read(Framing.CONCATENATED, Reading.SMALL, bytes(large + "{\"b\":2}")));
  }

  @Test
  void randomBytesAreFramedWithoutAStallAndWithoutLoss() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      byte[] content = new byte[random.nextInt(2_000)];
      random.nextBytes(content);
      assertNothingButWhiteSpaceIsLost(content);
    }
    assertNothingButWhiteSpaceIsLost("{\"a\":1}\n{\"b\":2}".getBytes(StandardCharsets.UTF_16));
  }

  private static void assertNothingButWhiteSpaceIsLost(byte[] content) {
    String text = new String(content, StandardCharsets.ISO_8859_1);
    int at = 0;
    for (Found record : Reading.read(Framing.CONCATENATED, content)) {
      int offset = (int) record.offset();
      assertTrue(text.substring(at, offset).matches("[ \\n\\r\\t]*"), text);
      assertEquals(text.substring(offset, offset + record.text().length()), record.text());
      at = offset + record.text().length();
    }
    assertTrue(text.substring(at).matches("[ \\n\\r\\t]*"), text);
  }

  private static List<String> texts(String content) {
    return Reading.texts(Framing.CONCATENATED, content);
  }
}
