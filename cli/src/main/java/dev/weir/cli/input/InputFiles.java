package dev.weir.cli.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.PatternSyntaxException;

/**
 * What a run reads, in order: the {@code --input} values, with folders and globs expanded.
 *
 * <p>A value that exists is what it names, whatever characters it holds; else it is a glob if it
 * looks like one. Folders are read with everything below them, sorted by path, without hidden files
 * and links that lead back up; a folder that a glob matches is read like one that is named. A file
 * that is reached twice is read once, at its first place. Immutable.
 */
public final class InputFiles {
  private final List<InputFile> files;
  private final long totalBytes;

  private InputFiles(List<InputFile> files) {
    this.files = List.copyOf(files);
    boolean stream = files.stream().anyMatch(InputFile::isStream);
    this.totalBytes =
        stream
            ? InputFile.UNKNOWN_SIZE
            : files.stream().mapToLong(InputFile::sizeBytes).reduce(0, Math::addExact);
  }

  /**
   * Resolves the values of {@code --input}.
   *
   * @throws UnusableInputException if a value names nothing that can be read
   */
  public static InputFiles resolve(List<String> values) throws UnusableInputException {
    Map<String, InputFile> files = new LinkedHashMap<>();
    for (String value : values) {
      for (InputFile file : resolve(value)) {
        files.putIfAbsent(file.shard(), file);
      }
    }
    return new InputFiles(new ArrayList<>(files.values()));
  }

  /** How many inputs there are. */
  public int count() {
    return files.size();
  }

  /** The size of all inputs as stored, in bytes; -1 if there is a stream among them. */
  public long totalBytes() {
    return totalBytes;
  }

  /** The inputs that do not lie in one of these folders, in the same order. */
  public InputFiles outside(List<Path> folders) {
    List<Path> roots = folders.stream().map(InputFiles::real).toList();
    return new InputFiles(
        files.stream()
            .filter(
                file ->
                    file.path() == null
                        || roots.stream().noneMatch(Path.of(file.shard())::startsWith))
            .toList());
  }

  /** The files among the inputs. */
  public List<Path> paths() {
    return files.stream().map(InputFile::path).filter(Objects::nonNull).toList();
  }

  private static Path real(Path folder) {
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      return folder.toAbsolutePath().normalize(); // not there yet
    }
  }

  List<InputFile> files() {
    return files;
  }

  private static List<InputFile> resolve(String value) throws UnusableInputException {
    if (value.equals("-")) {
      return List.of(InputFile.STANDARD_INPUT);
    }
    if (value.isBlank()) {
      throw new UnusableInputException(value, "is empty");
    }
    try {
      Path path = Path.of(value);
      if (Files.exists(path)) {
        return named(value, path);
      }
      if (!Glob.looksLikeOne(value)) {
        throw new UnusableInputException(value, "does not exist");
      }
      return found(value, Glob.parse(value).expand(), "matches no file");
    } catch (InvalidPathException | PatternSyntaxException e) {
      throw new UnusableInputException(value, "is not a path or a glob");
    } catch (IOException e) {
      throw new UnusableInputException(value, "cannot be read: " + Failures.describe(e));
    }
  }

  private static List<InputFile> named(String value, Path path)
      throws IOException, UnusableInputException {
    if (!Files.isReadable(path)) {
      throw new UnusableInputException(value, "cannot be read: permission denied");
    }
    return Files.isDirectory(path)
        ? found(value, FileTree.under(path), "is a folder without files")
        : List.of(inputFile(path));
  }

  private static List<InputFile> found(String value, List<Path> paths, String ifNone)
      throws UnusableInputException {
    if (paths.isEmpty()) {
      throw new UnusableInputException(value, ifNone);
    }
    List<InputFile> files = new ArrayList<>(paths.size());
    for (Path path : paths) {
      files.add(inputFile(path));
    }
    return files;
  }

  private static InputFile inputFile(Path path) {
    String shard;
    try {
      shard = path.toRealPath().toString();
    } catch (IOException e) {
      // A link to nowhere or a pipe without a name. If it cannot be read, the reader says so.
      shard = path.toAbsolutePath().normalize().toString();
    }
    try {
      boolean stream = Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
      long size = Files.exists(path) ? Files.size(path) : 0;
      return new InputFile(path, shard, stream ? InputFile.UNKNOWN_SIZE : size);
    } catch (IOException e) {
      return new InputFile(path, shard, 0);
    }
  }
}
