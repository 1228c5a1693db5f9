package dev.weir.cli.input;

import static dev.weir.cli.input.Reading.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.cli.input.Reading.Found;
import dev.weir.record.Reason;
import dev.weir.source.Framing;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArrayFramerTest {
  @Test
  void eachElementIsARecordWithoutTheWhiteSpaceAroundIt() {
    assertEquals(
        List.of(
            new Found("-", 2, "{\"a\": [1, 2]}", null),
            new Found("-", 18, "\"x\"", null),
            new Found("-", 25, "3", null)),
        Reading.read(Framing.ARRAY, bytes("[ {\"a\": [1, 2]},\n \"x\" ,\t 3\r\n]\n")));
  }

  @Test
  void emptyArrayHasNoRecords() {
    assertEquals(List.of(), texts("[]"));
    assertEquals(List.of(), texts(" \n[ \n ] \n"));
    assertEquals(List.of(), texts("\u00EF\u00BB\u00BF[]"));
    assertEquals(List.of(), texts(""));
  }

  @Test
  void separatorsInStringsAndNestedValuesSplitNothing() {
    assertEquals(
        List.of("{\"a\":\"],[\\\"}\"}", "[[1,2],{\"b\":[]}]", "\"\\\\\"", "\",\""),
        texts("[{\"a\":\"],[\\\"}\"},[[1,2],{\"b\":[]}],\"\\\\\",\",\"]"));
  }

  @Test
  void emptyElementIsARecordOfNoBytes() {
    assertEquals(
        List.of(
            new Found("-", 1, "1", null),
            new Found("-", 3, "", null),
            new Found("-", 4, "2", null),
            new Found("-", 6, "", null)),
        Reading.read(Framing.ARRAY, bytes("[1,,2,]")));
    assertEquals(List.of("", ""), texts("[,]"));
  }

  @Test
  void elementThatEndsWithTheInputIsTruncated() {
    assertEquals(List.of("1", "{\"a\" TRUNCATED_JSON"), texts("[1,{\"a\""));
    assertEquals(List.of("{} TRUNCATED_JSON"), texts("[{}\n"));
    assertEquals(List.of("1", " TRUNCATED_JSON"), texts("[1,"));
    assertEquals(List.of(" TRUNCATED_JSON"), texts("["));
    assertEquals(List.of("\"a,2] TRUNCATED_JSON"), texts("[\"a,2]"));
  }

  @Test
  void whatFollowsTheArrayIsOneRefusedRecord() {
    assertEquals(
        List.of(new Found("-", 1, "1", null), new Found("-", 4, "[2]\n3", Reason.TRAILING_DATA)),
        Reading.read(Framing.ARRAY, bytes("[1] [2]\n3\n")));
    assertEquals(List.of("] TRAILING_DATA"), texts("[]]"));
  }

  @Test
  void longTrailingDataIsCut() {
    List<Found> found =
        Reading.read(Framing.ARRAY, Reading.SMALL, bytes("[1]" + "x".repeat(200_000)));
    assertEquals(
        List.of(
            new Found("-", 1, "1", null),
            new Found("-", 3, "x".repeat(1 << 10), Reason.TRAILING_DATA)),
        found);
  }

  @Test
  void inputThatIsNoArrayIsOneRefusedRecord() {
    assertEquals(List.of("{\"a\":1}\n2 INVALID_JSON"), texts("\n{\"a\":1}\n2"));
  }

  @Test
  void bracketsThatDoNotMatchStillMakeProgress() {
    assertEquals(List.of("}1}", "{\"a\":1]", "2"), texts("[}1},{\"a\":1],2]"));
  }

  @Test
  void longElementIsCutAndTheNextOneIsIntact() {
    for (int length : List.of(1 << 10, (1 << 10) + 1, 200_000)) {
      String large = "\"" + ",]\\\"[".repeat(length / 5) + "y".repeat(length % 5) + "\"";
      List<Found> found =
          Reading.read(Framing.ARRAY, Reading.SMALL, bytes("[1, " + large + ",{\"b\":2}]"));
      assertEquals(3, found.size());
      assertEquals(
          new Found("-", 4, large.substring(0, 1 << 10), Reason.DOCUMENT_TOO_LARGE), found.get(1));
      assertEquals(new Found("-", 5 + large.length(), "{\"b\":2}", null), found.get(2));
    }
  }

  @Test
  void depthHasNoBoundHere() {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    assertEquals(List.of(deep, "1"), texts("[" + deep + ",1]"));
  }

  private static List<String> texts(String content) {
    return Reading.texts(Framing.ARRAY, content);
  }
}
