package dev.weir.cli.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.cli.ExitCodes;
import dev.weir.cli.Invocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused before anything is started; the rest is seen in the end-to-end tests. */
final class LocalCommandTest {
  @TempDir Path folder;

  @Test
  void wrongSqlIsToldBeforeAnythingStarts() throws IOException {
    Path sql = Files.writeString(folder.resolve("wrong.sql"), "SELECT nothing FROM events");

    Invocation local = Invocation.of("local", "--sql", sql.toString());

    assertTrue(local.err().startsWith("weir local: --sql is '%s': ".formatted(sql)), local.err());
    assertTrue(local.err().contains("nothing"), local.err());
    assertEquals("", local.out());
    assertEquals(ExitCodes.USAGE, local.code());
  }

  @Test
  void sqlThatIsNotThereIsTold() {
    Path sql = folder.resolve("none.sql");

    Invocation local = Invocation.of("local", "--sql", sql.toString());

    assertEquals(
        "weir local: --sql is '%s'; allowed is a file that can be read; see weir local --help%n"
            .formatted(sql),
        local.err());
  }
}
