package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Terraform module is what terraform itself takes for good, its tests pass with a mocked
 * provider, and it agrees with the references of settings and lake.
 *
 * <p>The provider comes from a mirror on this machine where there is one, which terraform links to
 * instead of copying 600 MB, else from terraform's registry. Nothing is written to the working
 * copy.
 */
final class TerraformIT {
  private static final Path MODULE = Checkout.ROOT.resolve("deploy/terraform");
  private static final String REGISTRY = "registry.terraform.io";
  private static final String PROVIDER = REGISTRY + "/hashicorp/aws";

  /** What terraform says when neither a mirror nor the network gives the provider. */
  private static final String NO_PROVIDER = "Failed to query available provider packages";

  @TempDir Path folder;

  /** The links to the mirror, so that nobody who empties the folder follows them. */
  @AfterEach
  void removeLinks() throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path link : paths.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
  }

  @Test
  void filesAreFormatted() throws Exception {
    Result result = terraform(MODULE, "fmt", "-check", "-diff", "-recursive").await();

    assertEquals(0, result.code(), "run terraform fmt -recursive:\n" + result.out() + result.err());
  }

  @Test
  void examplesAreValidAndTheTestsPass() throws Exception {
    Tools.require("terraform");
    Path copy = copy();
    init(copy);

    // At the same time, since each of the two keeps one processor busy for some 20 seconds.
    try (WeirProcess tests = terraform(copy, "test", "-no-color")) {
      for (String example : List.of("minimal", "production")) {
        Path root = copy.resolve("examples").resolve(example);
        init(root);
        terraform(root, "validate", "-no-color").await().expect(0);
      }
      String said = tests.await().expect(0).out();
      Matcher passed = Pattern.compile("Success! (\\d+) passed, 0 failed").matcher(said);
      assertTrue(passed.find() && Integer.parseInt(passed.group(1)) >= 5, said);
      assertFalse(said.contains(" skip"), said);
    }
  }

  @Test
  void environmentOfTheFunctionIsMadeOfSettings() throws Exception {
    Set<String> known = matches("docs/reference/settings.md", "`(WEIR_[A-Z0-9_]+)`");
    Set<String> given = matches("deploy/terraform/function.tf", "\\b(WEIR_[A-Z0-9_]+) *=");
    given.remove("WEIR_REDIS_PASSWORD_FROM"); // the function's own: where the password is

    assertTrue(given.size() >= 9, given.toString());
    assertTrue(known.containsAll(given), () -> given + " are not all among " + known);
  }

  @Test
  void tablesHaveTheColumnsOfTheLake() throws Exception {
    String lake = Checkout.text("docs/reference/lake.md");
    String catalog = Checkout.text("deploy/terraform/catalog.tf");

    for (String table : List.of("events", "dead_letters")) {
      String section = between(lake, "## " + table + "\n", "\n## ");
      List<String> documented = all(section, "(?m)^\\| `(\\w+)` \\| (?!folder)");
      List<String> partitions = all(section, "(?m)^\\| `(\\w+)` \\| folder");
      String name = table.equals("events") ? "event_columns" : "dead_letter_columns";
      String columns =
          between(catalog, "  " + name + " = ", "\n  " + (table.equals("events") ? ")" : "]"));

      assertEquals(documented, all(columns, "\\{ name = \"(\\w+)\""), "columns of " + table);
      assertEquals(
          table.equals("events") ? List.of("date", "event_type") : List.of("date"), partitions);
    }
  }

  // ---- Terraform

  private void init(Path root) throws Exception {
    Result result = terraform(root, "init", "-backend=false", "-input=false", "-no-color").await();
    if (result.code() != 0 && result.err().contains(NO_PROVIDER)) {
      throw Tools.missing("terraform's provider hashicorp/aws is in no mirror and out of reach");
    }
    result.expect(0);
  }

  /** Starts terraform in a folder. */
  private WeirProcess terraform(Path root, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Tools.require("terraform").toString());
    command.addAll(List.of(arguments));
    Map<String, String> environment = new TreeMap<>();
    environment.put("TF_CLI_CONFIG_FILE", configuration().toString());
    environment.put("CHECKPOINT_DISABLE", "1");
    environment.put("TF_IN_AUTOMATION", "1");
    Path output = Files.createTempDirectory(folder, "output");
    return WeirProcess.start(command, root, output, environment);
  }

  /** A configuration of terraform's that names the mirror, if there is one. */
  private Path configuration() throws IOException {
    Path file = folder.resolve("terraform.rc");
    if (!Files.exists(file)) {
      String mirror = mirror().map(Path::toString).orElse("").replace("\\", "/");
      Files.writeString(
          file,
          mirror.isEmpty()
              ? ""
              : """
              provider_installation {
                filesystem_mirror {
                  path = "%s"
                }
              }
              """
                  .formatted(mirror));
    }
    return file;
  }

  /** A folder laid out as terraform wants a mirror to be, in one of the places for such things. */
  private static Optional<Path> mirror() throws IOException {
    String home = System.getProperty("user.home");
    for (String place : List.of(home + "/.terraform.d", "/usr/local/share", "/usr/share", "/opt")) {
      if (!Files.isDirectory(Path.of(place))) {
        continue;
      }
      try (Stream<Path> found =
          Files.find(Path.of(place), 3, (path, file) -> path.endsWith(REGISTRY))) {
        Optional<Path> mirror =
            found
                .map(Path::getParent)
                .filter(path -> Files.isDirectory(path.resolve(PROVIDER)))
                .findFirst();
        if (mirror.isPresent()) {
          return mirror;
        }
      } catch (UncheckedIOException e) {
        // Part of it is not ours to read: then the mirror is in another place, or in none.
      }
    }
    return Optional.empty();
  }

  /** The module as it is committed, where terraform may write beside it. */
  private Path copy() throws IOException {
    Path copy = folder.resolve("module");
    try (Stream<Path> paths = Files.walk(MODULE)) {
      for (Path path : paths.toList()) {
        Path relative = MODULE.relativize(path);
        if (Files.isRegularFile(path) && !relative.toString().contains(".terraform")) {
          Path target = copy.resolve(relative);
          Files.createDirectories(target.getParent());
          Files.copy(path, target);
        }
      }
    }
    return copy;
  }

  // ---- Texts

  private static Set<String> matches(String file, String pattern) throws IOException {
    return new TreeSet<>(all(Checkout.text(file), pattern));
  }

  private static List<String> all(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().map(match -> match.group(1)).toList();
  }

  private static String between(String text, String start, String end) {
    int from = text.indexOf(start);
    assertTrue(from >= 0, () -> "there is no " + start);
    int to = text.indexOf(end, from + start.length());
    return text.substring(from + start.length(), to < 0 ? text.length() : to);
  }
}
