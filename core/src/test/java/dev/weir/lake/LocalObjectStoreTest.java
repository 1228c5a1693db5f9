package dev.weir.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
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
}
