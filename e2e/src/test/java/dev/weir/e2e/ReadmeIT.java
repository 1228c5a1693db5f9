package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The two commands that README.md gives a new user do what it says. */
final class ReadmeIT {
  private static final String RUN = "./weir run --input examples/git-events.ndjson.gz --lake lake";
  private static final String VERIFY = "./mvnw verify";
  private static final Pattern SHELL_BLOCK =
      Pattern.compile("(?ms)^```(?:sh|bash|shell)\\n(.*?)^```$");

  @TempDir Path folder;

  @Test
  void readmePrintsBothCommandsAndTheRunComesFirst() throws Exception {
    List<String> commands = commands();

    assertTrue(commands.contains(RUN), () -> "README.md has no command " + RUN + ": " + commands);
    assertTrue(commands.contains(VERIFY), () -> "README.md has no command " + VERIFY);
    assertTrue(commands.indexOf(RUN) < commands.indexOf(VERIFY));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void theRunDoesItsJobInAClone() throws Exception {
    String command = commands().stream().filter(RUN::equals).findFirst().orElseThrow();
    Path clone = layOutClone();
    Path output = Files.createDirectory(folder.resolve("output"));

    try (WeirProcess run =
        WeirProcess.start(List.of("sh", "-c", command), clone, output, Map.of())) {
      Result result = run.await().expect(0);
      assertEquals("", result.err(), "there is a jar already, so that nothing is built");
      assertTrue(result.out().startsWith("18,000 records in "), result.out());
      assertTrue(result.out().contains("landed                  18,000"), result.out());
    }
    try (LakeTables tables = new LakeTables(clone.resolve("lake"))) {
      assertEquals(18_000, tables.number("SELECT count(DISTINCT event_uuid) FROM events"));
    }
  }

  @Test
  void continuousIntegrationCallsTheSameCommand() throws Exception {
    List<String> calls =
        Checkout.text(".ci/run").lines().filter(line -> line.contains("mvnw")).toList();

    assertEquals(1, calls.size(), calls.toString());
    assertTrue(
        calls
            .get(0)
            .matches(
                "(exec )?\\./mvnw( --batch-mode| --no-transfer-progress| -Dweir.require=all)* verify"),
        calls.get(0));
    assertTrue(calls.get(0).contains("-Dweir.require=all"), "no test is skipped without notice");
  }

  /** The commands of all blocks of shell, in the order of the page. */
  private static List<String> commands() throws IOException {
    List<String> commands = new ArrayList<>();
    Matcher block = SHELL_BLOCK.matcher(Checkout.text("README.md"));
    while (block.find()) {
      block
          .group(1)
          .lines()
          .map(line -> line.replaceFirst("\\s+#.*$", "").strip())
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .forEach(commands::add);
    }
    return commands;
  }

  /** What a clone has after its first build: the real script and the jar, in their places. */
  private Path layOutClone() throws IOException {
    Path clone = Files.createDirectory(folder.resolve("a clone"));
    for (String file : List.of("weir", "mvnw", "pom.xml", "examples/git-events.ndjson.gz")) {
      Path copy = clone.resolve(file);
      Files.createDirectories(copy.getParent());
      Files.copy(Checkout.ROOT.resolve(file), copy);
      copy.toFile().setExecutable(Files.isExecutable(Checkout.ROOT.resolve(file)));
    }
    Path target = Files.createDirectories(clone.resolve("cli/target"));
    Path jar = Checkout.jar();
    Files.createSymbolicLink(target.resolve("lib"), jar.resolveSibling("lib"));
    Files.copy(jar, target.resolve(jar.getFileName()));
    return clone;
  }
}
