package dev.weir.lambda;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Takes a deployment zip apart for {@link ArchiveTraining}, and puts it together again with the
 * archive in it. For {@code lambda/archive}.
 */
public final class ArchiveZip {
  private static final long MAX_UNZIPPED_BYTES = 250L << 20;
  private static final List<String> ARCHIVES =
      List.of("lib/weir.jsa", "lib/weir.jsa.bytes", "lib/weir.aot", "lib/weir.aot.bytes");
  private static final FileTime NO_TIME = FileTime.fromMillis(0);

  private ArchiveZip() {}

  /**
   * The command: {@code unpack ZIP FOLDER} or {@code pack ZIP FOLDER OUT}.
   *
   * @throws IOException if a file cannot be read or written, or the zip gets too large for Lambda
   */
  public static void main(String[] arguments) throws IOException {
    Path zip = Path.of(arguments[1]);
    Path folder = Path.of(arguments[2]);
    if (arguments[0].equals("unpack")) {
      unpack(zip, folder);
    } else {
      pack(zip, folder, Path.of(arguments[3]));
    }
  }

  /**
   * Unpacks. The jars are as old as can be: the JVM compares the times of jars with those in an
   * archive unless they are 0, and nobody says which times Lambda gives to what it unpacks.
   */
  private static void unpack(Path zip, Path folder) throws IOException {
    try (FileSystem content = open(zip)) {
      for (Path entry : entries(content)) {
        Path file = folder.resolve(entry.toString().substring(1)).normalize();
        if (!file.startsWith(folder.normalize())) {
          throw new IOException("%s holds the name %s".formatted(zip, entry));
        }
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.copy(entry, file, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(file, permissions(entry));
        Files.setLastModifiedTime(file, NO_TIME);
      }
    }
  }

  private static void pack(Path zip, Path folder, Path out) throws IOException {
    Files.copy(zip, out, StandardCopyOption.REPLACE_EXISTING);
    long unzipped = 0;
    try (FileSystem content = open(out)) {
      for (String archive : ARCHIVES) {
        Files.deleteIfExists(content.getPath(archive));
        if (Files.exists(folder.resolve(archive))) {
          Files.copy(folder.resolve(archive), content.getPath(archive));
        }
      }
      for (Path entry : entries(content)) {
        unzipped += Files.size(entry);
      }
    }
    System.out.printf(
        "%s: %.1f MiB, %.1f MiB unzipped%n", out, Files.size(out) / 0x1p20, unzipped / 0x1p20);
    if (unzipped > MAX_UNZIPPED_BYTES) {
      Files.delete(out);
      throw new IOException(
          "the zip has %d bytes unzipped, Lambda takes %d".formatted(unzipped, MAX_UNZIPPED_BYTES));
    }
  }

  private static FileSystem open(Path zip) throws IOException {
    URI uri = URI.create("jar:" + zip.toUri());
    return FileSystems.newFileSystem(uri, Map.of("enablePosixFileAttributes", "true"));
  }

  private static List<Path> entries(FileSystem content) throws IOException {
    try (Stream<Path> all = Files.walk(content.getPath("/"))) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private static Set<PosixFilePermission> permissions(Path entry) throws IOException {
    return Files.getPosixFilePermissions(entry);
  }
}
