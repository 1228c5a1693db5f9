package dev.weir.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** What is done with whole folders. */
public final class Folders {
  private Folders() {}

  /**
   * Unpacks a zip into a folder, as Lambda does with a function's once for each machine.
   *
   * @throws IOException if a file cannot be written, is there already, or lies outside of the
   *     folder
   */
  public static void unpack(Path zip, Path folder) throws IOException {
    Path root = Files.createDirectories(folder).toAbsolutePath().normalize();
    try (ZipFile content = new ZipFile(zip.toFile())) {
      for (ZipEntry entry : content.stream().filter(e -> !e.isDirectory()).toList()) {
        Path file = root.resolve(entry.getName()).normalize();
        if (!file.startsWith(root)) {
          throw new IOException("%s has a file outside of itself: %s".formatted(zip, entry));
        }
        Files.createDirectories(file.getParent());
        try (InputStream bytes = content.getInputStream(entry)) {
          Files.copy(bytes, file);
        }
      }
    }
  }

  /** Deletes a folder with all that is in it; nothing if it is not there. */
  public static void delete(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
