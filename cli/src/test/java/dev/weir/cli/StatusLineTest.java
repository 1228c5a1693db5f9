package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class StatusLineTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private volatile String text = "";

  @Test
  void newTextTakesThePlaceOfTheOldOneAndTheEndWipesIt() {
    text = "one\ntwo, long";
    try (StatusLine status = new StatusLine(new PrintStream(bytes, true, UTF_8), () -> text)) {
      await(List.of("one", "two, long"));
      text = "three\n2";
      await(List.of("three", "2"));
      text = "4";
      await(List.of("4"));
    }

    assertEquals(List.of(), screen());
  }

  @Test
  void linesThatAreSaidStayAbove() {
    text = "status\nof two lines";
    try (StatusLine status = new StatusLine(new PrintStream(bytes, true, UTF_8), () -> text)) {
      await(List.of("status", "of two lines"));
      status.say("something");
      status.say("and more");
      await(List.of("something", "and more", "status", "of two lines"));
    }

    assertEquals(List.of("something", "and more"), screen());
  }

  private void await(List<String> expected) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!screen().equals(expected)) {
      assertTrue(System.nanoTime() < deadline, () -> expected + " expected of " + screen());
      Thread.onSpinWait();
    }
  }

  /** What a terminal shows of the bytes, without empty lines at the end. */
  private List<String> screen() {
    List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
    int row = 0;
    int column = 0;
    Matcher part =
        Pattern.compile("\u001B\\[(\\d*)([A-Z])|[^\u001B]").matcher(bytes.toString(UTF_8));
    while (part.find()) {
      StringBuilder line = lines.get(row);
      if (part.group(2) == null) {
        switch (part.group()) {
          case "\r" -> column = 0;
          case "\n" -> {
            column = 0;
            row++;
            if (row == lines.size()) {
              lines.add(new StringBuilder());
            }
          }
          default -> {
            line.replace(column, Math.min(column + 1, line.length()), part.group());
            column++;
          }
        }
      } else if (part.group(2).equals("A")) {
        row -= Integer.parseInt(part.group(1));
      } else {
        line.setLength(Math.min(line.length(), column));
        if (part.group(2).equals("J")) {
          lines.subList(row + 1, lines.size()).clear();
        }
      }
    }
    List<String> shown = new ArrayList<>(lines.stream().map(StringBuilder::toString).toList());
    while (!shown.isEmpty() && shown.get(shown.size() - 1).isEmpty()) {
      shown.remove(shown.size() - 1);
    }
    return shown;
  }
}
