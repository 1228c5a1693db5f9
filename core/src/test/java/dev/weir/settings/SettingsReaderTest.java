package dev.weir.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.decode.EventFields;
import dev.weir.decode.ParserLimits;
import dev.weir.decode.PayloadPath;
import dev.weir.lake.S3Options;
import dev.weir.quality.Expectation;
import dev.weir.quality.Field;
import dev.weir.quality.Requirement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsReaderTest {
  private static final int PROCESSORS = 3;
  private static final Map<String, List<String>> LAKE = Map.of("lake.path", List.of("lake"));

  /**
   * A value of every key that is not its default, and where it has to arrive.
   *
   * @param texts the value as given; a list's entries one by one
   */
  private record Sample(
      String key, List<String> texts, Object value, Function<Settings, @Nullable Object> reached) {}

  @TempDir Path folder = Path.of("replaced by JUnit");

  private List<Sample> samples() {
    return List.of(
        sample("input.paths", List.of("a.json", "b"), s -> s.input().paths()),
        sample("input.framing", "array", Settings.Input.Framing.ARRAY, s -> s.input().framing()),
        sample("lake.path", "other", "other", s -> s.lake().path()),
        sample("lake.max_event_types", "7", 7, s -> s.lake().maxEventTypes()),
        sample("lake.compression_level", "9", 9, s -> s.lake().compressionLevel()),
        sample("lake.parallel_puts", "3", 3, s -> s.lake().parallelPuts()),
        sample("claims.path", "there", "there", s -> s.claims().path()),
        sample("claims.window", "2d", Duration.ofDays(2), s -> s.claims().window()),
        sample("claims.lag_allowance", "5h", Duration.ofHours(5), s -> s.claims().lagAllowance()),
        sample(
            "claims.takeover_after", "5s", Duration.ofSeconds(5), s -> s.claims().takeoverAfter()),
        sample("redis.name", "orders", "orders", s -> s.redis().name()),
        sample("redis.user", "weir", "weir", s -> s.redis().user()),
        sample("redis.password", "pass", "pass", s -> s.redis().password()),
        sample(
            "redis.password_from",
            "arn:aws:ssm:eu-west-1:123456789012:parameter/weir/redis",
            "arn:aws:ssm:eu-west-1:123456789012:parameter/weir/redis",
            s -> s.redis().passwordFrom()),
        sample("redis.password_member", "token", "token", s -> s.redis().passwordMember()),
        sample(
            "redis.certificates", sqlFile().toString(), sqlFile(), s -> s.redis().certificates()),
        sample(
            "redis.expected_claims", "9000000000", 9_000_000_000L, s -> s.redis().expectedClaims()),
        sample("redis.connections", "3", 3, s -> s.redis().connections()),
        sample(
            "redis.connect_timeout", "3s", Duration.ofSeconds(3), s -> s.redis().connectTimeout()),
        sample("redis.answer_timeout", "4s", Duration.ofSeconds(4), s -> s.redis().answerTimeout()),
        sample("redis.retries", "1", 1, s -> s.redis().retries()),
        sample("redis.backoff", "5ms", Duration.ofMillis(5), s -> s.redis().backoff()),
        sample("redis.max_backoff", "6s", Duration.ofSeconds(6), s -> s.redis().maxBackoff()),
        sample("s3.region", "eu-west-1", "eu-west-1", s -> s.s3().endpoint().region()),
        sample(
            "s3.endpoint",
            "http://localhost:9000",
            URI.create("http://localhost:9000"),
            s -> s.s3().endpoint().uri()),
        sample("s3.path_style", "true", true, s -> s.s3().endpoint().pathStyle()),
        sample("s3.checksum", "md5", S3Options.Checksum.MD5, s -> s.s3().checksum()),
        sample(
            "s3.multipart_threshold", "6MiB", 6L << 20, s -> s.s3().multipart().thresholdBytes()),
        sample("s3.part_size", "7MiB", 7L << 20, s -> s.s3().multipart().partBytes()),
        sample("s3.parallel_parts", "2", 2, s -> s.s3().multipart().parallelParts()),
        sample("s3.connections", "9", 9, s -> s.s3().network().connections()),
        sample(
            "s3.connect_timeout",
            "2s",
            Duration.ofSeconds(2),
            s -> s.s3().network().connectTimeout()),
        sample("s3.idle_timeout", "3s", Duration.ofSeconds(3), s -> s.s3().network().idleTimeout()),
        sample("s3.try_timeout", "4s", Duration.ofSeconds(4), s -> s.s3().network().tryTimeout()),
        sample("s3.tries", "5", 5, s -> s.s3().network().tries()),
        sample("s3.backoff", "6ms", Duration.ofMillis(6), s -> s.s3().network().backoff()),
        sample("s3.max_backoff", "7s", Duration.ofSeconds(7), s -> s.s3().network().maxBackoff()),
        sample(
            "fields.preset",
            "github",
            EventFields.Preset.GITHUB.fields().payload(),
            s -> s.fields().payload()),
        sample("fields.id", List.of("uid", "key"), s -> s.fields().id()),
        sample("fields.id_scope", List.of("source"), s -> s.fields().idScope()),
        sample("fields.name", List.of("kind", "sort"), s -> s.fields().name()),
        sample("fields.time", List.of("at", "when"), s -> s.fields().time()),
        sample("fields.payload", List.of("body", "data"), s -> s.fields().payload()),
        sample("fields.id_format", "any", EventFields.IdFormat.ANY, s -> s.fields().idFormat()),
        sample("time.unit", "ms", EventFields.TimeUnit.MS, s -> s.fields().timeUnit()),
        sample(
            "time.min",
            "2020-01-01T00:00:00Z",
            Instant.parse("2020-01-01T00:00:00Z"),
            s -> s.fields().minTime()),
        sample(
            "time.max",
            "2040-01-01T00:00:00Z",
            Instant.parse("2040-01-01T00:00:00Z"),
            s -> s.fields().maxTime()),
        sample(
            "limits.max_document_bytes",
            "2KiB",
            2_048,
            s -> s.limits().document().maxDocumentBytes()),
        sample("limits.max_depth", "12", 12, s -> s.limits().document().maxDepth()),
        sample(
            "limits.max_string_bytes", "1KB", 1_000, s -> s.limits().document().maxStringBytes()),
        sample("limits.max_number_chars", "40", 40, s -> s.limits().document().maxNumberChars()),
        sample("limits.max_members", "50", 50, s -> s.limits().document().maxMembers()),
        sample("limits.max_name_chars", "60", 60, s -> s.limits().document().maxNameChars()),
        sample("limits.max_record_bytes", "1MiB", 1 << 20, s -> s.limits().maxRecordBytes()),
        sample(
            "limits.max_decompressed_bytes",
            "1GB",
            1_000_000_000L,
            s -> s.limits().maxDecompressedBytes()),
        sample("limits.max_compression_ratio", "70", 70, s -> s.limits().maxCompressionRatio()),
        sample(
            "limits.max_documents_per_record", "90", 90, s -> s.limits().maxDocumentsPerRecord()),
        sample("transform.sql", sqlFile().toString(), sqlFile(), s -> s.transform().sql()),
        sample("transform.sql_text", "FROM events", "FROM events", s -> s.transform().sqlText()),
        sample(
            "quality.expectations",
            "[{name: known, in: {field: payload.plan, values: [free, 1.0]}, on_violation: drop}]",
            List.of(
                new Expectation(
                    "known",
                    new Requirement.In(Field.parse("payload.plan"), List.of("free", "1.0")),
                    List.of(),
                    Expectation.OnViolation.DROP)),
            s -> s.quality().expectations()),
        sample(
            "quality.watch",
            List.of("user.id", "plan"),
            s -> s.quality().watch().stream().map(PayloadPath::toString).toList()),
        sample("quality.late_after", "2h", Duration.ofHours(2), s -> s.quality().lateAfter()),
        sample("quality.max_event_types", "7", 7, s -> s.quality().maxEventTypes()),
        sample("quality.drift", "true", true, s -> s.quality().drift()),
        sample("quality.drift_min_events", "9", 9, s -> s.quality().driftLimits().minEvents()),
        sample("quality.drift_max_types", "8", 8, s -> s.quality().driftLimits().maxTypes()),
        sample("quality.drift_max_fields", "6", 6, s -> s.quality().driftLimits().maxFields()),
        sample("run.batch_records", "80", 80, s -> s.run().batchRecords()),
        sample("run.batch_bytes", "32MiB", 32 << 20, s -> s.run().batchBytes()),
        sample("run.workers", "5", 5, s -> s.run().workers()),
        sample("run.memory", "1GiB", 1L << 30, s -> s.run().memoryBytes()),
        sample("run.attempts", "9", 9, s -> s.run().attempts()),
        sample(
            "run.acknowledge_timeout",
            "90s",
            Duration.ofSeconds(90),
            s -> s.run().acknowledgeTimeout()),
        sample("run.staging", "there", Path.of("there"), s -> s.run().staging()),
        sample("run.summary_json", "out/s.json", Path.of("out/s.json"), s -> s.run().summaryJson()),
        sample("run.quiet", "true", true, s -> s.run().quiet()),
        sample("query.cache", "there", Path.of("there"), s -> s.query().cache()),
        sample("query.cache_bytes", "1MiB", 1L << 20, s -> s.query().cacheBytes()),
        sample(
            "lambda.deadline_margin",
            "2s",
            Duration.ofSeconds(2),
            s -> s.lambda().deadlineMargin()));
  }

  @Test
  void samplesCoverEveryKey() {
    assertEquals(
        Keys.all().stream().map(Key::name).toList(), samples().stream().map(Sample::key).toList());
  }

  @Test
  void everyKeyIsSetByItsVariable() {
    for (Sample sample : samples()) {
      String variable = "WEIR_" + sample.key().replace('.', '_').toUpperCase(Locale.ROOT);
      Map<String, String> environment = new LinkedHashMap<>(Map.of("WEIR_LAKE_PATH", "lake"));
      environment.put(variable, String.join(", ", sample.texts()));
      Settings settings = new SettingsReader(environment, PROCESSORS).read(null, Map.of());
      assertEquals(sample.value(), sample.reached().apply(settings), sample.key());
    }
  }

  @Test
  void everyKeyIsSetByTheCommandLine() {
    for (Sample sample : samples()) {
      Map<String, List<String>> flags = new LinkedHashMap<>(LAKE);
      flags.put(sample.key(), sample.texts());
      Settings settings = new SettingsReader(Map.of(), PROCESSORS).read(null, flags);
      assertEquals(sample.value(), sample.reached().apply(settings), sample.key());
    }
  }

  @Test
  void everyKeyIsSetByTheFile() {
    for (Sample sample : samples()) {
      String section = sample.key().substring(0, sample.key().indexOf('.'));
      String name = sample.key().substring(sample.key().indexOf('.') + 1);
      String value = sample.texts().size() == 1 ? sample.texts().get(0) : sample.texts().toString();
      Path file = yaml("%s:\n  %s: %s\n".formatted(section, name, value));
      Map<String, List<String>> flags =
          section.equals("lake") && name.equals("path") ? Map.of() : LAKE;
      Settings settings = new SettingsReader(Map.of(), PROCESSORS).read(file, flags);
      assertEquals(sample.value(), sample.reached().apply(settings), sample.key());
    }
  }

  @Test
  void defaultsAreTheDocumentedOnes() {
    Settings settings = read("lake.path", "lake");
    assertEquals(new Settings.Input(List.of(), Settings.Input.Framing.AUTO), settings.input());
    assertEquals(new Settings.Lake("lake", 256, 1, 16), settings.lake());
    assertEquals(
        new Settings.Claims(
            "lake/_weir/claims", Duration.ofDays(7), Duration.ofDays(1), Duration.ofMinutes(1)),
        settings.claims());
    assertEquals(EventFields.Preset.DEFAULT.fields(), settings.fields());
    assertEquals(
        new Settings.Limits(ParserLimits.DEFAULT, 16 << 20, 1L << 40, 200, 100_000),
        settings.limits());
    assertNull(settings.transform().sql());
    assertEquals(
        new Settings.Run(
            250_000,
            96 << 20,
            PROCESSORS,
            512L << 20,
            3,
            Duration.ofSeconds(60),
            null,
            null,
            false),
        settings.run());
  }

  @Test
  void sqlIsAFileOrTextAndAPasswordIsGivenOnce() {
    String arn = "arn:aws:ssm:eu-west-1:123456789012:parameter/weir/redis";
    SettingsException both =
        assertThrows(
            SettingsException.class,
            () -> read("lake.path", "lake", "redis.password", "x", "redis.password_from", arn));
    assertTrue(both.getMessage().startsWith("redis.password and redis.password_from are both set"));
    String file = sqlFile().toString();
    both =
        assertThrows(
            SettingsException.class,
            () ->
                read(
                    "lake.path", "lake", "transform.sql", file, "transform.sql_text", "SELECT\n1"));
    assertTrue(both.getMessage().startsWith("transform.sql and transform.sql_text are both set"));
  }

  @Test
  void expectationsAreReadInEveryForm() {
    String text =
        """
        quality:
          expectations:
            - name: course
              payload_has: course.id
              event_types: [lesson, exam]
              on_violation: dead_letter
            - {name: named, not_null: event_subtype, event_types: lesson}
            - {name: length, range: {field: payload.seconds, min: 0, max: 1e4}}
            - {name: code, matches: {field: 'payload."a.b"', pattern: '[A-Z]\\d+'}, on_violation: fail}
            - name: sum
              sql: |
                (payload ->> '$.a')::INT  -- a comment
                  > 0
        """;
    assertEquals(
        List.of(
            new Expectation(
                "course",
                new Requirement.PayloadHas(PayloadPath.parse("course.id")),
                List.of("lesson", "exam"),
                Expectation.OnViolation.DEAD_LETTER),
            new Expectation(
                "named",
                new Requirement.NotNull(Field.parse("event_subtype")),
                List.of("lesson"),
                Expectation.OnViolation.WARN),
            new Expectation(
                "length",
                new Requirement.Range(Field.parse("payload.seconds"), 0.0, 10_000.0),
                List.of(),
                Expectation.OnViolation.WARN),
            new Expectation(
                "code",
                new Requirement.Matches(
                    new Field("payload", new PayloadPath(List.of("a.b"))), "[A-Z]\\d+"),
                List.of(),
                Expectation.OnViolation.FAIL),
            new Expectation(
                "sum",
                new Requirement.Sql("(payload ->> '$.a')::INT  -- a comment\n  > 0\n"),
                List.of(),
                Expectation.OnViolation.WARN)),
        new SettingsReader(Map.of(), PROCESSORS).read(yaml(text), LAKE).quality().expectations());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{name: a, sql: x}                        | it is no list",
        "[{sql: x}]                               | entry 1: name is missing",
        "[{name: a b, sql: x}]                    | 'a b': the name 'a b'; allowed are",
        "[{name: a}]                              | 'a': besides name, event_types and on_violation",
        "[{name: a, sql: x, in: y}]               | 'a': besides name, event_types and on_violation",
        "[{name: a, squl: x}]                     | it has [squl]; allowed is exactly one of [in, ",
        "[{name: a, sql: x, on_violation: stop}]  | 'a': on_violation is 'stop'; allowed is warn,",
        "[{name: a, not_null: paylod.x}]          | 'a': 'paylod.x' is no field; allowed are",
        "[{name: a, payload_has: x..y}]           | 'a': 'x..y' is no path",
        "[{name: a, in: {field: payload.x}}]      | 'a': in has no values",
        "[{name: a, in: [x]}]                     | 'a': in is no mapping",
        "[{name: a, range: {field: payload.x}}]   | 'a': range has neither min nor max",
        "[{name: a, range: {field: payload.x, min: 2, max: 1}}] | 'a': range is from 2.0 to 1.0",
        "[{name: a, range: {field: payload.x, min: b}}] | 'a': range.min is b; allowed is a number",
        "[{name: a, matches: {field: payload.x, patern: b}}] | 'a': matches.pattern is missing",
        "[{name: a, matches: {field: payload.x, pattern: b, flags: i}}] | 'a': matches has [flags]",
        "[{name: a, sql: x}, {name: a, sql: y}]   | has two of the name 'a'",
        "[                                        | it is no valid YAML",
      })
  void expectationThatIsNoneIsRefusedByItsName(String text, String message) {
    SettingsException refused =
        assertThrows(
            SettingsException.class,
            () ->
                new SettingsReader(Map.of("WEIR_QUALITY_EXPECTATIONS", text), PROCESSORS)
                    .read(null, LAKE));
    String told = String.valueOf(refused.getMessage());
    assertTrue(told.startsWith("quality.expectations "), told);
    assertTrue(told.contains(message), told);
    assertTrue(told.contains("WEIR_QUALITY_EXPECTATIONS"), told);
  }

  @Test
  void expectationsAndWatchedPathsAreBounded() {
    String many =
        IntStream.range(0, 65)
            .mapToObj(i -> "{name: e" + i + ", sql: x}")
            .collect(Collectors.joining(",", "[", "]"));
    assertRefusedAs("quality.expectations", many, "up to 64");
    String paths = IntStream.range(0, 65).mapToObj(i -> "p" + i).collect(Collectors.joining(","));
    assertRefusedAs("quality.watch", paths, "up to 64 different paths");
    assertRefusedAs("quality.watch", "a,a", "up to 64 different paths");
    assertRefusedAs("quality.watch", "a..b", "is no path");
  }

  private static void assertRefusedAs(String key, String value, String message) {
    String variable = "WEIR_" + key.replace('.', '_').toUpperCase(Locale.ROOT);
    SettingsException refused =
        assertThrows(
            SettingsException.class,
            () -> new SettingsReader(Map.of(variable, value), PROCESSORS).read(null, LAKE));
    assertTrue(String.valueOf(refused.getMessage()).contains(message), refused.getMessage());
  }

  @Test
  void readingALakeInS3NeedsNoClaims() {
    Settings.Reading reading =
        new SettingsReader(Map.of("WEIR_LAKE_PATH", "s3://bucket/lake"), PROCESSORS)
            .readForReading(null, Map.of("s3.region", List.of("eu-west-1")));
    assertEquals("s3://bucket/lake", reading.lake().path());
    assertEquals("eu-west-1", reading.s3().endpoint().region());
    assertEquals(new Settings.Query(null, 10L << 30), reading.query());
    assertThrows(
        SettingsException.class,
        () ->
            new SettingsReader(Map.of("WEIR_RUN_WORKERS", "0"), PROCESSORS)
                .readForReading(null, LAKE));
  }

  @Test
  void workersByDefaultAreNeverMoreThanAllowed() {
    assertEquals(64, new SettingsReader(Map.of(), 128).read(null, LAKE).run().workers());
  }

  @Test
  void claimsAreInsideTheLakeHoweverItIsWritten() {
    assertEquals("a/b/_weir/claims", read("lake.path", "a/b/").claims().path());
  }

  @Test
  void flagsWinOverTheEnvironmentWhichWinsOverTheFile() {
    Path file = yaml("lake: {path: lake}\nrun: {workers: 2, attempts: 4, batch_records: 10}\n");
    Map<String, String> environment = Map.of("WEIR_RUN_WORKERS", "6", "WEIR_RUN_ATTEMPTS", "7");
    Settings settings =
        new SettingsReader(environment, PROCESSORS).read(file, Map.of("run.workers", List.of("8")));
    assertEquals(8, settings.run().workers());
    assertEquals(7, settings.run().attempts());
    assertEquals(10, settings.run().batchRecords());
  }

  @Test
  void listIsReplacedAsAWhole() {
    Path file = yaml("lake: {path: lake}\ninput:\n  paths:\n    - a\n    - b\n");
    assertEquals(
        List.of("c"),
        new SettingsReader(Map.of("WEIR_INPUT_PATHS", "c"), PROCESSORS)
            .read(file, Map.of())
            .input()
            .paths());
  }

  @Test
  void mappingReplacesThePresetPartByPart() {
    EventFields fields =
        read("lake.path", "lake", "fields.preset", "cloudevents", "fields.name", "subject")
            .fields();
    assertEquals(List.of("subject"), fields.name());
    assertEquals(EventFields.Preset.CLOUDEVENTS.fields().id(), fields.id());
    assertEquals(EventFields.IdFormat.ANY, fields.idFormat());
  }

  @Test
  void launchersVariablesAndOtherProgramsAreLeftAlone() {
    Map<String, String> environment =
        Map.of("WEIR_HEAP", "1g", "WEIR_JAVA_OPTS", "-Xss2m", "PATH", "/bin", "WEIRD", "yes");
    assertEquals(
        "lake", new SettingsReader(environment, PROCESSORS).read(null, LAKE).lake().path());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# nothing but a comment\n",
        "---\n",
        "null\n",
        "run:\n  # workers: 2\nlake:\n",
        "\uFEFFrun: {attempts: 3}\n",
        "claims: {path: null}\nrun:\n  workers: ~\nlake: {path: }\n"
      })
  void fileMayLeaveEverythingUnset(String text) {
    assertEquals(
        new SettingsReader(Map.of(), PROCESSORS).read(null, LAKE),
        new SettingsReader(Map.of(), PROCESSORS).read(yaml(text), LAKE));
  }

  @Test
  void valueIsReadByItsKeyNotByYaml() {
    Settings settings =
        new SettingsReader(Map.of(), PROCESSORS)
            .read(yaml("lake: {path: 007}\nfields: {id: true}\nrun: {workers: '2'}\n"), Map.of());
    assertEquals("007", settings.lake().path());
    assertEquals(List.of("true"), settings.fields().id());
    assertEquals(2, settings.run().workers());
  }

  @Test
  void unknownNamesInTheFileAreRefusedWithTheClosestKnownOne() {
    assertRefused(
        "lake:\n  path: x\nrun:\n  wrokers: hunter2\n",
        "'run.wrokers' is no key (FILE:4); did you mean run.workers?");
    assertRefused(
        "run:\n  batchRecords: 5\n",
        "'run.batchRecords' is no key (FILE:2); did you mean run.batch_records?");
    assertRefused(
        "run:\n  window: 5d\n", "'run.window' is no key (FILE:2); did you mean claims.window?");
    assertRefused(
        "time:\n  nothing_like_it: 5\n",
        "'time.nothing_like_it' is no key (FILE:2); the keys of time are unit, min, max");
    assertRefused("runs:\n  workers: 5\n", "'runs' is no section (FILE:1); did you mean run?");
    assertRefused(
        "batch_records: 5\n",
        "'batch_records' is no section (FILE:1); did you mean run.batch_records?");
    assertRefused(
        "something: 5\n",
        "'something' is no section (FILE:1); the sections are input, lake, claims, redis, s3, fields, time,"
            + " limits, transform, quality, run, query, lambda");
    assertRefused(
        "<<: {a: b}\n",
        "'<<' is no section (FILE:1); the sections are input, lake, claims, redis, s3, fields, time, limits,"
            + " transform, quality, run, query, lambda");
  }

  @Test
  void wrongShapesInTheFileAreRefused() {
    assertRefused("- run\n", "'FILE' is a list (FILE:1); allowed is a mapping of sections");
    assertRefused("run\n", "'FILE' is a single value (FILE:1); allowed is a mapping of sections");
    assertRefused(
        "time: hunter2\n",
        "time is a single value (FILE:1); allowed is a section with the keys unit, min, max");
    assertRefused(
        "run:\n  workers: [1, 2]\n",
        "run.workers is a list (FILE:2); allowed is a whole number from 1 to 64");
    assertRefused(
        "run:\n  workers:\n    max: 2\n",
        "run.workers is a mapping (FILE:3); allowed is a whole number from 1 to 64");
    assertRefused(
        "run:\n  attempts:\n",
        "run.attempts is empty (FILE:2); allowed is a whole number from 1 to 20");
    assertRefused(
        "lake:\n  path: ${HOME}\n",
        "lake.path is a ${placeholder}, which nothing fills in (FILE:2); allowed is a folder or s3://bucket/prefix");
    assertRefused(
        "lake:\n  path: !hunter2 x\n",
        "lake.path is a value with a YAML tag (FILE:2); allowed is a folder or s3://bucket/prefix");
    assertRefused(
        "input:\n  paths: [a, [b]]\n",
        "input.paths has an entry that is a list (FILE:2); allowed is a list of paths, any number,"
            + " none of them empty");
    assertRefused(
        "input:\n  paths:\n    - a\n    -\n",
        "input.paths has an entry that is empty (FILE:4); allowed is a list of paths, any number,"
            + " none of them empty");
    assertRefused("? [a]\n: b\n", "the name of a key is a list (FILE:1); allowed is a word");
  }

  @Test
  void wrongValuesInTheFileAreRefused() {
    assertRefused(
        "run:\n  workers: many\n",
        "run.workers is 'many' (FILE:2); allowed is a whole number from 1 to 64");
    assertRefused(
        "run:\n  workers: 1.5\n",
        "run.workers is '1.5' (FILE:2); allowed is a whole number from 1 to 64");
    assertRefused(
        "run:\n  memory: 1M\n",
        "run.memory is '1M' (FILE:2); allowed is a size from 64MiB to 1TiB");
    assertRefused(
        "claims:\n  window: 7\n",
        "claims.window is '7' (FILE:2); allowed is a duration from 1h to 400d");
    assertRefused(
        "time:\n  min: 2020-01-01\n",
        "time.min is '2020-01-01' (FILE:2); allowed is a moment from 0001-01-01T00:00:00Z to"
            + " 9999-12-31T00:00:00Z");
    assertRefused(
        "fields:\n  preset: kafka\n",
        "fields.preset is 'kafka' (FILE:2); allowed is default, cloudevents, segment or github");
    assertRefused(
        "fields:\n  id: []\n",
        "fields.id is [] (FILE:2); allowed is a list of member names, 1 or more, none of them"
            + " empty");
    assertRefused(
        "input:\n  paths: ['', b]\n",
        "input.paths is [, b] (FILE:2); allowed is a list of paths, any number, none of them"
            + " empty");
    assertRefused(
        "transform:\n  sql: not/there.sql\n",
        "transform.sql is 'not/there.sql' (FILE:2); allowed is a file that can be read");
    assertRefused(
        "lake:\n  path: ' '\n",
        "lake.path is ' ' (FILE:2); allowed is a folder or s3://bucket/prefix");
  }

  @Test
  void wrongValueIsRefusedAlsoWhereALaterOneTakesItsPlace() {
    Path file = yaml("run:\n  workers: many\n");
    SettingsException refused =
        assertThrows(
            SettingsException.class,
            () -> new SettingsReader(Map.of("WEIR_RUN_WORKERS", "2"), PROCESSORS).read(file, LAKE));
    assertEquals(
        "run.workers is 'many' (" + file + ":2); allowed is a whole number from 1 to 64",
        refused.getMessage());
  }

  @Test
  void keyOrSectionTwiceIsRefused() {
    assertRefused(
        "run:\n  workers: 1\n  attempts: 2\n  workers: 3\n",
        "'run.workers' is set twice (FILE:2 and FILE:4); allowed is once");
    assertRefused(
        "run: {workers: 1}\nlake:\nrun: {attempts: 1}\n",
        "'run' is set twice (FILE:1 and FILE:3); allowed is once");
  }

  @Test
  void brokenYamlIsRefusedWithItsLine() {
    assertRefused(
        "run:\n  workers: [1\nlake: x\n",
        "'FILE' is no valid YAML (FILE:3); expected ',' or ']', but got :");
    assertRefused(
        "run:\n\tworkers: 1\n",
        "'FILE' is no valid YAML (FILE:2); found character '\\t(TAB)' that cannot start any token. (Do"
            + " not use \\t(TAB) for indentation)");
    assertRefused(
        "run: {}\n---\nlake: {}\n", "'FILE' is no valid YAML (FILE:2); but found another document");
    assertRefused(
        "lake:\n  path: *hunter2\n",
        "'FILE' is no valid YAML (FILE:2); a value that starts with * or ! needs quotes");
    assertRefused(
        "lake:\n  path: !hun!ter2\n",
        "'FILE' is no valid YAML (FILE:2); a value that starts with * or ! needs quotes");
    assertRefused(
        "lake: {path: \u0001}\n",
        "'FILE' is no valid YAML; it holds a character that YAML does not allow, or is too large");
  }

  @Test
  void fileThatCannotBeReadIsRefused() throws IOException {
    Path missing = folder.resolve("missing.yaml");
    assertEquals(
        "the settings file is '%s'; allowed is a file that can be read: there is no such file"
            .formatted(missing),
        refusal(missing));
    assertEquals(
        "the settings file is '%s'; allowed is a file that can be read: it is a directory"
            .formatted(folder),
        refusal(folder));
    Path latin = folder.resolve("latin.yaml");
    Files.write(latin, new byte[] {'#', (byte) 0xE9, '\n'});
    assertEquals(
        "the settings file is '%s'; allowed is a file that can be read: it is not UTF-8"
            .formatted(latin),
        refusal(latin));
  }

  @Test
  void wrongEnvironmentIsRefused() {
    assertRefused(
        Map.of("WEIR_RUN_WORKER", "hunter2"),
        "the environment variable 'WEIR_RUN_WORKER' sets no key; did you mean WEIR_RUN_WORKERS?");
    assertRefused(
        Map.of("WEIR_XYZ", "1"),
        "the environment variable 'WEIR_XYZ' sets no key; docs/reference/settings.md lists those"
            + " that do");
    assertRefused(
        Map.of("WEIR_RUN_WORKERS", "0"),
        "run.workers is '0' (WEIR_RUN_WORKERS); allowed is a whole number from 1 to 64");
    assertRefused(
        Map.of("WEIR_RUN_WORKERS", ""),
        "run.workers is '' (WEIR_RUN_WORKERS); allowed is a whole number from 1 to 64");
    assertRefused(
        Map.of("WEIR_FIELDS_ID", "a,,b"),
        "fields.id is [a, , b] (WEIR_FIELDS_ID); allowed is a list of member names, 1 or more,"
            + " none of them empty");
  }

  @Test
  void wrongFlagsAreRefused() {
    assertEquals(
        "run.workers is '65' (--workers); allowed is a whole number from 1 to 64",
        refusal("run.workers", "65"));
    assertEquals(
        "run.attempts is '0' (the command line); allowed is a whole number from 1 to 20",
        refusal("run.attempts", "0"));
    assertEquals(
        "'run.worker' is no key (the command line); did you mean run.workers?",
        refusal("run.worker", "2"));
    assertEquals(
        "'workers' is no key (the command line); did you mean run.workers?",
        refusal("workers", "2"));
    SettingsException twice =
        assertThrows(
            SettingsException.class,
            () ->
                new SettingsReader(Map.of(), PROCESSORS)
                    .read(null, Map.of("run.workers", List.of("1", "2"))));
    assertEquals(
        "run.workers is [1, 2] (--workers); allowed is a whole number from 1 to 64",
        twice.getMessage());
  }

  @Test
  void lakeMustBeSet() {
    SettingsException refused =
        assertThrows(
            SettingsException.class,
            () -> new SettingsReader(Map.of(), PROCESSORS).read(null, Map.of()));
    assertEquals(
        "lake.path is not set; set it by --lake, WEIR_LAKE_PATH or lake.path in the settings file",
        refused.getMessage());
  }

  @Test
  void batchThatCannotHoldARecordIsRefused() {
    assertEquals(
        "run.batch_bytes is 1MiB and limits.max_record_bytes is 16MiB; allowed is a batch at least"
            + " as large as a record (run.batch_bytes: --batch-bytes)",
        refusal("run.batch_bytes", "1MiB"));
    Settings settings =
        read("lake.path", "lake", "run.batch_bytes", "1MiB", "limits.max_record_bytes", "1MiB");
    assertEquals(1 << 20, settings.run().batchBytes());
  }

  @Test
  void valuesThatDoNotGoTogetherAreRefusedWithWhereTheyWereGiven() {
    assertRefused(
        "time:\n  min: 2030-01-01T00:00:00Z\n  max: 2020-01-01T00:00:00Z\n",
        "time.min is 2030-01-01T00:00:00Z and time.max is 2020-01-01T00:00:00Z; allowed is"
            + " 0001-01-01T00:00:00Z to 9999-12-31T00:00:00Z, min before max (time.min: FILE:2,"
            + " time.max: FILE:3)");
    assertRefused(
        "fields:\n  id: event_name\n",
        "fields: the member 'event_name' is empty or mapped twice (fields.id: FILE:2)");
  }

  @Test
  void recordsOfTheSettingsCheckThemselves() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new Settings.Run(
                    1, 1 << 20, 65, 512L << 20, 3, Duration.ofSeconds(60), null, null, false));
    assertEquals(
        "run.workers is '65'; allowed is a whole number from 1 to 64", refused.getMessage());
  }

  /** The settings of pairs of key and value. */
  static Settings read(String... pairs) {
    Map<String, List<String>> flags = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      flags.put(pairs[i], List.of(pairs[i + 1]));
    }
    return new SettingsReader(Map.of(), PROCESSORS).read(null, flags);
  }

  private static @Nullable String refusal(String key, String value) {
    return assertThrows(SettingsException.class, () -> read("lake.path", "lake", key, value), key)
        .getMessage();
  }

  private static @Nullable String refusal(Path file) {
    return assertThrows(
            SettingsException.class,
            () -> new SettingsReader(Map.of(), PROCESSORS).read(file, LAKE))
        .getMessage();
  }

  /** Asserts the message for a file; FILE in it stands for the file's path. */
  private void assertRefused(String yaml, String message) {
    Path file = yaml(yaml);
    String actual = String.valueOf(refusal(file));
    assertEquals(message, actual.replace(file.toString(), "FILE"));
    assertFalse(actual.contains("hunter2"));
  }

  private static void assertRefused(Map<String, String> environment, String message) {
    assertEquals(
        message,
        assertThrows(
                SettingsException.class,
                () -> new SettingsReader(environment, PROCESSORS).read(null, LAKE))
            .getMessage());
  }

  private Path yaml(String text) {
    return written(folder.resolve("weir.yaml"), text);
  }

  private Path sqlFile() {
    return written(folder.resolve("rows.sql"), "SELECT * FROM events");
  }

  private static Path written(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Sample sample(
      String key, String text, Object value, Function<Settings, @Nullable Object> reached) {
    return new Sample(key, List.of(text), value, reached);
  }

  private static Sample sample(
      String key, List<String> texts, Function<Settings, @Nullable Object> reached) {
    return new Sample(key, texts, new ArrayList<>(texts), reached);
  }
}
