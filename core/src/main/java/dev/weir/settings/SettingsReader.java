package dev.weir.settings;

import dev.weir.decode.EventFields;
import dev.weir.decode.ParserLimits;
import dev.weir.decode.PayloadPath;
import dev.weir.lake.S3Options;
import dev.weir.quality.QualityOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the settings: defaults, then the file, then the environment, then the flags of the command
 * line, each over the one before it.
 *
 * <p>A value is checked wherever it is given, also where a later one takes its place: a wrong line
 * in the file is found on the day it is written. Immutable, safe for use by several threads.
 */
public final class SettingsReader {
  /** Variables with the prefix that are the launcher's and set no key. */
  static final Set<String> LAUNCHER_VARIABLES = Set.of("WEIR_HEAP", "WEIR_JAVA_OPTS");

  private static final String PREFIX = "WEIR_";

  private final Map<String, String> environment;
  private final int processors;

  /**
   * A reader for an environment.
   *
   * @param environment every environment variable; those without Weir's prefix are ignored
   * @param processors the processors of the machine, which the default of {@code run.workers}
   *     follows
   */
  public SettingsReader(Map<String, String> environment, int processors) {
    this.environment = Map.copyOf(environment);
    this.processors = processors;
  }

  /** A reader for the environment of this process. */
  public static SettingsReader ofThisProcess() {
    return new SettingsReader(System.getenv(), Runtime.getRuntime().availableProcessors());
  }

  /**
   * Reads the settings.
   *
   * @param file a settings file in YAML, or null for none
   * @param flags the values that the command line gave, by the name of the key; a key that is no
   *     list has one value
   * @throws SettingsException if anything is unknown, not allowed or missing
   */
  public Settings read(@Nullable Path file, Map<String, List<String>> flags) {
    return settings(values(file, flags));
  }

  /**
   * Reads the settings that reading a lake takes, from the same places. All others are checked,
   * too, but none of them has to be set.
   *
   * @throws SettingsException if anything is unknown or not allowed, or the lake is missing
   */
  public Settings.Reading readForReading(@Nullable Path file, Map<String, List<String>> flags) {
    Values values = values(file, flags);
    return new Settings.Reading(lake(values), s3(values), query(values));
  }

  /**
   * Reads the settings that decoding a record takes, from the same places. All others are checked,
   * too, but none of them has to be set.
   *
   * @throws SettingsException if anything is unknown or not allowed
   */
  public Settings.Decoding readForDecoding(@Nullable Path file, Map<String, List<String>> flags) {
    Values values = values(file, flags);
    return new Settings.Decoding(fields(values), limits(values));
  }

  private Values values(@Nullable Path file, Map<String, List<String>> flags) {
    List<Map<Key<?>, Given>> layers =
        List.of(file == null ? Map.of() : YamlFile.read(file), variables(), byName(flags));
    Map<Key<?>, Given> given = new LinkedHashMap<>();
    for (Map<Key<?>, Given> layer : layers) {
      layer.forEach(Key::read);
      given.putAll(layer);
    }
    return new Values(given);
  }

  private Map<Key<?>, Given> variables() {
    Map<Key<?>, Given> layer = new LinkedHashMap<>();
    Set<String> unknown = new TreeSet<>(environment.keySet());
    unknown.removeIf(name -> !name.startsWith(PREFIX) || LAUNCHER_VARIABLES.contains(name));
    for (Key<?> key : Keys.all()) {
      String variable = key.environmentVariable();
      String value = environment.get(variable);
      if (value != null) {
        unknown.remove(variable);
        layer.put(key, new Given(key.isList() ? entries(value) : List.of(value), variable));
      }
    }
    if (!unknown.isEmpty()) {
      throw Suggestions.unknownVariable(unknown.iterator().next());
    }
    return layer;
  }

  /** The entries between commas; spaces around them are for the eye. */
  private static List<String> entries(String value) {
    return value.isEmpty()
        ? List.of()
        : Stream.of(value.split(",", -1)).map(String::strip).toList();
  }

  private static Map<Key<?>, Given> byName(Map<String, List<String>> flags) {
    Map<Key<?>, Given> layer = new LinkedHashMap<>();
    flags.forEach(
        (name, texts) -> {
          Key<?> key =
              Keys.named(name).orElseThrow(() -> Suggestions.unknownKey(name, "the command line"));
          layer.put(key, new Given(texts, key.flag().orElse("the command line")));
        });
    return layer;
  }

  private Settings settings(Values values) {
    Settings.Input input =
        new Settings.Input(values.get(Keys.INPUT_PATHS), values.get(Keys.INPUT_FRAMING));
    Settings.Lake lake = lake(values);
    Settings.Claims claims =
        new Settings.Claims(
            values.find(Keys.CLAIMS_PATH).orElseGet(() -> claimsInside(lake)),
            values.get(Keys.CLAIMS_WINDOW),
            values.get(Keys.CLAIMS_LAG_ALLOWANCE),
            values.get(Keys.CLAIMS_TAKEOVER_AFTER));
    Settings.Redis redis = redis(values);
    Settings.S3 s3 = s3(values);
    EventFields fields = fields(values);
    Settings.Limits limits = limits(values);
    Settings.Transform transform =
        values.together(
            () ->
                new Settings.Transform(
                    values.find(Keys.TRANSFORM_SQL).orElse(null),
                    values.find(Keys.TRANSFORM_SQL_TEXT).orElse(null)),
            Keys.TRANSFORM_SQL,
            Keys.TRANSFORM_SQL_TEXT);
    QualityOptions quality = quality(values);
    Settings.Run run = run(values);
    Settings.Query query = query(values);
    Settings.Lambda lambda = new Settings.Lambda(values.get(Keys.LAMBDA_DEADLINE_MARGIN));
    return values.together(
        () ->
            new Settings(
                input, lake, claims, redis, s3, fields, limits, transform, quality, run, query,
                lambda),
        Keys.RUN_BATCH_BYTES,
        Keys.LIMITS_MAX_RECORD_BYTES,
        Keys.REDIS_USER);
  }

  private static Settings.Lake lake(Values values) {
    return new Settings.Lake(
        values.get(Keys.LAKE_PATH),
        values.get(Keys.LAKE_MAX_EVENT_TYPES),
        values.get(Keys.LAKE_COMPRESSION_LEVEL),
        values.get(Keys.LAKE_PARALLEL_PUTS));
  }

  private static Settings.Query query(Values values) {
    return new Settings.Query(
        values.find(Keys.QUERY_CACHE).map(Path::of).orElse(null),
        values.get(Keys.QUERY_CACHE_BYTES));
  }

  private static String claimsInside(Settings.Lake lake) {
    if (lake.isInS3()) {
      throw new SettingsException(
          ("%s is not set, and the lake is in S3; allowed is %s: set it by --claims, %s or %s in"
                  + " the settings file")
              .formatted(
                  Keys.CLAIMS_PATH,
                  Keys.CLAIMS_PATH.range(),
                  Keys.CLAIMS_PATH.environmentVariable(),
                  Keys.CLAIMS_PATH));
    }
    return lake.path() + (lake.path().endsWith("/") ? "" : "/") + "_weir/claims";
  }

  private static Settings.Redis redis(Values values) {
    return values.together(
        () ->
            new Settings.Redis(
                values.get(Keys.REDIS_NAME),
                values.find(Keys.REDIS_USER).orElse(null),
                values.find(Keys.REDIS_PASSWORD).orElse(null),
                values.find(Keys.REDIS_PASSWORD_FROM).orElse(null),
                values.get(Keys.REDIS_PASSWORD_MEMBER),
                values.find(Keys.REDIS_CERTIFICATES).orElse(null),
                values.get(Keys.REDIS_EXPECTED_CLAIMS),
                values.get(Keys.REDIS_CONNECTIONS),
                values.get(Keys.REDIS_CONNECT_TIMEOUT),
                values.get(Keys.REDIS_ANSWER_TIMEOUT),
                values.get(Keys.REDIS_RETRIES),
                values.get(Keys.REDIS_BACKOFF),
                values.get(Keys.REDIS_MAX_BACKOFF)),
        Keys.REDIS_PASSWORD,
        Keys.REDIS_PASSWORD_FROM);
  }

  private static Settings.S3 s3(Values values) {
    return values.together(
        () ->
            new Settings.S3(
                new S3Options.Endpoint(
                    values.find(Keys.S3_REGION).orElse(null),
                    values.find(Keys.S3_ENDPOINT).orElse(null),
                    values.get(Keys.S3_PATH_STYLE)),
                values.get(Keys.S3_CHECKSUM),
                new S3Options.Multipart(
                    values.get(Keys.S3_MULTIPART_THRESHOLD),
                    values.get(Keys.S3_PART_SIZE),
                    values.get(Keys.S3_PARALLEL_PARTS)),
                new S3Options.Network(
                    values.get(Keys.S3_CONNECTIONS),
                    values.get(Keys.S3_CONNECT_TIMEOUT),
                    values.get(Keys.S3_IDLE_TIMEOUT),
                    values.get(Keys.S3_TRY_TIMEOUT),
                    values.get(Keys.S3_TRIES),
                    values.get(Keys.S3_BACKOFF),
                    values.get(Keys.S3_MAX_BACKOFF))),
        Keys.S3_BACKOFF,
        Keys.S3_MAX_BACKOFF);
  }

  private static EventFields fields(Values values) {
    EventFields preset = values.get(Keys.FIELDS_PRESET).fields();
    return values.together(
        () ->
            new EventFields(
                values.find(Keys.FIELDS_ID).orElse(preset.id()),
                values.find(Keys.FIELDS_ID_SCOPE).orElse(preset.idScope()),
                values.find(Keys.FIELDS_ID_FORMAT).orElse(preset.idFormat()),
                values.find(Keys.FIELDS_NAME).orElse(preset.name()),
                values.find(Keys.FIELDS_TIME).orElse(preset.time()),
                values.get(Keys.TIME_UNIT),
                values.get(Keys.TIME_MIN),
                values.get(Keys.TIME_MAX),
                values.find(Keys.FIELDS_PAYLOAD).orElse(preset.payload())),
        Keys.FIELDS_PRESET,
        Keys.FIELDS_ID,
        Keys.FIELDS_NAME,
        Keys.FIELDS_TIME,
        Keys.FIELDS_PAYLOAD,
        Keys.TIME_MIN,
        Keys.TIME_MAX);
  }

  private static Settings.Limits limits(Values values) {
    return new Settings.Limits(
        new ParserLimits(
            Math.toIntExact(values.get(Keys.LIMITS_MAX_DOCUMENT_BYTES)),
            values.get(Keys.LIMITS_MAX_DEPTH),
            Math.toIntExact(values.get(Keys.LIMITS_MAX_STRING_BYTES)),
            values.get(Keys.LIMITS_MAX_NUMBER_CHARS),
            values.get(Keys.LIMITS_MAX_MEMBERS),
            values.get(Keys.LIMITS_MAX_NAME_CHARS)),
        Math.toIntExact(values.get(Keys.LIMITS_MAX_RECORD_BYTES)),
        values.get(Keys.LIMITS_MAX_DECOMPRESSED_BYTES),
        values.get(Keys.LIMITS_MAX_COMPRESSION_RATIO),
        values.get(Keys.LIMITS_MAX_DOCUMENTS_PER_RECORD));
  }

  private static QualityOptions quality(Values values) {
    return values.together(
        () ->
            new QualityOptions(
                values.get(Keys.QUALITY_EXPECTATIONS),
                values.get(Keys.QUALITY_WATCH).stream().map(SettingsReader::watched).toList(),
                values.find(Keys.QUALITY_LATE_AFTER).orElse(null),
                values.get(Keys.QUALITY_MAX_EVENT_TYPES),
                values.get(Keys.QUALITY_DRIFT),
                new QualityOptions.DriftLimits(
                    values.get(Keys.QUALITY_DRIFT_MIN_EVENTS),
                    values.get(Keys.QUALITY_DRIFT_MAX_TYPES),
                    values.get(Keys.QUALITY_DRIFT_MAX_FIELDS))),
        Keys.QUALITY_EXPECTATIONS,
        Keys.QUALITY_WATCH);
  }

  private static PayloadPath watched(String text) {
    try {
      return PayloadPath.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("quality.watch: " + e.getMessage());
    }
  }

  private Settings.Run run(Values values) {
    return new Settings.Run(
        values.get(Keys.RUN_BATCH_RECORDS),
        Math.toIntExact(values.get(Keys.RUN_BATCH_BYTES)),
        values.find(Keys.RUN_WORKERS).orElseGet(() -> Math.min(processors, Keys.MAX_WORKERS)),
        values.get(Keys.RUN_MEMORY),
        values.get(Keys.RUN_ATTEMPTS),
        values.get(Keys.RUN_ACKNOWLEDGE_TIMEOUT),
        values.find(Keys.RUN_STAGING).map(Path::of).orElse(null),
        values.find(Keys.RUN_SUMMARY_JSON).map(Path::of).orElse(null),
        values.get(Keys.RUN_QUIET));
  }
}
