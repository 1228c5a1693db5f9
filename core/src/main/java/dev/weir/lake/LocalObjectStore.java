package dev.weir.lake;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Objects as files below a directory of a local file system.
 *
 * <p>Create-if-absent is {@code link(2)}: the content is written and synced under another name
 * first, and the link fails if the key is taken, so an object is never seen in part. A file handed
 * over becomes the object by a link of its own, without a copy, where it lies on the same file
 * system. The file system must know hard links.
 */
public final class LocalObjectStore implements ObjectStore {
  private final Path root;
  private final Path drafts;

  /**
   * A store below a directory, which is created if it does not exist.
   *
   * @param root the directory that all keys are relative to
   * @param drafts a directory on the same file system for content that is not an object yet
   * @throws IOException if a directory cannot be created
   */
  public LocalObjectStore(Path root, Path drafts) throws IOException {
    this.root = Files.createDirectories(root);
    this.drafts = Files.createDirectories(drafts);
  }

  @Override
  public Put putIfAbsent(String key, byte[] content) throws IOException {
    Path draft = drafts.resolve(UUID.randomUUID().toString());
    try {
      try (FileChannel channel =
          FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }
      return link(key, draft);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  @Override
  public Put putIfAbsent(String key, Path file) throws IOException {
    try {
      return link(key, file);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (FileSystemException e) {
      // Another file system, or another mount of the same one: only the link itself can tell.
      return copy(key, file, e);
    }
  }

  private Put copy(String key, Path file, FileSystemException noLink) throws IOException {
    Path draft = drafts.resolve(UUID.randomUUID().toString());
    try {
      Files.copy(file, draft, StandardCopyOption.COPY_ATTRIBUTES);
      return link(key, draft);
    } catch (IOException e) {
      e.addSuppressed(noLink);
      throw e;
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  @Override
  public Optional<byte[]> read(String key) throws IOException {
    try {
      return Optional.of(Files.readAllBytes(path(key)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public Path fetch(String key, Path scratch) throws IOException {
    Path path = path(key);
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    return path;
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    Path start = root.resolve(prefix.substring(0, prefix.lastIndexOf('/') + 1));
    if (!Files.isDirectory(start)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.walk(start)) {
      return paths
          .filter(Files::isRegularFile)
          .map(path -> root.relativize(path).toString().replace('\\', '/'))
          .filter(key -> key.startsWith(prefix))
          .sorted()
          .toList();
    }
  }

  private Put link(String key, Path content) throws IOException {
    Path target = path(key);
    Path directory = parent(target);
    createDirectories(directory);
    sync(content, false);
    try {
      Files.createLink(target, content);
    } catch (FileAlreadyExistsException e) {
      sync(directory, true); // its creator may have stopped before it made the entry durable
      return Put.EXISTS;
    } catch (UnsupportedOperationException e) {
      throw new FileSystemException(
          target.toString(),
          null,
          "the file system has no hard links; choose another for the lake");
    }
    sync(directory, true);
    return Put.CREATED;
  }

  /** Creates what is missing of a directory and makes each new entry durable in its parent. */
  private void createDirectories(Path directory) throws IOException {
    List<Path> missing = new ArrayList<>();
    for (Path at = directory; !Files.isDirectory(at); at = parent(at)) {
      missing.add(at);
    }
    for (int i = missing.size() - 1; i >= 0; i--) {
      try {
        Files.createDirectory(missing.get(i));
      } catch (FileAlreadyExistsException e) {
        // Another creator was faster; its entry must be durable for ours to be.
      }
      sync(parent(missing.get(i)), true);
    }
  }

  private Path path(String key) {
    for (String segment : key.split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        throw new IllegalArgumentException("not a key: " + key);
      }
    }
    return root.resolve(key);
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IllegalArgumentException("no directory above " + path);
    }
    return parent;
  }

  private static void sync(Path path, boolean directory) throws IOException {
    StandardOpenOption option = directory ? StandardOpenOption.READ : StandardOpenOption.WRITE;
    try (FileChannel channel = FileChannel.open(path, option)) {
      channel.force(directory);
    }
  }
}
