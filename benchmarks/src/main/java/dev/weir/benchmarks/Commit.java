package dev.weir.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What was measured, as git names it. */
final class Commit {
  private Commit() {}

  /**
   * The commit of a clone, with {@code -changed} behind it if there is more; "unknown" without git.
   */
  static String of(Path clone) throws IOException, InterruptedException {
    String commit = output(clone, "git", "rev-parse", "--short=10", "HEAD");
    if (commit.isEmpty()) {
      return "unknown";
    }
    return output(clone, "git", "status", "--porcelain", "--untracked-files=no").isEmpty()
        ? commit
        : commit + "-changed";
  }

  private static String output(Path clone, String... command)
      throws IOException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(clone.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      return ""; // There is no git.
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? output.strip() : "";
  }
}
