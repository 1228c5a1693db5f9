package dev.weir.local;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where the programs lie that run in processes of their own. The build of this module lays most of
 * them out in {@code local/target/tools}; Node is the machine's own.
 *
 * @param folder the folder that the build has filled; what is fetched at the first use goes there
 */
public record LocalTools(Path folder) {
  private static final String PROPERTY = "weir.local.tools";

  public LocalTools {
    folder = folder.toAbsolutePath().normalize();
  }

  /**
   * The folder that the system property {@code weir.local.tools} names, else the one beside the
   * classes or the jar of this module, as the build leaves it.
   */
  public static LocalTools installed() {
    String named = System.getProperty(PROPERTY);
    return new LocalTools(named != null ? Path.of(named) : besideClasses());
  }

  private static Path besideClasses() {
    try {
      return Path.of(LocalTools.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .resolveSibling("tools");
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the place of this module's classes is not a file", e);
    }
  }

  /** The server of S3. */
  Path s3proxy() {
    return existing(folder.resolve("s3proxy.jar"));
  }

  /** The class path of Lambda's runtime client. */
  public String lambdaRuntime() throws IOException {
    try (Stream<Path> jars = Files.list(existing(folder.resolve("lambda-runtime")))) {
      return String.join(
          File.pathSeparator,
          jars.map(Path::toString).filter(name -> name.endsWith(".jar")).sorted().toList());
    }
  }

  /** The library of Lambda's runtime client, which all sandboxes can share. */
  Path lambdaRuntimeLibrary() {
    String machine = isArm() ? "aarch_64" : "x86_64";
    return existing(
        folder.resolve("lambda-runtime/jni/libaws-lambda-jni.linux-" + machine + ".so"));
  }

  /** The server of Redis: the machine's own, else the one that the build has brought. */
  Path redis() throws IOException {
    Optional<Path> own = program("redis-server").or(() -> program("valkey-server"));
    return own.isPresent() ? own.get() : brought();
  }

  private Path brought() throws IOException {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String platform =
        (system.contains("mac") ? "darwin-" : "linux-") + (isArm() ? "arm64" : "amd64");
    Path binaries = existing(folder.resolve("redis"));
    try (Stream<Path> found = Files.list(binaries)) {
      Path binary =
          found
              .filter(file -> file.getFileName().toString().endsWith("-" + platform))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IOException(
                          "no server of Redis for %s is in %s: install redis-server"
                              .formatted(platform, binaries)));
      if (!Files.isExecutable(binary) && !binary.toFile().setExecutable(true)) {
        throw new IOException(binary + " cannot be made executable: install redis-server");
      }
      return binary;
    }
  }

  private static boolean isArm() {
    String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return List.of("aarch64", "arm64").contains(machine);
  }

  /** A program on the {@code PATH}. */
  static Optional<Path> program(String name) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Arrays.stream(path.split(Pattern.quote(File.pathSeparator)))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, name))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  private static Path existing(Path path) {
    if (!Files.exists(path)) {
      throw new IllegalStateException(
          path + " does not exist: run ./mvnw -pl local -DskipTests package");
    }
    return path;
  }
}
