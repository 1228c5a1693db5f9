package dev.weir.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark once, small, over the launcher and the jar of this build: no timing is judged. */
@EnabledOnOs(OS.LINUX)
final class PipelineBenchmarkIT {
  private static final Path ROOT = Path.of("..");

  @TempDir Path folder;

  @Test
  void aSmallRunChecksEveryTableAndFillsEveryField() throws IOException {
    assumeTrue(jarIsBuilt(), "the launcher has a jar from the phase package on");
    Path work = folder.resolve("work");
    Path results = folder.resolve("results");

    StringWriter said = new StringWriter();
    int code =
        PipelineBenchmark.commandLine()
            .setOut(new PrintWriter(said))
            .setErr(new PrintWriter(said))
            .execute(
                "--root=" + ROOT,
                "--work=" + work,
                "--results=" + results,
                "--events=20000",
                "--rounds=1");

    // It is 0 only if every table held exactly what it should.
    assertEquals(0, code, said::toString);
    assertEquals(List.of(), namesIn(work), "left behind");
    assertTrue(read(results, ".md").contains("| weir | "));
    Map<String, String> fields = fields(read(results, ".json"));
    assertEquals("20400", fields.get("/input_lines"));
    assertEquals("weir", fields.get("/contenders/2/name"));
    for (String contender : List.of("/contenders/0", "/contenders/1", "/contenders/2")) {
      for (String figure :
          List.of("seconds", "cpu_seconds", "peak_rss_bytes", "read_bytes", "files", "bytes_out")) {
        String value = fields.getOrDefault(contender + "/runs/0/" + figure, "0");
        assertTrue(Double.parseDouble(value) > 0, contender + " " + figure);
      }
      assertTrue(fields.containsKey(contender + "/speed_against/floor/median"));
    }
    for (String circumstance : List.of("date", "commit", "command", "machine", "jdk", "duckdb")) {
      assertFalse(fields.getOrDefault("/circumstances/" + circumstance, "").isEmpty());
    }
  }

  private static boolean jarIsBuilt() throws IOException {
    Path target = ROOT.resolve("cli/target");
    if (!Files.isDirectory(target)) {
      return false;
    }
    try (Stream<Path> files = Files.list(target)) {
      return files.anyMatch(file -> file.getFileName().toString().matches("weir-cli-.*\\.jar"));
    }
  }

  private static List<String> namesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static String read(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return Files.readString(
          files.filter(file -> file.toString().endsWith(suffix)).findFirst().orElseThrow());
    }
  }

  /** The scalar values by their JSON pointers. */
  private static Map<String, String> fields(String text) throws IOException {
    Map<String, String> fields = new TreeMap<>();
    try (JsonParser json = new JsonFactory().createParser(text)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token.isScalarValue()) {
          fields.put(json.getParsingContext().pathAsPointer().toString(), json.getText());
        }
      }
    }
    return fields;
  }
}
