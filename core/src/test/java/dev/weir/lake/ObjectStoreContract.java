package dev.weir.lake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.lake.ObjectStore.Put;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every object store promises. An adapter's test extends this. */
public abstract class ObjectStoreContract {
  /** Files that are handed to the store. */
  @TempDir protected Path files;

  private ObjectStore store;

  /** A new store without objects. */
  protected abstract ObjectStore open() throws IOException;

  @BeforeEach
  void openStore() throws IOException {
    store = open();
  }

  private Path file(String content) throws IOException {
    return Files.writeString(Files.createTempFile(files, "put", ".bin"), content);
  }

  @Test
  void freeKeyIsCreatedAndCanBeReadAtOnce() throws IOException {
    assertEquals(Put.CREATED, store.putIfAbsent("a/b/c.json", "one".getBytes(UTF_8)));
    assertArrayEquals("one".getBytes(UTF_8), store.read("a/b/c.json").orElseThrow());
    assertEquals("one", Files.readString(store.fetch("a/b/c.json", files)));
  }

  @Test
  void takenKeyIsLeftAsItIs() throws IOException {
    store.putIfAbsent("k", "one".getBytes(UTF_8));
    assertEquals(Put.EXISTS, store.putIfAbsent("k", "two".getBytes(UTF_8)));
    assertEquals(Put.EXISTS, store.putIfAbsent("k", file("three")));
    assertArrayEquals("one".getBytes(UTF_8), store.read("k").orElseThrow());
  }

  @Test
  void fileBecomesAnObjectAndMayBeDeleted() throws IOException {
    Path file = file("from a file");
    assertEquals(Put.CREATED, store.putIfAbsent("x/date=2026-11-22/y%20z.parquet", file));
    Files.delete(file);
    assertEquals(
        "from a file", Files.readString(store.fetch("x/date=2026-11-22/y%20z.parquet", files)));
  }

  @Test
  void absentObjectIsToldApart() throws IOException {
    assertEquals(Optional.empty(), store.read("nothing/here"));
    assertThrows(NoSuchFileException.class, () -> store.fetch("nothing/here", files));
    assertEquals(List.of(), store.list("nothing/"));
  }

  @Test
  void emptyAndLargeContentsAreKept() throws IOException {
    byte[] large = new byte[9 << 20];
    Arrays.fill(large, (byte) 7);
    store.putIfAbsent("empty", new byte[0]);
    store.putIfAbsent("large", large);
    assertArrayEquals(new byte[0], store.read("empty").orElseThrow());
    assertArrayEquals(large, store.read("large").orElseThrow());
  }

  @Test
  void listIsSortedAndKeepsToThePrefix() throws IOException {
    for (String key : List.of("p/b", "p/a/z", "p/a/y", "q/a", "pa/x")) {
      store.putIfAbsent(key, key.getBytes(UTF_8));
    }
    assertEquals(List.of("p/a/y", "p/a/z", "p/b"), store.list("p/"));
    assertEquals(List.of("p/a/y", "p/a/z"), store.list("p/a/"));
  }

  @Test
  void keyThatWouldLeaveTheStoreIsRefused() {
    for (String key : List.of("../x", "a/../b", "a//b", "/a", "a/", ".", "")) {
      assertThrows(IllegalArgumentException.class, () -> store.putIfAbsent(key, new byte[0]), key);
    }
  }

  @Test
  void ofConcurrentCreatorsExactlyOneWins() throws Exception {
    int creators = 32;
    ExecutorService pool = Executors.newFixedThreadPool(creators);
    try {
      for (int round = 0; round < 5; round++) {
        String key = "race/" + round + "/object";
        List<Callable<Put>> tasks = new ArrayList<>();
        for (int i = 0; i < creators; i++) {
          byte[] content = ("creator " + i).getBytes(UTF_8);
          tasks.add(() -> store.putIfAbsent(key, content));
        }
        int winner = -1;
        List<Future<Put>> answers = pool.invokeAll(tasks);
        for (int i = 0; i < creators; i++) {
          if (answers.get(i).get() == Put.CREATED) {
            assertEquals(-1, winner, "two creators won");
            winner = i;
          }
        }
        assertArrayEquals(("creator " + winner).getBytes(UTF_8), store.read(key).orElseThrow());
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void objectOutlivesWhatWasFetched() throws IOException {
    store.putIfAbsent("k", "content".getBytes(UTF_8));
    Path one = store.fetch("k", files);
    Path other = store.fetch("k", files);
    store.discard(one);
    assertEquals("content", Files.readString(other));
    store.discard(other);
    assertEquals("content", Files.readString(store.fetch("k", files)));
  }
}
