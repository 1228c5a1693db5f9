package dev.weir.cli.local;

import dev.weir.cli.UsageException;
import dev.weir.transform.FolderTree;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a playground: one that was given is kept, and belongs to one process at a time;
 * else a temporary one that goes when this is closed.
 */
final class Home implements AutoCloseable {
  private final Path folder;
  private final @Nullable FileChannel lock;

  private Home(Path folder, @Nullable FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Makes the folder if it is not there.
   *
   * @param given the folder, or null for a temporary one
   * @throws UsageException if the folder cannot be used
   */
  static Home open(@Nullable Path given) throws IOException {
    if (given == null) {
      return new Home(Files.createTempDirectory("weir-local-").toRealPath(), null);
    }
    Path folder;
    FileChannel channel;
    try {
      folder = Files.createDirectories(given).toRealPath();
      channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw UsageException.of("--folder", given, "a folder that can be written");
    }
    if (!isLocked(channel)) {
      channel.close();
      throw UsageException.of("--folder", given, "one that no other weir local uses");
    }
    return new Home(folder, channel);
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Where it is, absolute. */
  Path folder() {
    return folder;
  }

  /** Whether it stays when this is closed. */
  boolean isKept() {
    return lock != null;
  }

  @Override
  public void close() throws IOException {
    if (lock == null) {
      FolderTree.delete(folder);
    } else {
      lock.close();
    }
  }
}
