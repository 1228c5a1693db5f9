package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.doctor.Check;
import dev.weir.doctor.Finding;
import dev.weir.doctor.Finding.Verdict;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Findings as a table: result, check, what was found; what to do stands below it, after an arrow.
 * Each is written as soon as it is given.
 */
final class FindingsTable {
  private static final int WIDTH = 100;
  private static final int RESULT_WIDTH = 8;
  private static final int CHECK_WIDTH =
      Arrays.stream(Check.values()).mapToInt(check -> check.id().length()).max().orElse(0) + 1;
  private static final String INDENT = " ".repeat(RESULT_WIDTH + CHECK_WIDTH + 1);

  private final OutputStream out;
  private final Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
  private boolean begun;

  FindingsTable(OutputStream out) {
    this.out = out;
  }

  void write(Finding finding) {
    if (!begun) {
      begun = true;
      line(columns("result", "check") + "found, and what to do");
    }
    counts.merge(finding.verdict(), 1, Integer::sum);
    String first = columns(finding.verdict().name().toLowerCase(Locale.ROOT), finding.check().id());
    for (String line : wrapped(finding.found())) {
      line(first + line);
      first = INDENT;
    }
    first = INDENT + "-> ";
    for (String line : finding.advice().isEmpty() ? List.<String>of() : wrapped(finding.advice())) {
      line(first + line);
      first = INDENT + "   ";
    }
  }

  void end() {
    line("");
    line(
        "%d passed, %d with warnings, %d failed, %d skipped"
            .formatted(
                count(Verdict.PASS),
                count(Verdict.WARN),
                count(Verdict.FAIL),
                count(Verdict.SKIPPED)));
  }

  private int count(Verdict verdict) {
    return counts.getOrDefault(verdict, 0);
  }

  private static String columns(String result, String check) {
    return ("%-" + RESULT_WIDTH + "s%-" + CHECK_WIDTH + "s ").formatted(result, check);
  }

  /** Lines of words; where the text has lines of its own, such as a piece of SQL, they stay. */
  private static List<String> wrapped(String text) {
    List<String> lines = new ArrayList<>();
    for (String given : text.split("\\R", -1)) {
      // What a server says must not move the cursor.
      String clean = given.replaceAll("\\p{Cntrl}", "?");
      if (text.contains("\n")) {
        lines.add(clean);
        continue;
      }
      StringBuilder line = new StringBuilder();
      for (String word : clean.split(" ", -1)) {
        if (line.length() > 0 && INDENT.length() + line.length() + 1 + word.length() > WIDTH) {
          lines.add(line.toString());
          line.setLength(0);
        }
        line.append(line.length() == 0 ? "" : " ").append(word);
      }
      lines.add(line.toString());
    }
    return lines;
  }

  private void line(String text) {
    try {
      out.write((text.stripTrailing() + System.lineSeparator()).getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
