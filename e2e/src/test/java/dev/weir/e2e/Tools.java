package dev.weir.e2e;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Programs that a machine with a JDK alone lacks, and the one rule for the tests that need them:
 * where one is missing, its tests are skipped and the build's output has one line that says so.
 * With {@code -Dweir.require=all} the skip is a failure, so that continuous integration cannot lose
 * tests without notice.
 */
final class Tools {
  private static final String REQUIRE = "weir.require";

  private static final Set<String> said = ConcurrentHashMap.newKeySet();

  private Tools() {}

  /** A program on the {@code PATH}; without it the running test is skipped, or fails. */
  static Path require(String program) {
    return find(program).orElseThrow(() -> missing(program + " is not installed"));
  }

  /** A program on the {@code PATH}. */
  static Optional<Path> find(String program) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Arrays.stream(path.split(Pattern.quote(File.pathSeparator)))
        .filter(folder -> !folder.isEmpty())
        .flatMap(folder -> Stream.of(program, program + ".exe").map(Path.of(folder)::resolve))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  /**
   * Ends the running test, because something that it needs is not there.
   *
   * @param what what is missing, as in "terraform is not installed"
   * @return never; it is an exception so that callers can throw it where one is asked for
   */
  static RuntimeException missing(String what) {
    String require = System.getProperty(REQUIRE, "");
    if (require.equals("all")) {
      return Assertions.<RuntimeException>fail(what + ", and -Dweir.require=all asks for it");
    }
    if (said.add(what)) {
      System.out.println("skipped: " + what);
    }
    return Assumptions.abort(what);
  }
}
