package dev.weir.cli.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * How many Parquet files a lake has. They are counted by looking, which takes longer the more there
 * are, so it looks at most a twentieth of the time and tells what it saw last. Not safe for use by
 * several threads.
 */
final class FileCount {
  private static final int REST = 20;
  private static final int TRIES = 3;

  private final Path lake;
  private long count;
  private long nextNanos = Long.MIN_VALUE;

  FileCount(Path lake) {
    this.lake = lake;
  }

  /** What was seen last, or now if that may be. */
  long recent(long nanos) {
    if (nanos >= nextNanos) {
      exact();
      long took = System.nanoTime() - nanos;
      nextNanos = nanos + took * REST;
    }
    return count;
  }

  /** What is seen now. */
  long exact() {
    count = seen("events") + seen("dead_letters");
    return count;
  }

  private long seen(String table) {
    for (int go = 1; ; go++) {
      try (Stream<Path> files = Files.walk(lake.resolve(table))) {
        return files.filter(file -> file.toString().endsWith(".parquet")).count();
      } catch (NoSuchFileException e) {
        return 0; // no event yet
      } catch (IOException | UncheckedIOException e) {
        // A draft went away meanwhile.
        if (go == TRIES) {
          return count;
        }
      }
    }
  }
}
