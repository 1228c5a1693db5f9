package dev.weir.cli.input;

import static dev.weir.cli.input.Reading.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.cli.input.Reading.Found;
import dev.weir.record.Reason;
import dev.weir.source.Framing;
import java.util.List;
import org.junit.jupiter.api.Test;

class AutoFramerTest {
  @Test
  void arrayIsToldByItsFirstByte() {
    assertEquals(List.of("1", "2"), texts("[1,2]"));
    assertEquals(List.of("1", "2"), texts("\u00EF\u00BB\u00BF \n\t [1,2]"));
  }

  @Test
  void anythingElseIsLines() {
    assertEquals(List.of("{}", "[1,2]"), texts("{}\n[1,2]"));
    assertEquals(List.of("\u00FE\u00FF\0[\0]"), texts("\u00FE\u00FF\0[\0]\n"));
    assertEquals(List.of(), texts(" \n\n "));
    assertEquals(List.of(), texts(""));
  }

  @Test
  void firstLineKeepsItsWhiteSpaceLikeAnyOther() {
    assertEquals(
        List.of(new Found("-", 4, "  {}", null), new Found("-", 9, " 1", null)),
        Reading.read(Framing.AUTO, bytes("\n \r\n  {}\n 1\n")));
  }

  @Test
  void linesOfWhiteSpaceBeforeTheFirstByteTakeNoMemory() {
    List<Found> found =
        Reading.read(
            Framing.AUTO, Reading.SMALL, bytes((" ".repeat(99) + "\n").repeat(5_000) + "[1]"));
    assertEquals(List.of(new Found("-", 500_001, "1", null)), found);
  }

  @Test
  void longLineOfWhiteSpaceIsALine() {
    List<Found> found =
        Reading.read(Framing.AUTO, Reading.SMALL, bytes(" ".repeat(200_000) + "[1]\n[2]"));
    assertEquals(
        List.of(
            new Found("-", 0, " ".repeat(1 << 10), Reason.DOCUMENT_TOO_LARGE),
            new Found("-", 200_004, "[2]", null)),
        found);
  }

  private static List<String> texts(String content) {
    return Reading.texts(Framing.AUTO, content);
  }
}
