package dev.weir.settings;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Keeps {@code config/} and {@code docs/reference/settings.md} true to the table of keys.
 *
 * <p>After a change of the table, write the documents anew and commit them:
 *
 * <pre>./mvnw -pl core test -Dtest=SettingsDocsTest -Dweir.docs.write=true</pre>
 */
class SettingsDocsTest {
  private static final String HOW_TO_WRITE =
      "is not what the table of keys says; write it anew with"
          + " ./mvnw -pl core test -Dtest=SettingsDocsTest -Dweir.docs.write=true";
  private static final int LINE = 100;

  /** One line on each section, in no table of the code because no code needs it. */
  private static final Map<String, String> SECTIONS =
      Map.ofEntries(
          entry("input", "Where records come from."),
          entry("lake", "The table of Parquet files."),
          entry("claims", "The memory of which events have landed."),
          entry("redis", "How claims in Redis or Valkey are reached."),
          entry(
              "s3",
              "How a lake in S3 is reached; credentials come from the chain that AWS tools use."),
          entry("fields", "Which top-level members of a document hold an event's fields."),
          entry("time", "How an event's time is read, and which times are accepted."),
          entry("limits", "Bounds on what is read; what is beyond one is a dead letter."),
          entry("transform", "What is made of the events."),
          entry("quality", "What is expected of the data, and what is measured of it."),
          entry("run", "How the work is cut and done."),
          entry("query", "What weir query keeps of lakes in S3."),
          entry("lambda", "What only the Lambda function needs to know."));

  @Test
  void minimalFileIsEnough() {
    Settings settings = reader().read(repository().resolve("config/minimal.yaml"), Map.of());
    assertEquals("lake", settings.lake().path());
    assertEquals(List.of("examples/git-events.ndjson.gz"), settings.input().paths());
  }

  @Test
  void referenceFileHoldsEveryKeyWithItsDefault() throws IOException {
    assertIsWritten("config/reference.yaml", referenceYaml());
    Path file = repository().resolve("config/reference.yaml");
    assertEquals(
        reader().read(null, Map.of("lake.path", List.of("lake"))), reader().read(file, Map.of()));
    // A key that is null is not among the values read, so the names are looked for in the text.
    List<String> lines = Files.readAllLines(file);
    for (Key<?> key : Keys.all()) {
      assertTrue(
          lines.stream().anyMatch(line -> line.startsWith("  " + key.nameInSection() + ":")),
          key.name());
    }
  }

  @Test
  void referencePageListsEveryKey() throws IOException {
    assertIsWritten("docs/reference/settings.md", referencePage());
  }

  @Test
  void everySectionIsIntroduced() {
    assertEquals(
        Keys.all().stream().map(Key::section).collect(Collectors.toSet()), SECTIONS.keySet());
  }

  private static SettingsReader reader() {
    return new SettingsReader(Map.of(), 2);
  }

  private static String referenceYaml() {
    StringBuilder yaml = new StringBuilder();
    yaml.append(
        """
        # Every key with its default. Written from the table of keys: see docs/reference/settings.md.
        # Flags win over environment variables, and they over this file. Paths are relative to the
        # directory that the command runs in. A value of null leaves a key without a default unset.
        """);
    for (String section : sections()) {
      yaml.append("\n# ").append(introduction(section)).append('\n').append(section).append(":\n");
      for (Key<?> key : keysOf(section)) {
        yaml.append(wrapped("  # ", key.help())).append(wrapped("  # ", facts(key)));
        yaml.append("  %s: %s\n".formatted(key.nameInSection(), yamlValue(key)));
      }
    }
    return yaml.toString();
  }

  private static String facts(Key<?> key) {
    return "Unit: %s. %sDefault: %s."
        .formatted(
            key.unit(),
            key.range().isEmpty() ? "" : "Range: " + key.range() + ". ",
            key.defaultText());
  }

  private static String yamlValue(Key<?> key) {
    if (key.isRequired()) {
      return "lake";
    }
    return key.defaults().isPresent() ? key.defaultText() : "null";
  }

  private static String wrapped(String prefix, String text) {
    StringBuilder lines = new StringBuilder();
    StringBuilder line = new StringBuilder(prefix);
    for (String word : text.split(" ", -1)) {
      if (line.length() + word.length() > LINE) {
        lines.append(line.toString().stripTrailing()).append('\n');
        line = new StringBuilder(prefix);
      }
      line.append(word).append(' ');
    }
    return lines.append(line.toString().stripTrailing()).append('\n').toString();
  }

  private static String referencePage() {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Settings

        <!-- Written from the table of keys by SettingsDocsTest, which fails when this page is not
             what the table says, and names the command that writes it anew. -->

        A setting is given in a YAML file (`--config FILE`), by an environment variable or by a flag.
        A flag wins over the variable, and the variable over the file. [minimal.yaml](../../config/minimal.yaml)
        is the least a run needs; [reference.yaml](../../config/reference.yaml) holds every key with its default.

        - **Anything unknown or not allowed stops the start** with one line that names the key, where it was
          set, the value and what is allowed, and exit code 2. That goes for a value in the file too when a
          flag takes its place.
        - **Sizes** are bytes, or a number with a unit: `64KiB`, `96MiB`, `1GiB`, `10MB` (KiB is 1,024 bytes, kB is 1,000).
        - **Durations** are a number with a unit, `7d`, `12h`, `30m`, `60s`, `500ms`, or ISO-8601, `PT1H30M`.
        - **Moments** are ISO-8601 in UTC: `2026-11-22T00:00:00Z`.
        - **Lists** are YAML lists, or a single value; in a variable their entries stand between commas,
          and an empty variable is an empty list.
          A list that is given replaces the one beneath it as a whole.
        - **Paths** are relative to the directory that the command runs in.
        - `null` in the file leaves a key without a default unset. YAML is version 1.2: `yes` and `no` are words.
        - No other variable may begin with `WEIR_` but %s, which are the launcher's.
        """
            .formatted(
                SettingsReader.LAUNCHER_VARIABLES.stream()
                    .sorted()
                    .map(SettingsDocsTest::code)
                    .collect(Collectors.joining(" and "))));
    for (String section : sections()) {
      page.append("\n## ").append(section).append("\n\n").append(introduction(section));
      page.append("\n\n| Key | Variable | Flag | Default | Unit | Range | For |\n");
      page.append("|---|---|---|---|---|---|---|\n");
      for (Key<?> key : keysOf(section)) {
        page.append(row(key));
      }
    }
    return page.toString();
  }

  private static String row(Key<?> key) {
    return "| %s | %s | %s | %s | %s | %s | %s |\n"
        .formatted(
            code(key.name()),
            code(key.environmentVariable()),
            key.flag().map(SettingsDocsTest::code).orElse(""),
            key.defaults().isPresent()
                ? code(key.defaultText())
                : key.defaultText()
                    .replace("<lake.path>/_weir/claims", "`<lake.path>/_weir/claims`"),
            key.unit(),
            key.range(),
            key.help().replace("__other__", "\\_\\_other\\_\\_")
                + (key.isSecret() ? " Secret: never shown." : ""));
  }

  private static String code(String text) {
    return "`" + text + "`";
  }

  private static List<String> sections() {
    return Keys.all().stream().map(Key::section).distinct().toList();
  }

  private static String introduction(String section) {
    return SECTIONS.getOrDefault(section, "");
  }

  private static List<Key<?>> keysOf(String section) {
    return Keys.all().stream()
        .<Key<?>>map(key -> key)
        .filter(key -> key.section().equals(section))
        .toList();
  }

  private static void assertIsWritten(String path, String expected) throws IOException {
    Path file = repository().resolve(path);
    if (Boolean.getBoolean("weir.docs.write")) {
      Files.createDirectories(file.resolveSibling("."));
      Files.writeString(file, expected);
    }
    assertEquals(
        expected, Files.exists(file) ? Files.readString(file) : "", path + " " + HOW_TO_WRITE);
  }

  private static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("mvnw"))) {
      Path parent = folder.getParent();
      if (parent == null) {
        throw new IllegalStateException("no mvnw in or above " + Path.of("").toAbsolutePath());
      }
      folder = parent;
    }
    return folder;
  }
}
