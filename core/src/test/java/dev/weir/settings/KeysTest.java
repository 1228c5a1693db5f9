package dev.weir.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeysTest {
  private static final Set<String> KEYS_WITHOUT_ENDS =
      Set.of(
          "input.paths",
          "input.framing",
          "lake.path",
          "claims.path",
          "redis.name",
          "redis.user",
          "redis.password",
          "redis.password_from",
          "redis.password_member",
          "redis.certificates",
          "s3.region",
          "s3.endpoint",
          "s3.path_style",
          "s3.checksum",
          "fields.preset",
          "fields.id",
          "fields.id_scope",
          "fields.name",
          "fields.time",
          "fields.payload",
          "fields.id_format",
          "time.unit",
          "transform.sql",
          "transform.sql_text",
          "quality.expectations",
          "quality.watch",
          "quality.drift",
          "run.staging",
          "run.summary_json",
          "run.quiet",
          "query.cache");

  /** Written by hand, so that a range is not checked against itself. */
  private record Ends(String key, String below, String min, String max, String above) {}

  private static final List<Ends> ENDS =
      List.of(
          new Ends("lake.max_event_types", "0", "1", "10000", "10001"),
          new Ends("lake.compression_level", "0", "1", "22", "23"),
          new Ends("claims.window", "3599999ms", "1h", "400d", "PT9600H0.001S"),
          new Ends("claims.lag_allowance", "PT-0.001S", "0s", "30d", "PT720H0.001S"),
          new Ends("lake.parallel_puts", "0", "1", "512", "513"),
          new Ends("claims.takeover_after", "999ms", "1s", "1d", "86400001ms"),
          new Ends("redis.expected_claims", "0", "1", "10000000000", "10000000001"),
          new Ends("redis.connections", "0", "1", "1024", "1025"),
          new Ends("redis.connect_timeout", "0ms", "1ms", "10m", "600001ms"),
          new Ends("redis.answer_timeout", "0ms", "1ms", "10m", "600001ms"),
          new Ends("redis.retries", "-1", "0", "100", "101"),
          new Ends("redis.backoff", "0ms", "1ms", "10m", "600001ms"),
          new Ends("redis.max_backoff", "0ms", "1ms", "10m", "600001ms"),
          new Ends("s3.multipart_threshold", "5242879", "5MiB", "5GiB", "5368709121"),
          new Ends("s3.part_size", "5242879", "5MiB", "5GiB", "5368709121"),
          new Ends("s3.parallel_parts", "0", "1", "64", "65"),
          new Ends("s3.connections", "0", "1", "1000", "1001"),
          new Ends("s3.connect_timeout", "99ms", "100ms", "1m", "60001ms"),
          new Ends("s3.idle_timeout", "99ms", "100ms", "10m", "600001ms"),
          new Ends("s3.try_timeout", "99ms", "100ms", "1h", "3600001ms"),
          new Ends("s3.tries", "0", "1", "20", "21"),
          new Ends("s3.backoff", "0ms", "1ms", "1m", "60001ms"),
          new Ends("s3.max_backoff", "0ms", "1ms", "1m", "60001ms"),
          new Ends(
              "time.min",
              "0000-12-31T23:59:59.999Z",
              "0001-01-01T00:00:00Z",
              "9999-12-31T00:00:00Z",
              "9999-12-31T00:00:00.001Z"),
          new Ends(
              "time.max",
              "0000-12-31T23:59:59.999Z",
              "0001-01-01T00:00:00Z",
              "9999-12-31T00:00:00Z",
              "9999-12-31T00:00:00.001Z"),
          new Ends("limits.max_document_bytes", "1023", "1024", "67108864", "67108865"),
          new Ends("limits.max_depth", "0", "1", "1000", "1001"),
          new Ends("limits.max_string_bytes", "63", "64", "67108864", "67108865"),
          new Ends("limits.max_number_chars", "15", "16", "67108864", "67108865"),
          new Ends("limits.max_members", "3", "4", "10000000", "10000001"),
          new Ends("limits.max_name_chars", "0", "1", "1024", "1025"),
          new Ends("limits.max_record_bytes", "1023", "1024", "268435456", "268435457"),
          new Ends(
              "limits.max_decompressed_bytes",
              "1048575",
              "1048576",
              "1125899906842624",
              "1125899906842625"),
          new Ends("limits.max_compression_ratio", "1", "2", "1000000", "1000001"),
          new Ends("limits.max_documents_per_record", "0", "1", "10000000", "10000001"),
          new Ends("quality.late_after", "999ms", "1s", "400d", "PT9600H0.001S"),
          new Ends("quality.max_event_types", "0", "1", "1000", "1001"),
          new Ends("quality.drift_min_events", "0", "1", "1000000000", "1000000001"),
          new Ends("quality.drift_max_types", "0", "1", "10000", "10001"),
          new Ends("quality.drift_max_fields", "0", "1", "10000", "10001"),
          new Ends("run.batch_records", "0", "1", "5000000", "5000001"),
          new Ends("run.batch_bytes", "65535", "65536", "1073741824", "1073741825"),
          new Ends("run.workers", "0", "1", "64", "65"),
          new Ends("run.memory", "67108863", "67108864", "1099511627776", "1099511627777"),
          new Ends("run.attempts", "0", "1", "20", "21"),
          new Ends("run.acknowledge_timeout", "999ms", "1s", "15m", "900001ms"),
          new Ends("lambda.deadline_margin", "99ms", "100ms", "5m", "300001ms"),
          new Ends("query.cache_bytes", "1023", "1KiB", "1PiB", "1125899906842625"));

  @Test
  void everyKeyAcceptsTheEndsOfItsRangeAndNothingBeyond() {
    Set<String> checked = new HashSet<>(KEYS_WITHOUT_ENDS);
    for (Ends ends : ENDS) {
      Key<?> key = Keys.named(ends.key()).orElseThrow();
      checked.add(key.name());
      assertRefused(key, ends.below());
      key.read(new Given(List.of(ends.min()), "test"));
      key.read(new Given(List.of(ends.max()), "test"));
      assertRefused(key, ends.above());
    }
    assertEquals(new HashSet<>(Keys.all().stream().map(Key::name).toList()), checked);
  }

  /** The parser's limits check themselves: they and the table must not drift apart. */
  @Test
  void bothEndsOfTheParsersLimitsAreAllowedInTheParser() {
    for (Ends ends : ENDS) {
      if (ends.key().startsWith("limits.")) {
        for (String end : List.of(ends.min(), ends.max())) {
          SettingsReaderTest.read("lake.path", "lake", "run.batch_bytes", "1GiB", ends.key(), end);
        }
      }
    }
  }

  @Test
  void everyDefaultIsAllowed() {
    for (Key<?> key : Keys.all()) {
      key.defaults().ifPresent(texts -> key.read(new Given(texts, "default")));
    }
  }

  @Test
  void variablesAndFlagsAreDistinct() {
    List<Key<?>> keys = Keys.all();
    assertEquals(keys.size(), keys.stream().map(Key::environmentVariable).distinct().count());
    List<String> flags = keys.stream().flatMap(key -> key.flag().stream()).toList();
    assertEquals(flags.size(), Set.copyOf(flags).size());
  }

  @ParameterizedTest
  @CsvSource({
    "--input, input.paths",
    "--framing, input.framing",
    "--lake, lake.path",
    "--claims, claims.path",
    "--preset, fields.preset",
    "--sql, transform.sql",
    "--batch-records, run.batch_records",
    "--batch-bytes, run.batch_bytes",
    "--dedup-window, claims.window",
    "--workers, run.workers",
    "--memory, run.memory",
    "--summary-json, run.summary_json",
    "--quiet, run.quiet",
    "--cache, query.cache"
  })
  void flagSetsItsKey(String flag, String name) {
    assertEquals(Optional.of(name), Keys.ofFlag(flag).map(Key::name));
  }

  @Test
  void flagThatIsNotThereSetsNothing() {
    assertEquals(Optional.empty(), Keys.ofFlag("--config"));
  }

  @Test
  void secretsValueIsInNoMessage() {
    Key<Integer> pin =
        Key.of("redis.pin", ValueType.integer("digits", 0, 9), "For this test.").keptSecret();
    assertTrue(pin.isSecret());
    SettingsException refused =
        assertThrows(
            SettingsException.class, () -> pin.read(new Given(List.of("1234"), "WEIR_REDIS_PIN")));
    assertEquals(
        "redis.pin is a secret that is not shown (WEIR_REDIS_PIN); allowed is a whole number from"
            + " 0 to 9",
        refused.getMessage());
    IllegalArgumentException checked =
        assertThrows(IllegalArgumentException.class, () -> pin.check(1234));
    assertFalse(String.valueOf(checked.getMessage()).contains("1234"));
  }

  @Test
  void messageIsOneLineWhateverTheValue() {
    SettingsException refused =
        assertThrows(
            SettingsException.class,
            () -> Keys.RUN_WORKERS.read(new Given(List.of("1\n2\u2028\u0007"), "--workers")));
    assertEquals(
        "run.workers is '1\\u000a2\\u2028\\u0007' (--workers); allowed is a whole number from 1 to"
            + " 64",
        refused.getMessage());
    SettingsException longOne =
        assertThrows(
            SettingsException.class,
            () -> Keys.RUN_WORKERS.read(new Given(List.of("9".repeat(5_000)), "--workers")));
    assertEquals(
        "run.workers is '"
            + "9".repeat(200)
            + "…' (--workers); allowed is a whole number from 1"
            + " to 64",
        longOne.getMessage());
  }

  private static void assertRefused(Key<?> key, String text) {
    SettingsException refused =
        assertThrows(
            SettingsException.class,
            () -> key.read(new Given(List.of(text), "test")),
            () -> key + " accepts " + text);
    assertTrue(
        String.valueOf(refused.getMessage())
            .startsWith(key + " is '" + text + "' (test); allowed is a"),
        refused.getMessage());
  }
}
