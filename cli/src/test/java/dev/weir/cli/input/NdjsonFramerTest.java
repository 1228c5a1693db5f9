package dev.weir.cli.input;

import static dev.weir.cli.input.Reading.bytes;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.cli.input.Reading.Found;
import dev.weir.record.Reason;
import dev.weir.source.Framing;
import java.util.List;
import org.junit.jupiter.api.Test;

class NdjsonFramerTest {
  @Test
  void oneLineIsOneRecordAtItsOffset() {
    assertEquals(
        List.of(new Found("-", 0, "{\"a\":1}", null), new Found("-", 8, "{\"b\":2}", null)),
        Reading.read(Framing.NDJSON, bytes("{\"a\":1}\n{\"b\":2}\n")));
  }

  @Test
  void lastLineNeedsNoLineFeed() {
    assertEquals(List.of("1", "2"), texts("1\n2"));
  }

  @Test
  void oneCarriageReturnBelongsToTheLineEnd() {
    assertEquals(List.of("1", "2\r", "\r3", "4"), texts("1\r\n2\r\r\n\r3\n4\r"));
  }

  @Test
  void linesOfWhiteSpaceAreNoRecords() {
    assertEquals(List.of("1", "2"), texts("\n \t\r\n1\n\r\n\n   \n2\n\n  "));
    assertEquals(List.of(), texts(""));
    assertEquals(List.of(), texts(" \r\n"));
  }

  @Test
  void whiteSpaceAroundADocumentStaysInTheRecord() {
    assertEquals(List.of("  {} \t", " 1"), texts("  {} \t\r\n 1"));
  }

  @Test
  void twoDocumentsOnOneLineStayOneRecord() {
    assertEquals(List.of("{\"a\":1}{\"b\":2}", "3"), texts("{\"a\":1}{\"b\":2}\n3"));
  }

  @Test
  void aStringThatIsNotClosedEndsWithItsLine() {
    assertEquals(List.of("{\"a\":\"x", "{\"b\":2}"), texts("{\"a\":\"x\n{\"b\":2}\n"));
  }

  @Test
  void byteOrderMarkIsDroppedAtTheBeginningOnly() {
    assertEquals(
        List.of(new Found("-", 3, "1", null), new Found("-", 5, "\u00EF\u00BB\u00BF2", null)),
        Reading.read(Framing.NDJSON, bytes("\u00EF\u00BB\u00BF1\n\u00EF\u00BB\u00BF2")));
  }

  @Test
  void onlyAByteOrderMarkIsNoRecord() {
    assertEquals(List.of(), texts("\u00EF\u00BB\u00BF"));
    assertEquals(List.of("\u00EF\u00BB"), texts("\u00EF\u00BB"));
  }

  @Test
  void nulBytesAndInvalidEncodingAreKeptAsTheyAre() {
    assertEquals(
        List.of("\0\0", "{\0}", "\u00FF\u00C0\u0080"), texts("\0\0\n{\0}\n\u00FF\u00C0\u0080"));
  }

  @Test
  void utf16IsFramedWithoutAStallAndWithoutLoss() {
    for (byte[] content :
        List.of("{\"a\":1}\n{\"b\":2}\n".getBytes(UTF_16), "{\"a\":1}\n".getBytes(UTF_16LE))) {
      List<Found> found = Reading.read(Framing.NDJSON, content);
      int total = found.stream().mapToInt(record -> record.text().length()).sum();
      assertTrue(total >= content.length - 2, found::toString);
      assertTrue(new String(content, ISO_8859_1).contains(found.get(0).text()));
    }
  }

  @Test
  void longestRecordIsKeptWhateverItsLineEnd() {
    String longest = "x".repeat(1 << 10);
    for (String content :
        List.of(longest, longest + "\n1", longest + "\r\n1", longest + "\r", " \n" + longest)) {
      List<Found> found = Reading.read(Framing.NDJSON, Reading.SMALL, bytes(content));
      assertTrue(found.stream().allMatch(record -> record.refusal() == null), found::toString);
      assertTrue(found.stream().anyMatch(record -> record.text().equals(longest)));
    }
  }

  @Test
  void longerRecordIsCutAndTheNextOneIsIntact() {
    for (int length : List.of((1 << 10) + 1, (1 << 10) + 2, 100_000, 1_000_000)) {
      for (String lineEnd : List.of("\n", "\r\n")) {
        String content = "1\n" + "x".repeat(length) + lineEnd + "{\"b\":2}" + lineEnd;
        List<Found> found = Reading.read(Framing.NDJSON, Reading.SMALL, bytes(content));
        assertEquals(3, found.size());
        assertEquals(
            new Found("-", 2, "x".repeat(1 << 10), Reason.DOCUMENT_TOO_LARGE), found.get(1));
        assertEquals("{\"b\":2}", found.get(2).text());
        assertEquals(2 + length + lineEnd.length(), found.get(2).offset());
      }
    }
  }

  @Test
  void longLineOfWhiteSpaceIsRefusedBecauseNobodySawAllOfIt() {
    for (int length : List.of((1 << 10) + 1, 100_000)) {
      List<Found> found =
          Reading.read(Framing.NDJSON, Reading.SMALL, bytes(" ".repeat(length) + "\n1"));
      assertEquals(Reason.DOCUMENT_TOO_LARGE, found.get(0).refusal());
      assertEquals("1", found.get(1).text());
    }
  }

  @Test
  void stringOfAMegabyteCrossesReadsAndBatches() {
    String large = "{\"s\":\"" + "\u00E9".repeat(1_500_000) + "\"}";
    List<Found> found = Reading.read(Framing.NDJSON, bytes("1\n" + large + "\n2\n" + large));
    assertEquals(List.of("1", large, "2", large), found.stream().map(Found::text).toList());
    assertNull(found.get(1).refusal());
  }

  private static List<String> texts(String content) {
    return Reading.texts(Framing.NDJSON, content);
  }
}
