package dev.weir.settings;

import static dev.weir.settings.ValueType.choice;
import static dev.weir.settings.ValueType.claimsLocation;
import static dev.weir.settings.ValueType.count;
import static dev.weir.settings.ValueType.duration;
import static dev.weir.settings.ValueType.httpAddress;
import static dev.weir.settings.ValueType.instant;
import static dev.weir.settings.ValueType.integer;
import static dev.weir.settings.ValueType.lakeLocation;
import static dev.weir.settings.ValueType.path;
import static dev.weir.settings.ValueType.readableFile;
import static dev.weir.settings.ValueType.size;
import static dev.weir.settings.ValueType.sizeText;
import static dev.weir.settings.ValueType.text;
import static dev.weir.settings.ValueType.texts;
import static dev.weir.settings.ValueType.word;
import static dev.weir.settings.ValueType.yesOrNo;

import dev.weir.decode.EventFields;
import dev.weir.decode.ParserLimits;
import dev.weir.lake.S3Options;
import dev.weir.quality.Expectation;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The table of every key, in the order of the documents. What is read, checked, suggested and
 * documented follows it.
 */
public final class Keys {
  static final int MAX_WORKERS = 64;

  private static final long KIB = 1L << 10;
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;
  private static final long TIB = 1L << 40;
  private static final long PIB = 1L << 50;
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");
  private static final ParserLimits LIMITS = ParserLimits.DEFAULT;

  private static final Map<String, Key<?>> BY_NAME = new LinkedHashMap<>();

  static final Key<List<String>> INPUT_PATHS =
      add(
          Key.of(
                  "input.paths",
                  texts("paths", 0),
                  "Files, globs and directories to read in this order; - is standard input.")
              .defaultsTo()
              .withFlag("--input"));
  static final Key<Settings.Input.Framing> INPUT_FRAMING =
      add(
          Key.of(
                  "input.framing",
                  choice(Settings.Input.Framing.class),
                  "How documents follow each other in a file; auto tells ndjson and array apart by"
                      + " the first byte.")
              .defaultsTo(word(Settings.Input.Framing.AUTO))
              .withFlag("--framing"));

  static final Key<String> LAKE_PATH =
      add(
          Key.of(
                  "lake.path",
                  lakeLocation(),
                  "Where the table of Parquet files is: a folder, or a place in S3.")
              .mustBeSet()
              .withFlag("--lake"));
  static final Key<Integer> LAKE_MAX_EVENT_TYPES =
      add(
          Key.of(
                  "lake.max_event_types",
                  integer("event types", 1, 10_000),
                  "Distinct event types that a batch may open folders for; beyond it the rarest go"
                      + " to event_type=__other__.")
              .defaultsTo("256"));
  static final Key<Integer> LAKE_COMPRESSION_LEVEL =
      add(
          Key.of(
                  "lake.compression_level",
                  integer("zstd level", 1, 22),
                  "How hard zstd tries; on event data 1 was measured faster than 3, and its files"
                      + " no larger.")
              .defaultsTo("1"));

  static final Key<Integer> LAKE_PARALLEL_PUTS =
      add(
          Key.of(
                  "lake.parallel_puts",
                  integer("files", 1, 512),
                  "Files that are put into the lake at once, over all workers.")
              .defaultsTo("16"));

  static final Key<String> CLAIMS_PATH =
      add(
          Key.of(
                  "claims.path",
                  claimsLocation(),
                  "What remembers which events have landed: a folder, which one process at a time"
                      + " holds, or Redis or Valkey, which many share; a lake in S3 needs it set.")
              .defaultsToWhat("<lake.path>/_weir/claims")
              .withFlag("--claims"));
  static final Key<Duration> CLAIMS_WINDOW =
      add(
          Key.of(
                  "claims.window",
                  duration(Duration.ofHours(1), Duration.ofDays(400)),
                  "How long an event is remembered, so that a second one with its id is known as a"
                      + " duplicate.")
              .defaultsTo("7d")
              .withFlag("--dedup-window"));
  static final Key<Duration> CLAIMS_LAG_ALLOWANCE =
      add(
          Key.of(
                  "claims.lag_allowance",
                  duration(Duration.ZERO, Duration.ofDays(30)),
                  "Kept on top of the window, so that a consumer that is this far behind still"
                      + " meets what it has to know.")
              .defaultsTo("1d"));

  static final Key<Duration> CLAIMS_TAKEOVER_AFTER =
      add(
          Key.of(
                  "claims.takeover_after",
                  duration(Duration.ofSeconds(1), Duration.ofDays(1)),
                  "How long after its start another process's unfinished attempt is taken for dead,"
                      + " where claims are shared; too short costs work, never events.")
              .defaultsTo("1m"));

  static final Key<String> REDIS_NAME =
      add(
          Key.of(
                  "redis.name",
                  ValueType.word(
                      Pattern.compile("[A-Za-z0-9._-]{1,64}"), "1 to 64 of A-Z a-z 0-9 . _ -"),
                  "Keeps the claims of several lakes apart on one Redis.")
              .defaultsTo("weir"));
  static final Key<String> REDIS_USER =
      add(Key.of("redis.user", text(), "The ACL user.").defaultsToWhat("the default user"));
  static final Key<String> REDIS_PASSWORD =
      add(
          Key.of("redis.password", text(), "The password; never logged.")
              .defaultsToWhat("none")
              .keptSecret());
  static final Key<String> REDIS_PASSWORD_FROM =
      add(
          Key.of(
                  "redis.password_from",
                  ValueType.word(
                      Pattern.compile(
                          "arn:[a-z0-9-]{1,32}:(secretsmanager:[a-z0-9-]{1,64}:\\d{12}:secret:"
                              + "|ssm:[a-z0-9-]{1,64}:\\d{12}:parameter/)[\\w/+=.@!-]{1,2048}"),
                      "the ARN of a secret in Secrets Manager, or of a parameter in SSM"),
                  "Where the password is read at run time, and again when Redis refuses it; instead"
                      + " of redis.password.")
              .defaultsToWhat("none"));
  static final Key<String> REDIS_PASSWORD_MEMBER =
      add(
          Key.of(
                  "redis.password_member",
                  text(),
                  "The member that holds the password, where what redis.password_from names is a"
                      + " JSON object.")
              .defaultsTo("password"));
  static final Key<Path> REDIS_CERTIFICATES =
      add(
          Key.of(
                  "redis.certificates",
                  readableFile(),
                  "A PEM file with the certificates to trust for rediss://.")
              .defaultsToWhat("those of the Java platform"));
  static final Key<Long> REDIS_EXPECTED_CLAIMS =
      add(
          Key.of(
                  "redis.expected_claims",
                  count("claims", 1, 10_000_000_000L),
                  "Events within the window and its allowance; fixed when the claims are created."
                      + " More than twice as many cost more memory each, nothing else.")
              .defaultsTo("200000000"));
  static final Key<Integer> REDIS_CONNECTIONS =
      add(
          Key.of(
                  "redis.connections",
                  integer("connections", 1, 1_024),
                  "The most connections to one server.")
              .defaultsTo("8"));
  static final Key<Duration> REDIS_CONNECT_TIMEOUT =
      add(
          Key.of(
                  "redis.connect_timeout",
                  duration(Duration.ofMillis(1), Duration.ofMinutes(10)),
                  "How long a new connection may take.")
              .defaultsTo("2s"));
  static final Key<Duration> REDIS_ANSWER_TIMEOUT =
      add(
          Key.of(
                  "redis.answer_timeout",
                  duration(Duration.ofMillis(1), Duration.ofMinutes(10)),
                  "How long an answer may be silent.")
              .defaultsTo("5s"));
  static final Key<Integer> REDIS_RETRIES =
      add(
          Key.of(
                  "redis.retries",
                  integer("retries", 0, 100),
                  "How often a call that failed in passing is tried again.")
              .defaultsTo("8"));
  static final Key<Duration> REDIS_BACKOFF =
      add(
          Key.of(
                  "redis.backoff",
                  duration(Duration.ofMillis(1), Duration.ofMinutes(10)),
                  "The pause before the first retry; it doubles each time, less up to half of it.")
              .defaultsTo("100ms"));
  static final Key<Duration> REDIS_MAX_BACKOFF =
      add(
          Key.of(
                  "redis.max_backoff",
                  duration(Duration.ofMillis(1), Duration.ofMinutes(10)),
                  "The longest pause between retries.")
              .defaultsTo("5s"));

  static final Key<String> S3_REGION =
      add(
          Key.of(
                  "s3.region",
                  ValueType.word(Pattern.compile("[a-z0-9-]{1,64}"), "a name such as eu-west-1"),
                  "The bucket's region.")
              .defaultsToWhat("that of the environment or the AWS profile"));
  static final Key<URI> S3_ENDPOINT =
      add(
          Key.of("s3.endpoint", httpAddress(), "The address of a store that speaks S3's protocol.")
              .defaultsToWhat("Amazon S3"));
  static final Key<Boolean> S3_PATH_STYLE =
      add(
          Key.of(
                  "s3.path_style",
                  yesOrNo(),
                  "Whether the bucket is named in the path instead of the host name.")
              .defaultsTo("false"));
  static final Key<S3Options.Checksum> S3_CHECKSUM =
      add(
          Key.of(
                  "s3.checksum",
                  choice(S3Options.Checksum.class),
                  "What a request's body is sealed with on its way.")
              .defaultsTo(word(S3Options.Checksum.CRC32C)));
  static final Key<Long> S3_MULTIPART_THRESHOLD =
      add(
          Key.of(
                  "s3.multipart_threshold",
                  size(5 * MIB, 5 * GIB),
                  "Files larger than this are sent in parts.")
              .defaultsTo("64MiB"));
  static final Key<Long> S3_PART_SIZE =
      add(
          Key.of(
                  "s3.part_size",
                  size(5 * MIB, 5 * GIB),
                  "The size of a part; a file has at most 10,000.")
              .defaultsTo("16MiB"));
  static final Key<Integer> S3_PARALLEL_PARTS =
      add(
          Key.of(
                  "s3.parallel_parts",
                  integer("parts", 1, 64),
                  "Parts on their way at once, over all files.")
              .defaultsTo("4"));
  static final Key<Integer> S3_CONNECTIONS =
      add(
          Key.of("s3.connections", integer("connections", 1, 1_000), "Connections open at once.")
              .defaultsTo("64"));
  static final Key<Duration> S3_CONNECT_TIMEOUT =
      add(
          Key.of(
                  "s3.connect_timeout",
                  duration(Duration.ofMillis(100), Duration.ofMinutes(1)),
                  "How long a new connection may take.")
              .defaultsTo("5s"));
  static final Key<Duration> S3_IDLE_TIMEOUT =
      add(
          Key.of(
                  "s3.idle_timeout",
                  duration(Duration.ofMillis(100), Duration.ofMinutes(10)),
                  "How long an answer may be silent.")
              .defaultsTo("30s"));
  static final Key<Duration> S3_TRY_TIMEOUT =
      add(
          Key.of(
                  "s3.try_timeout",
                  duration(Duration.ofMillis(100), Duration.ofHours(1)),
                  "How long one try of a request may take, with its body.")
              .defaultsTo("5m"));
  static final Key<Integer> S3_TRIES =
      add(
          Key.of("s3.tries", integer("tries", 1, 20), "How often a request is sent, at most.")
              .defaultsTo("8"));
  static final Key<Duration> S3_BACKOFF =
      add(
          Key.of(
                  "s3.backoff",
                  duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
                  "The longest pause before the second try; it doubles each time, and each pause is"
                      + " drawn at random below it.")
              .defaultsTo("100ms"));
  static final Key<Duration> S3_MAX_BACKOFF =
      add(
          Key.of(
                  "s3.max_backoff",
                  duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
                  "The longest pause between tries; at least s3.backoff.")
              .defaultsTo("10s"));

  static final Key<EventFields.Preset> FIELDS_PRESET =
      add(
          Key.of(
                  "fields.preset",
                  choice(EventFields.Preset.class),
                  "A ready-made mapping; the other keys of this section replace parts of it.")
              .defaultsTo(word(EventFields.Preset.DEFAULT))
              .withFlag("--preset"));
  static final Key<List<String>> FIELDS_ID =
      add(
          byPreset(
              "fields.id",
              1,
              "Members that may hold the id; the first that is there and not null counts."));
  static final Key<List<String>> FIELDS_ID_SCOPE =
      add(
          byPreset(
              "fields.id_scope",
              0,
              "Members that are part of the identity of an id that is no UUID."));
  static final Key<List<String>> FIELDS_NAME =
      add(
          byPreset(
              "fields.name",
              1,
              "Members that may hold the name; the first that is there and not null counts."));
  static final Key<List<String>> FIELDS_TIME =
      add(
          byPreset(
              "fields.time",
              1,
              "Members that may hold the time; the first that is there and not null counts."));
  static final Key<List<String>> FIELDS_PAYLOAD =
      add(
          byPreset(
              "fields.payload",
              1,
              "Members that may hold the payload; the first that is there and not null counts."));
  static final Key<EventFields.IdFormat> FIELDS_ID_FORMAT =
      add(
          Key.of(
                  "fields.id_format",
                  choice(EventFields.IdFormat.class),
                  "What an id may be; with any, an id that is no UUID is mapped to a UUIDv5.")
              .defaultsToWhat("by fields.preset"));

  static final Key<EventFields.TimeUnit> TIME_UNIT =
      add(
          Key.of(
                  "time.unit",
                  choice(EventFields.TimeUnit.class),
                  "The unit of a time that is a number; auto tells it by magnitude.")
              .defaultsTo(word(EventFields.TimeUnit.AUTO)));
  static final Key<Instant> TIME_MIN =
      add(
          Key.of(
                  "time.min",
                  instant(EARLIEST, LATEST),
                  "The earliest time accepted; an event before it is a dead letter.")
              .defaultsTo(EventFields.DEFAULT_MIN_TIME.toString()));
  static final Key<Instant> TIME_MAX =
      add(
          Key.of(
                  "time.max",
                  instant(EARLIEST, LATEST),
                  "The first time that is too late; fixed, so that a replay decides alike.")
              .defaultsTo(EventFields.DEFAULT_MAX_TIME.toString()));

  static final Key<Long> LIMITS_MAX_DOCUMENT_BYTES =
      add(
          Key.of(
                  "limits.max_document_bytes",
                  size(KIB, 64 * MIB),
                  "Bytes of one document; beyond this limit, as beyond the others of the section,"
                      + " it is a dead letter.")
              .defaultsTo(sizeText(LIMITS.maxDocumentBytes())));
  static final Key<Integer> LIMITS_MAX_DEPTH =
      add(
          Key.of(
                  "limits.max_depth",
                  integer("levels", 1, 1_000),
                  "Objects and arrays inside each other in one document.")
              .defaultsTo(String.valueOf(LIMITS.maxDepth())));
  static final Key<Long> LIMITS_MAX_STRING_BYTES =
      add(
          Key.of(
                  "limits.max_string_bytes",
                  size(64, 64 * MIB),
                  "Bytes of one string or member name as sent, without its quotes.")
              .defaultsTo(sizeText(LIMITS.maxStringBytes())));
  static final Key<Integer> LIMITS_MAX_NUMBER_CHARS =
      add(
          Key.of(
                  "limits.max_number_chars",
                  integer("characters", 16, 1 << 26),
                  "Characters of one number as sent.")
              .defaultsTo(String.valueOf(LIMITS.maxNumberChars())));
  static final Key<Integer> LIMITS_MAX_MEMBERS =
      add(
          Key.of(
                  "limits.max_members",
                  integer("members", 4, 10_000_000),
                  "Members of all objects of one document.")
              .defaultsTo(String.valueOf(LIMITS.maxMembers())));
  static final Key<Integer> LIMITS_MAX_NAME_CHARS =
      add(
          Key.of(
                  "limits.max_name_chars",
                  integer("characters", 1, 1_024),
                  "UTF-16 characters of an event's name.")
              .defaultsTo(String.valueOf(LIMITS.maxNameChars())));
  static final Key<Long> LIMITS_MAX_RECORD_BYTES =
      add(
          Key.of(
                  "limits.max_record_bytes",
                  size(KIB, 256 * MIB),
                  "Bytes of one record as the source gives it.")
              .defaultsTo("16MiB"));
  static final Key<Long> LIMITS_MAX_DECOMPRESSED_BYTES =
      add(
          Key.of(
                  "limits.max_decompressed_bytes",
                  size(MIB, PIB),
                  "Bytes that one gzip or zstd input may become.")
              .defaultsTo("1TiB"));
  static final Key<Integer> LIMITS_MAX_COMPRESSION_RATIO =
      add(
          Key.of(
                  "limits.max_compression_ratio",
                  integer("times", 2, 1_000_000),
                  "How many times larger than itself a gzip or zstd input may become.")
              .defaultsTo("200"));
  static final Key<Integer> LIMITS_MAX_DOCUMENTS_PER_RECORD =
      add(
          Key.of(
                  "limits.max_documents_per_record",
                  integer("documents", 1, 10_000_000),
                  "Documents in one record of a stream, however they are packed; one with more is"
                      + " a dead letter as a whole. Files are no records.")
              .defaultsTo("100000"));

  static final Key<Path> TRANSFORM_SQL =
      add(
          Key.of(
                  "transform.sql",
                  readableFile(),
                  "A file with the SELECT from the table events that makes the rows to land.")
              .defaultsToWhat("the built-in events.sql")
              .withFlag("--sql"));

  static final Key<String> TRANSFORM_SQL_TEXT =
      add(
          Key.of(
                  "transform.sql_text",
                  ValueType.lines(),
                  "The SELECT itself, instead of a file with it.")
              .defaultsToWhat("none"));

  static final Key<List<Expectation>> QUALITY_EXPECTATIONS =
      add(
          Key.of(
                  "quality.expectations",
                  ValueType.expectations(),
                  "What is expected of events, and what becomes of those that are otherwise; in a"
                      + " variable the same list as one text in YAML or JSON.")
              .defaultsTo("[]")
              .structured());
  static final Key<List<String>> QUALITY_WATCH =
      add(
          Key.of(
                  "quality.watch",
                  texts("paths in the payload", 0),
                  "Places in the payload, such as user.id, whose missing values are counted.")
              .defaultsTo());
  static final Key<Duration> QUALITY_LATE_AFTER =
      add(
          Key.of(
                  "quality.late_after",
                  duration(Duration.ofSeconds(1), Duration.ofDays(400)),
                  "An event that arrives longer than this after it happened counts as late.")
              .defaultsToWhat("none, nothing is late"));
  static final Key<Integer> QUALITY_MAX_EVENT_TYPES =
      add(
          Key.of(
                  "quality.max_event_types",
                  integer("event types", 1, 1_000),
                  "Event types of a batch that the books tell apart; the rarest beyond it share"
                      + " __other__.")
              .defaultsTo("50"));
  static final Key<Boolean> QUALITY_DRIFT =
      add(
          Key.of(
                  "quality.drift",
                  yesOrNo(),
                  "Whether fields that are new, have vanished or have another type than ever are"
                      + " told, by a profile that the lake keeps.")
              .defaultsTo("false"));
  static final Key<Integer> QUALITY_DRIFT_MIN_EVENTS =
      add(
          Key.of(
                  "quality.drift_min_events",
                  integer("events", 1, 1_000_000_000),
                  "Events of a type that have to be known before anything of it counts as drift,"
                      + " and without which a field has vanished.")
              .defaultsTo("1000"));
  static final Key<Integer> QUALITY_DRIFT_MAX_TYPES =
      add(
          Key.of(
                  "quality.drift_max_types",
                  integer("event types", 1, 10_000),
                  "Event types that the profile holds; the others are not looked at.")
              .defaultsTo("100"));
  static final Key<Integer> QUALITY_DRIFT_MAX_FIELDS =
      add(
          Key.of(
                  "quality.drift_max_fields",
                  integer("fields", 1, 10_000),
                  "Fields of one event type that the profile holds; the others are not looked at.")
              .defaultsTo("500"));

  static final Key<Integer> RUN_BATCH_RECORDS =
      add(
          Key.of(
                  "run.batch_records",
                  integer("records", 1, 5_000_000),
                  "Records of one batch, at most; larger batches make fewer and larger files.")
              .defaultsTo("250000")
              .withFlag("--batch-records"));
  static final Key<Long> RUN_BATCH_BYTES =
      add(
          Key.of(
                  "run.batch_bytes",
                  size(64 * KIB, GIB),
                  "Bytes of one batch, at most; at least limits.max_record_bytes.")
              .defaultsTo("96MiB")
              .withFlag("--batch-bytes"));
  static final Key<Integer> RUN_WORKERS =
      add(
          Key.of(
                  "run.workers",
                  integer("workers", 1, MAX_WORKERS),
                  "Batches that are processed at once, one thread each.")
              .defaultsToWhat("one per processor, at most " + MAX_WORKERS)
              .withFlag("--workers"));
  static final Key<Long> RUN_MEMORY =
      add(
          Key.of(
                  "run.memory",
                  size(64 * MIB, TIB),
                  "Memory that DuckDB may use over all workers; beyond it, it spills to disk.")
              .defaultsTo("512MiB")
              .withFlag("--memory"));
  static final Key<Integer> RUN_ATTEMPTS =
      add(
          Key.of(
                  "run.attempts",
                  integer("tries", 1, 20),
                  "Tries per batch before the run gives up.")
              .defaultsTo("3"));
  static final Key<Duration> RUN_ACKNOWLEDGE_TIMEOUT =
      add(
          Key.of(
                  "run.acknowledge_timeout",
                  duration(Duration.ofSeconds(1), Duration.ofMinutes(15)),
                  "How long a batch waits for other attempts that hold some of its events.")
              .defaultsTo("60s"));
  static final Key<String> RUN_STAGING =
      add(
          Key.of(
                  "run.staging",
                  path(),
                  "A folder on this machine for files that have not landed yet; for a lake in a"
                      + " folder on the same file system.")
              .defaultsToWhat(
                  "<lake.path>/_weir/staging, for a lake in S3 weir in the system's"
                      + " temporary folder"));
  static final Key<String> RUN_SUMMARY_JSON =
      add(
          Key.of(
                  "run.summary_json",
                  path(),
                  "A file for the summary as one JSON object, besides the text.")
              .defaultsToWhat("none")
              .withFlag("--summary-json"));
  static final Key<Boolean> RUN_QUIET =
      add(
          Key.of("run.quiet", yesOrNo(), "Whether to show neither progress nor summary.")
              .defaultsTo("false")
              .withFlag("--quiet"));

  static final Key<String> QUERY_CACHE =
      add(
          Key.of(
                  "query.cache",
                  path(),
                  "A folder that keeps what weir query has fetched of lakes in S3.")
              .defaultsToWhat("weir in $XDG_CACHE_HOME, else ~/.cache/weir")
              .withFlag("--cache"));
  static final Key<Long> QUERY_CACHE_BYTES =
      add(
          Key.of(
                  "query.cache_bytes",
                  size(KIB, PIB),
                  "What that folder may hold; the files that no query has used for longest go"
                      + " first.")
              .defaultsTo("10GiB"));
  static final Key<Duration> LAMBDA_DEADLINE_MARGIN =
      add(
          Key.of(
                  "lambda.deadline_margin",
                  duration(Duration.ofMillis(100), Duration.ofMinutes(5)),
                  "How long before its timeout the function gives a batch up and asks for it again;"
                      + " at most half of the timeout.")
              .defaultsTo("5s"));

  private Keys() {}

  /** Every key, in the order of the documents. */
  public static List<Key<?>> all() {
    return List.copyOf(BY_NAME.values());
  }

  /** The key of this name, {@code run.workers}. */
  public static Optional<Key<?>> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /** The key that this flag of the command line sets, {@code --workers}. */
  public static Optional<Key<?>> ofFlag(String flag) {
    return BY_NAME.values().stream().filter(key -> key.flag().equals(Optional.of(flag))).findAny();
  }

  private static Key<List<String>> byPreset(String name, int minCount, String help) {
    return Key.of(name, texts("member names", minCount), help).defaultsToWhat("by fields.preset");
  }

  private static <T> Key<T> add(Key<T> key) {
    BY_NAME.put(key.name(), key);
    return key;
  }
}
