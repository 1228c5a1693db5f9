package dev.weir.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The measurement of the start, once; no timing is judged. Without the fat jar, which takes longer
 * to write than the rest to run.
 */
@EnabledOnOs(OS.LINUX)
final class StartBenchmarkIT {
  @TempDir Path results;

  @Test
  void zipStartsWithAndWithoutArchiveOnEitherKindOfStore() throws Exception {
    assumeTrue(
        Files.exists(Path.of("../lambda/target/weir-lambda-x86_64.zip")),
        "the zip is there from the phase package on");
    int code =
        StartBenchmark.commandLine()
            .execute(
                "--rounds",
                "1",
                "--warm-up",
                "0",
                "--only",
                "zip,archive",
                "--root",
                "..",
                "--results",
                results.toString());
    assertEquals(0, code);
    List<Path> written;
    try (Stream<Path> files = Files.list(results)) {
      written = files.toList();
    }
    assertEquals(1, written.size(), written.toString());
    String page = Files.readString(written.get(0));
    for (String stores : List.of("folders", "S3 and Redis")) {
      for (String layout : List.of("zip", "zip with archive")) {
        assertTrue(page.contains(", %s, %s | ".formatted(stores, layout)), page);
      }
    }
  }
}
