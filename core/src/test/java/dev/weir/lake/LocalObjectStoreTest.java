package dev.weir.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalObjectStoreTest extends ObjectStoreContract {
  @TempDir private Path root;

  @Override
  protected ObjectStore open() throws IOException {
    return new LocalObjectStore(root.resolve("lake"), root.resolve("drafts"));
  }

  @Test
  void noDraftIsLeftBehind() throws IOException {
    ObjectStore store = open();
    store.putIfAbsent("k", new byte[10]);
    store.putIfAbsent("k", new byte[10]);
    try (Stream<Path> drafts = Files.list(root.resolve("drafts"))) {
      assertEquals(0, drafts.count());
    }
  }

  /** Where the machine has a second file system: a link cannot reach it, so the file is copied. */
  @Test
  void fileOfAnotherFileSystemIsCopied() throws IOException {
    Path memory = Path.of("/dev/shm");
    Assumptions.assumeTrue(
        Files.isWritable(memory) && !Files.getFileStore(memory).equals(Files.getFileStore(root)));
    Path file = Files.createTempFile(memory, "weir", ".parquet");
    try {
      Files.writeString(file, "from afar");
      ObjectStore store = open();
      assertEquals(ObjectStore.Put.CREATED, store.putIfAbsent("a/k", file));
      assertEquals(ObjectStore.Put.EXISTS, store.putIfAbsent("a/k", file));
      assertEquals("from afar", Files.readString(store.fetch("a/k", root)));
    } finally {
      Files.deleteIfExists(file);
    }
    try (Stream<Path> drafts = Files.list(root.resolve("drafts"))) {
      assertEquals(0, drafts.count());
    }
  }
}
