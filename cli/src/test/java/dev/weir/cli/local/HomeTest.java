package dev.weir.cli.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.cli.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HomeTest {
  @TempDir Path folder;

  @Test
  void temporaryFolderGoesWithEverythingInIt() throws IOException {
    Path temporary;
    try (Home home = Home.open(null)) {
      temporary = home.folder();
      Files.writeString(Files.createDirectory(temporary.resolve("a")).resolve("b"), "content");
      assertFalse(home.isKept());
    }

    assertFalse(Files.exists(temporary));
  }

  @Test
  void givenFolderIsMadeAndStaysAndBelongsToOneAtATime() throws IOException {
    Path given = folder.resolve("not/there yet");
    try (Home home = Home.open(given)) {
      assertTrue(home.isKept());
      assertEquals(given.toRealPath(), home.folder());

      UsageException e = assertThrows(UsageException.class, () -> Home.open(given));
      assertEquals(
          "--folder is '%s'; allowed is one that no other weir local uses".formatted(given),
          e.getMessage());
    }
    Home.open(given).close();

    assertTrue(Files.isDirectory(given));
  }

  @Test
  void fileIsNoFolder() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "content");

    UsageException e = assertThrows(UsageException.class, () -> Home.open(file));
    assertEquals(
        "--folder is '%s'; allowed is a folder that can be written".formatted(file),
        e.getMessage());
  }
}
