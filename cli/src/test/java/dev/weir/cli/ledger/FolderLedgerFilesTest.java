package dev.weir.cli.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderLedgerFilesTest extends LedgerFilesContract {
  @TempDir private Path folder;

  @Override
  LedgerFiles files() {
    return files == null ? files = new FolderLedgerFiles(folder.resolve("lake")) : files;
  }

  private LedgerFiles files;

  @Override
  void put(String key, byte[] content) throws IOException {
    Path file = folder.resolve("lake").resolve(key);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  @Test
  void keyThatLeadsOutOfTheLakeIsNothing() throws IOException {
    Files.write(folder.resolve("outside"), new byte[3]);
    assertEquals(OptionalLong.empty(), files().bytes("../outside"));
    assertEquals(OptionalLong.empty(), files().bytes(folder.resolve("outside").toString()));
  }

  @Test
  void keyThatIsNoPathIsNothing() throws IOException {
    assertEquals(OptionalLong.empty(), files().bytes("events/\0.parquet"));
  }

  @Test
  void ledgerThatIsAFileIsToldAsAFailure() throws IOException {
    put("_weir/attempts", new byte[1]);
    assertThrows(IOException.class, () -> files().names(""));
  }
}
