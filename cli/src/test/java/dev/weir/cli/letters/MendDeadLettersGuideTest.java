package dev.weir.cli.letters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.cli.Invocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/guides/mend-dead-letters.md does what it says. */
final class MendDeadLettersGuideTest {
  /** A block, with the name of the file that it is, where the line before it has one. */
  private static final Pattern BLOCK =
      Pattern.compile("(?:`([\\w-]+\\.\\w+)`:\n\n)?```(\\w*)\n(.*?)```\n", Pattern.DOTALL);

  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

  @TempDir Path folder;

  @Test
  void everyCommandOfTheGuideAnswersAsItSays() throws Exception {
    Set<String> files = new HashSet<>(Set.of("lake"));
    StringBuilder answers = new StringBuilder();
    int commands = 0;
    int lines = 0;
    Matcher block = BLOCK.matcher(guide());
    while (block.find()) {
      if (block.group(1) != null) {
        Files.writeString(folder.resolve(block.group(1)), block.group(3));
        files.add(block.group(1));
      } else if (block.group(2).equals("sh")) {
        answers.setLength(0);
        for (String command : block.group(3).lines().toList()) {
          answers.append(run(command, files));
          commands++;
        }
      } else {
        String answer = plain(answers.toString());
        for (String line : block.group(3).lines().toList()) {
          assertTrue(answer.contains(plain(line)), () -> "'%s' in: %s".formatted(line, answer));
          lines++;
        }
      }
    }
    assertEquals(12, commands);
    assertTrue(lines >= 12, "lines of answers: " + lines);
    Path lake = folder.resolve("lake");
    Invocation left =
        Invocation.of("dead-letters", "list", "--lake", lake.toString(), "--format", "csv");
    assertEquals(1, left.out().lines().count(), left.out());
  }

  private String run(String command, Set<String> files) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(command);
    while (word.find()) {
      String text =
          word.group(1) != null
              ? word.group(1)
              : word.group(2) != null ? word.group(2) : word.group(3);
      words.add(files.contains(text) ? folder.resolve(text).toString() : text);
    }
    assertEquals("weir", words.remove(0), command);
    Invocation said = Invocation.of(words.toArray(String[]::new));
    assertEquals(0, said.code(), () -> command + ": " + said.err());
    return said.out();
  }

  /** Columns are as wide as what stands in them, which differs from run to run. */
  private static String plain(String text) {
    return text.replaceAll("[ ]+", " ").strip();
  }

  private static String guide() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("ARCHITECTURE.md"))) {
      root = root.resolve("..").normalize();
    }
    return Files.readString(root.resolve("docs/guides/mend-dead-letters.md"));
  }
}
