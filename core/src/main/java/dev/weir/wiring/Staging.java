package dev.weir.wiring;

import dev.weir.transform.FolderTree;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of this process's own for files that have not landed yet, below one that many processes
 * may share. Nothing in it is in the lake.
 *
 * <p>Beside the folder lies a file that the process holds locked. The operating system lets go of
 * the lock when the process dies in any way; whoever opens the next folder removes those whose lock
 * nobody holds. Opened and closed by one thread.
 */
public final class Staging implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Staging.class);
  private static final String LOCK = ".lock";
  private static final int MAX_TRIES = 100;

  private final Path folder;
  private final Path lockPath;
  private final FileChannel lockFile;

  private Staging(Path folder, Path lockPath, FileChannel lockFile) {
    this.folder = folder;
    this.lockPath = lockPath;
    this.lockFile = lockFile;
  }

  /**
   * Makes a new folder, and removes those of processes that are dead.
   *
   * @param parent where the folders of all processes are; made if it is not there
   * @throws IOException if no folder can be made
   */
  public static Staging open(Path parent) throws IOException {
    Files.createDirectories(parent);
    removeDead(parent);
    for (int i = 0; i < MAX_TRIES; i++) {
      String name = UUID.randomUUID().toString();
      Path lockPath = parent.resolve(name + LOCK);
      FileChannel lockFile =
          FileChannel.open(lockPath, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      // Another process may look for dead ones between these two calls, and take it for one.
      if (isLocked(lockFile) && Files.exists(lockPath)) {
        return new Staging(Files.createDirectory(parent.resolve(name)), lockPath, lockFile);
      }
      lockFile.close();
    }
    throw new IOException("no folder of its own could be made below " + parent);
  }

  private static void removeDead(Path parent) throws IOException {
    List<Path> locks;
    try (Stream<Path> entries = Files.list(parent)) {
      locks = entries.filter(path -> path.toString().endsWith(LOCK)).toList();
    }
    for (Path lockPath : locks) {
      try (FileChannel lockFile = FileChannel.open(lockPath, StandardOpenOption.WRITE)) {
        if (isLocked(lockFile)) {
          String name = lockPath.getFileName().toString();
          FolderTree.delete(parent.resolve(name.substring(0, name.length() - LOCK.length())));
          Files.deleteIfExists(lockPath);
        }
      } catch (NoSuchFileException e) {
        // Another process removed it first.
      } catch (IOException e) {
        log.warn("what a dead process left is still there; lock={}", lockPath, e);
      }
    }
  }

  /** Whether the lock is this channel's from now on, until it is closed. */
  private static boolean isLocked(FileChannel lockFile) throws IOException {
    try {
      return lockFile.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // this process holds it
    }
  }

  /** The folder. */
  public Path folder() {
    return folder;
  }

  /** Removes the folder with all that is in it. */
  @Override
  public void close() throws IOException {
    FolderTree.delete(folder);
    Files.deleteIfExists(lockPath);
    lockFile.close();
  }
}
