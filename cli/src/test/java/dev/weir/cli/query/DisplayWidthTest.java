package dev.weir.cli.query;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DisplayWidthTest {
  @ParameterizedTest
  @CsvSource({"abc, 3", "'', 0", "größe, 5", "東京, 4", "🎉, 2", "e\u0301, 1", "ﾃｽﾄ, 3", "한국, 4"})
  void countsColumnsOfATerminal(String text, int width) {
    assertEquals(width, DisplayWidth.of(text));
  }

  @ParameterizedTest
  @CsvSource({"abcdef, 6, abcdef", "abcdefg, 6, abcde…", "東京の授業, 6, 東京…", "東京の, 6, 東京の"})
  void cutsWithAnEllipsisOnlyWhatDoesNotFit(String text, int width, String cut) {
    assertEquals(cut, DisplayWidth.cut(text, width));
  }
}
