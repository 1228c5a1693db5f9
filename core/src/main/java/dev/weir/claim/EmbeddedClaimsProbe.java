package dev.weir.claim;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A folder that claims are to be kept in, seen from outside: nothing in it is created or changed.
 *
 * @param exists whether claims are there
 * @param epoch their identity, if there are any
 * @param bytes the size of their log
 * @param holder the process that holds them, empty if its number is not known; null if nobody does
 */
public record EmbeddedClaimsProbe(
    boolean exists, Optional<String> epoch, long bytes, @Nullable String holder) {

  /**
   * Looks at a folder. A run that starts in the very moment may find its lock taken, as if another
   * run had it.
   *
   * @throws IOException if it cannot be read
   */
  public static EmbeddedClaimsProbe look(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return new EmbeddedClaimsProbe(false, Optional.empty(), 0, null);
    }
    Path epoch = directory.resolve("EPOCH");
    return new EmbeddedClaimsProbe(
        Files.exists(epoch),
        Files.exists(epoch) ? Optional.of(Files.readString(epoch).strip()) : Optional.empty(),
        ClaimLog.bytes(directory),
        holder(directory));
  }

  private static @Nullable String holder(Path directory) throws IOException {
    if (EmbeddedClaimStore.isHeldHere(directory)) {
      return Long.toString(ProcessHandle.current().pid()); // its lock would be lost by a look
    }
    Path lock = directory.resolve("LOCK");
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
      return channel.tryLock() != null ? null : Files.readString(lock).strip();
    } catch (NoSuchFileException e) {
      return null;
    }
  }
}
