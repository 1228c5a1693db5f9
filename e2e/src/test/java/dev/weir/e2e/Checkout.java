package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The working copy that the tests run in: its root, its examples and the jar built from it. */
final class Checkout {
  /** Tests run in the folder of their module. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** Real events, 18,000 of them. */
  static final Path EXAMPLE = ROOT.resolve("examples/git-events.ndjson.gz");

  private static final String JAR = "cli/target/weir-cli-0.1.0.jar";

  private Checkout() {}

  /** The jar of the command, with the class path that its manifest names beside it. */
  static Path jar() {
    Path jar = ROOT.resolve(JAR);
    if (!Files.isRegularFile(jar) || !Files.isDirectory(jar.resolveSibling("lib"))) {
      fail(
          ("there is no %s with a folder lib beside it: these tests run the command that the build"
                  + " has packaged; run ./mvnw verify, or ./mvnw -pl cli -am package -DskipTests"
                  + " before this module alone")
              .formatted(JAR));
    }
    return jar;
  }

  /** The text of a file of the working copy. */
  static String text(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }
}
