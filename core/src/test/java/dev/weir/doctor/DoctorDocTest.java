package dev.weir.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of checks in the docs is the enum, word by word and in its order. */
class DoctorDocTest {
  @Test
  void tableListsEveryCheck() throws IOException {
    List<String> table =
        Files.readAllLines(repositoryRoot().resolve("docs/reference/doctor.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .toList();
    List<String> checks =
        Arrays.stream(Check.values())
            .map(
                check ->
                    "| `%s` | %s | %s |".formatted(check.id(), check.looksAt(), check.otherwise()))
            .toList();
    assertEquals(String.join("\n", checks), String.join("\n", table));
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
