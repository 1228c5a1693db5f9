package dev.weir.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of reason codes in the docs is the enum, word by word and in its order. */
class ReasonCodesDocTest {
  @Test
  void tableListsEveryReason() throws IOException {
    List<String> table =
        Files.readAllLines(repositoryRoot().resolve("docs/reference/reason-codes.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .toList();
    List<String> reasons =
        Arrays.stream(Reason.values())
            .map(reason -> "| `%s` | %s |".formatted(reason.code(), reason.description()))
            .toList();
    assertEquals(String.join("\n", reasons), String.join("\n", table));
  }

  private static Path repositoryRoot() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("mvnw"))) {
      Path parent = folder.getParent();
      if (parent == null) {
        throw new IllegalStateException("no folder above the test's has the file mvnw");
      }
      folder = parent;
    }
    return folder;
  }
}
