package dev.weir.cli.input;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Predicate;

/**
 * Finds files below a folder. Links are followed, but not back up. Pipes, sockets and devices are
 * passed over: opening one that was not asked for may wait for ever. What cannot be looked at is
 * found all the same, so that the reader reports it.
 */
final class FileTree extends SimpleFileVisitor<Path> {
  private final Path root;
  private final Predicate<Path> wanted;
  private final boolean hidden;
  private final List<Path> found = new ArrayList<>();

  private FileTree(Path root, Predicate<Path> wanted, boolean hidden) {
    this.root = root;
    this.wanted = wanted;
    this.hidden = hidden;
  }

  /** Every file below a folder that is not hidden, sorted by path. */
  static List<Path> under(Path folder) throws IOException {
    return new FileTree(folder, path -> !Files.isDirectory(path), false).walk(Integer.MAX_VALUE);
  }

  /**
   * The files that are wanted and those in folders that are wanted, sorted by path.
   *
   * @param wanted tells by the path, which begins with the root
   * @param depth how many levels below the root to look at
   * @param hidden whether to look at hidden files too
   */
  static List<Path> matching(Path root, Predicate<Path> wanted, int depth, boolean hidden)
      throws IOException {
    return Files.isDirectory(root) ? new FileTree(root, wanted, hidden).walk(depth) : List.of();
  }

  private List<Path> walk(int depth) throws IOException {
    Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), depth, this);
    // By path and not level by level: the order is the same wherever the walk begins.
    found.sort(Comparator.comparing(Path::toString));
    return found;
  }

  @Override
  public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
      throws IOException {
    if (folder.equals(root)) {
      return FileVisitResult.CONTINUE;
    }
    if (isPassedOver(folder)) {
      return FileVisitResult.SKIP_SUBTREE;
    }
    if (wanted.test(folder)) {
      found.addAll(under(folder));
      return FileVisitResult.SKIP_SUBTREE;
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (isPassedOver(file) || !wanted.test(file)) {
      return FileVisitResult.CONTINUE;
    }
    if (attributes.isDirectory()) {
      found.addAll(under(file));
    } else if (attributes.isRegularFile() || attributes.isSymbolicLink()) {
      found.add(file);
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path file, IOException failure) {
    // A folder that cannot be opened may hold what was asked for.
    boolean loop = failure instanceof FileSystemLoopException;
    if (!loop && !isPassedOver(file) && (wanted.test(file) || Files.isDirectory(file))) {
      found.add(file);
    }
    return FileVisitResult.CONTINUE;
  }

  private boolean isPassedOver(Path path) {
    return !hidden && path.getFileName().toString().startsWith(".");
  }
}
