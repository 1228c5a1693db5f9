package dev.weir.cli.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;

/** The ledger of a lake in a folder. */
final class FolderLedgerFiles implements LedgerFiles {
  private final Path lake;
  private final Path attempts;
  private final LongAdder lists = new LongAdder();
  private final LongAdder gets = new LongAdder();
  private final LongAdder heads = new LongAdder();

  FolderLedgerFiles(Path lake) {
    this.lake = lake.toAbsolutePath().normalize();
    this.attempts = this.lake.resolve(ATTEMPTS);
  }

  /** The names alone, which the file system gives much faster than what the files are. */
  @Override
  public List<String> names(String after) throws IOException {
    lists.increment();
    String[] names = attempts.toFile().list((folder, name) -> name.compareTo(after) > 0);
    if (names == null) {
      if (Files.notExists(attempts)) {
        return List.of();
      }
      throw Files.isDirectory(attempts)
          ? new IOException("the folder " + attempts + " cannot be read")
          : new NotDirectoryException(attempts.toString());
    }
    Arrays.sort(names);
    return List.of(names);
  }

  @Override
  public Optional<byte[]> read(String name) throws IOException {
    gets.increment();
    try {
      return Optional.of(Files.readAllBytes(attempts.resolve(name)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public OptionalLong bytes(String key) throws IOException {
    heads.increment();
    Path file;
    try {
      file = lake.resolve(key).normalize();
    } catch (InvalidPathException e) {
      return OptionalLong
          .empty(); // as with a NUL in it: a damaged plan names what nobody can write
    }
    if (!file.startsWith(lake)) {
      return OptionalLong.empty(); // no plan of Weir's names such a key
    }
    long bytes = file.toFile().length(); // one call, and 0 for what is not there
    return bytes > 0 ? OptionalLong.of(bytes) : OptionalLong.empty();
  }

  @Override
  public Requests requests() {
    return new Requests(lists.sum(), gets.sum(), heads.sum());
  }

  @Override
  public boolean isRemote() {
    return false;
  }

  @Override
  public void close() {}
}
