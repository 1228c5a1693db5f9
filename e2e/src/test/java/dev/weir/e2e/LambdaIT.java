package dev.weir.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.weir.claim.TestRedis;
import dev.weir.lake.S3ProxyServer;
import dev.weir.local.FunctionReply;
import dev.weir.source.KplAggregate;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The deployed function, run as Lambda runs it, with its claims in Redis and its lake in S3. */
class LambdaIT {
  private static final Path JAVA = Path.of(System.getProperty("java.home"));
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Pattern FAILURE = Pattern.compile("\"itemIdentifier\":\"(\\d+)\"");
  private static final String BUCKET = "lambda";

  @TempDir static Path folder;
  private static S3ProxyServer s3;
  private static TestRedis redis;
  private static Path task;

  @BeforeAll
  static void start() throws IOException {
    s3 = S3ProxyServer.onDisk(folder);
    s3.createBucket(BUCKET);
    redis = TestRedis.start(folder.resolve("redis"));
    task = LambdaProcess.unpack(folder);
  }

  @AfterAll
  static void stop() {
    redis.close();
    s3.close();
  }

  @Test
  void duplicatesMalformedAndAggregatedRecordsAreAccountedFor() throws Exception {
    try (LambdaProcess function = start(JAVA, environment("mixed"))) {
      Stream first =
          new Stream()
              .add(1, event(1))
              .add(2, event(2) + "\n" + event(1)) // a duplicate inside of the batch
              .add(3, "{\"event_name\":")
              .add(4, KplAggregate.of(List.of(bytes(event(3)), bytes("x"), bytes(event(4)))));
      assertEquals(counts(4, 1, 2), counts(function.invoke(first.event(), TIMEOUT)));
      // Lambda delivers again from the third record on, with more behind it.
      Stream again = first.from(3).add(5, event(5)).add(6, event(2));
      assertEquals(counts(1, 5, 0), counts(function.invoke(again.event(), TIMEOUT)));
      FunctionReply refused = function.invoke(bytes("{\"Records\":[{}]}"), TIMEOUT);
      assertTrue(!refused.isAnswer() && refused.body().contains("Kinesis"), refused.body());
      assertTrue(function.said().contains("\"Namespace\":\"Weir\""), function.said());
    }
    audit("mixed", 5, 2);
  }

  @Test
  void redeliveryAfterKillsLandsEachEventOnce() throws Exception {
    Map<String, String> environment = environment("killed");
    environment.put("WEIR_CLAIMS_TAKEOVER_AFTER", "1s");
    environment.put("WEIR_RUN_ACKNOWLEDGE_TIMEOUT", "1s");
    Stream all = new Stream();
    for (int i = 1; i <= 400; i++) {
      all.add(i, event(i));
    }
    for (String point : List.of("_weir/attempts", "events")) {
      long before = objects("killed", point);
      try (LambdaProcess function = start(JAVA, environment)) {
        function.awaitReady();
        function.invokeAndKill(all.event(), () -> objects("killed", point) > before);
      }
    }
    try (LambdaProcess function = start(JAVA, environment)) {
      // Bisected, and delivered until nothing is asked for again.
      deliver(function, all.until(133));
      deliver(function, all.from(100));
    }
    audit("killed", 400, 0);
  }

  @Test
  void deliveryThatTimesOutComesAgain() throws Exception {
    Map<String, String> environment = environment("late");
    environment.put("WEIR_LAMBDA_DEADLINE_MARGIN", "3s");
    environment.put("WEIR_REDIS_ANSWER_TIMEOUT", "300ms");
    try (LambdaProcess function = start(JAVA, environment)) {
      assertEquals(
          counts(1, 0, 0), counts(function.invoke(new Stream().add(1, event(1)).event(), TIMEOUT)));
      redis.call("CLIENT", "PAUSE", "3000", "ALL");
      Stream late = new Stream().add(2, event(2)).add(3, event(3));
      FunctionReply reply = function.invoke(late.event(), Duration.ofSeconds(4));
      assertEquals(List.of("2"), failures(reply), reply.body());
      redis.call("PING"); // answered when the pause is over
      deliver(function, late);
    }
    audit("late", 3, 0);
  }

  @Test
  void processThatHangsInCallEndsItself() throws Exception {
    Map<String, String> environment = environment("hung");
    environment.put("WEIR_LAMBDA_DEADLINE_MARGIN", "1s");
    environment.put("WEIR_REDIS_ANSWER_TIMEOUT", "1m");
    environment.put("WEIR_CLAIMS_TAKEOVER_AFTER", "1s");
    Stream stream = new Stream().add(1, event(1)).add(2, event(2));
    try (TestRedis hanging = TestRedis.start(folder.resolve("hanging"))) {
      environment.put("WEIR_CLAIMS_PATH", hanging.uri().toString());
      try (LambdaProcess function = start(JAVA, environment)) {
        function.awaitReady();
        hanging.call("CLIENT", "PAUSE", "3000", "ALL");
        function.invokeUntilEnd(stream.event(), Duration.ofSeconds(2));
      }
      hanging.call("PING"); // answered when the pause is over
      try (LambdaProcess function = start(JAVA, environment)) {
        deliver(function, stream);
      }
    }
    audit("hung", 2, 0);
  }

  @Test
  void valuesThatFailTheSqlAreInNoLog() throws Exception {
    Map<String, String> environment = environment("failing");
    environment.put("WEIR_RUN_ATTEMPTS", "2");
    environment.put(
        "WEIR_TRANSFORM_SQL_TEXT",
        "SELECT event_uuid, date, event_type, timezone(event_name, TIMESTAMP '2026-01-01') AS at"
            + " FROM events");
    try (LambdaProcess function = start(JAVA, environment)) {
      Stream stream = new Stream().add(7, event(1).replace("type-1:made", "O'Brien:4111"));
      assertEquals(List.of("7"), failures(function.invoke(stream.event(), TIMEOUT)));
      assertTrue(function.said().contains("Unknown TimeZone …"), function.said());
      assertFalse(function.said().contains("Brien"), function.said());
    }
  }

  @Test
  void functionStartsFromSnapshot() throws Exception {
    Map<String, String> environment = environment("restored");
    environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start");
    try (LambdaProcess function = start(JAVA, environment)) {
      Stream stream = new Stream().add(1, event(1)).add(2, event(2));
      assertEquals(counts(2, 0, 0), counts(function.invoke(stream.event(), TIMEOUT)));
      assertTrue(function.wasRestored());
    }
    audit("restored", 2, 0);
  }

  @Test
  void passwordIsReadAgainWhenItWasRotated() throws Exception {
    String rotated = "rotated-f7c29b31";
    List<String> passwords = new ArrayList<>(List.of("outdated-5e0d84aa", rotated));
    HttpServer secrets =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    secrets.createContext(
        "/",
        exchange -> {
          byte[] answer =
              bytes(
                  "{\"SecretString\":\"{\\\"password\\\":\\\"" + passwords.remove(0) + "\\\"}\"}");
          exchange.sendResponseHeaders(200, answer.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(answer);
          }
        });
    secrets.start();
    try (TestRedis guarded = TestRedis.start(folder.resolve("guarded"))) {
      guarded.call("CONFIG", "SET", "requirepass", rotated);
      Map<String, String> environment = environment("guarded");
      environment.put("WEIR_CLAIMS_PATH", guarded.uri().toString());
      environment.put(
          "WEIR_REDIS_PASSWORD_FROM",
          "arn:aws:secretsmanager:us-east-1:123456789012:secret:weir-AbCdEf");
      environment.put(
          "AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:" + secrets.getAddress().getPort());
      try (LambdaProcess function = start(JAVA, environment)) {
        Stream stream = new Stream().add(1, event(1));
        assertEquals(counts(1, 0, 0), counts(function.invoke(stream.event(), TIMEOUT)));
        assertTrue(function.said().contains("\"Namespace\":\"Weir\""), function.said());
        assertFalse(function.said().contains(rotated), function.said());
        assertFalse(function.said().contains("outdated-5e0d84aa"), function.said());
      }
      assertEquals(List.of(), passwords);
    } finally {
      secrets.stop(0);
    }
    audit("guarded", 1, 0);
  }

  @Test
  void largestBatchFitsTheFunction() throws Exception {
    largestBatch(JAVA, "largest");
  }

  @Test
  void largestBatchFitsTheFunctionOnJava25() throws Exception {
    Path java = java25().orElseThrow(() -> Tools.missing("a JDK 25 is not installed"));
    largestBatch(java, "largest-25");
  }

  private static void largestBatch(Path java, String lake) throws Exception {
    Stream stream = new Stream();
    for (int i = 1; i <= 10_000; i++) {
      stream.add(i, event(i));
    }
    byte[] event = stream.event();
    try (LambdaProcess function = start(java, environment(lake))) {
      long ready = function.awaitReady();
      long started = System.nanoTime();
      assertEquals(counts(10_000, 0, 0), counts(function.invoke(event, TIMEOUT)));
      long first = (System.nanoTime() - started) / 1_000_000;
      started = System.nanoTime();
      assertEquals(counts(0, 10_000, 0), counts(function.invoke(event, TIMEOUT)));
      long again = (System.nanoTime() - started) / 1_000_000;
      long peak = function.peakBytes();
      System.out.printf(
          "lambda, %s: ready after %d ms; 10,000 records of %.1f MB in %d ms, again in %d ms;"
              + " at most %d MiB%n",
          java.getFileName(), ready, event.length / 1e6, first, again, peak >> 20);
      Matcher steps = Pattern.compile("\"step_ms\":\\{([^}]*)}").matcher(function.said());
      for (String delivery : List.of("first", "again")) {
        assertTrue(steps.find(), function.said());
        System.out.printf("  %s, ms: %s%n", delivery, steps.group(1).replace("\"", ""));
      }
      assertTrue(peak < 512L << 20, "peak: " + (peak >> 20) + " MiB");
    }
    audit(lake, 10_000, 0);
  }

  @Test
  void javaIsToldByItsReleaseAndNotByItsName(@TempDir Path homes) throws IOException {
    for (String version : List.of("11.0.25", "25.0.3")) {
      Path home = Files.createDirectories(homes.resolve("jdk-" + version));
      Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
      assertTrue(Files.createFile(java).toFile().setExecutable(true));
      String release = "JAVA_RUNTIME_VERSION=\"%s+9\"\nJAVA_VERSION=\"%s\"\n";
      Files.writeString(home.resolve("release"), release.formatted(version, version));
      Optional<Path> expected = Optional.of(home).filter(found -> version.startsWith("25"));
      assertEquals(expected, java25(homes));
    }
  }

  static Optional<Path> java25() throws IOException {
    return java25(Path.of("/usr/lib/jvm"));
  }

  private static Optional<Path> java25(Path homes) throws IOException {
    if (!Files.isDirectory(homes)) {
      return Optional.empty();
    }
    try (java.util.stream.Stream<Path> found = Files.list(homes)) {
      return found
          .filter(home -> Files.isExecutable(home.resolve("bin/java")))
          .filter(LambdaIT::isJava25)
          .findFirst();
    }
  }

  private static boolean isJava25(Path home) {
    try {
      String release = Files.readString(home.resolve("release"));
      return Pattern.compile("(?m)^JAVA_VERSION=\"25\\b").matcher(release).find();
    } catch (IOException e) {
      return false; // it does not say what it is
    }
  }

  /** Delivers records as Lambda does: again from the earliest that is asked for, until none is. */
  private static void deliver(LambdaProcess function, Stream records) throws Exception {
    Stream rest = records;
    for (int i = 0; i < 60 && !rest.isEmpty(); i++) {
      FunctionReply reply = function.invoke(rest.event(), TIMEOUT);
      assertTrue(reply.isAnswer(), reply.body());
      List<String> failures = failures(reply);
      rest = failures.isEmpty() ? new Stream() : rest.from(Long.parseLong(failures.get(0)));
    }
    assertTrue(rest.isEmpty(), "still asked for");
  }

  /** The events from 1 on are all there, each once and as sent, and so many dead letters. */
  private static void audit(String lake, int events, int deadLetters) {
    Path root = folder.resolve("objects").resolve(BUCKET).resolve(lake);
    try (Duck duck = new Duck()) {
      String landed = LakeTables.events(root);
      String sent =
          IntStream.rangeClosed(1, events)
              .mapToObj(i -> "('%s'::UUID, '%s', '%s')".formatted(uuid(i), name(i), payload(i)))
              .reduce((a, b) -> a + "," + b)
              .orElseThrow();
      duck.execute("CREATE TABLE sent AS FROM (VALUES " + sent + ") t(event_uuid, name, payload)");
      assertEquals(events, duck.number("SELECT count(*) FROM " + landed));
      assertEquals(
          events,
          duck.number(
              "SELECT count(*) FROM "
                  + landed
                  + " l JOIN sent s ON l.event_uuid = s.event_uuid AND l.event_name = s.name"
                  + " AND l.payload::VARCHAR = s.payload"));
      long letters =
          objects(lake, "dead_letters") == 0
              ? 0
              : duck.number(
                  "SELECT count(*) FROM read_parquet('%s/dead_letters/**/*.parquet')"
                      .formatted(root));
      assertEquals(deadLetters, letters);
    }
  }

  private static long objects(String lake, String part) {
    Path root = folder.resolve("objects").resolve(BUCKET).resolve(lake).resolve(part);
    if (!Files.isDirectory(root)) {
      return 0;
    }
    try (java.util.stream.Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).count();
    } catch (IOException | java.io.UncheckedIOException e) {
      return 0; // something was renamed meanwhile
    }
  }

  private static LambdaProcess start(Path java, Map<String, String> environment)
      throws IOException {
    return LambdaProcess.start(java, task, List.of(), environment);
  }

  private static Map<String, String> environment(String lake) {
    Map<String, String> environment = new HashMap<>();
    environment.put("AWS_REGION", S3ProxyServer.REGION);
    environment.put("AWS_ACCESS_KEY_ID", S3ProxyServer.ACCESS_KEY_ID);
    environment.put("AWS_SECRET_ACCESS_KEY", S3ProxyServer.SECRET_ACCESS_KEY);
    environment.put("WEIR_LAKE_PATH", "s3://%s/%s".formatted(BUCKET, lake));
    environment.put("WEIR_S3_ENDPOINT", s3.uri().toString());
    environment.put("WEIR_S3_PATH_STYLE", "true");
    environment.put("WEIR_CLAIMS_PATH", redis.uri().toString());
    environment.put("WEIR_REDIS_NAME", lake);
    environment.put("WEIR_REDIS_EXPECTED_CLAIMS", "100000");
    return environment;
  }

  private static String event(int i) {
    return "{\"event_uuid\":\"%s\",\"event_name\":\"%s\",\"created_at\":1700000000.5,\"payload\":%s}"
        .formatted(uuid(i), name(i), payload(i));
  }

  private static String uuid(int i) {
    return "018bcfe5-6800-7000-8000-%012x".formatted(i);
  }

  private static String name(int i) {
    return "type-%d:made".formatted(i % 20);
  }

  private static String payload(int i) {
    return "{\"n\":%d,\"text\":\"é\"}".formatted(i);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static List<String> failures(FunctionReply reply) {
    return FAILURE.matcher(reply.body()).results().map(found -> found.group(1)).toList();
  }

  private static String counts(FunctionReply reply) {
    Matcher counts =
        Pattern.compile(
                "\\{\"batchItemFailures\":\\[],\"num_events_processed\":(\\d+),"
                    + "\"num_duplicate_events\":(\\d+),\"num_dead_letters\":(\\d+),.*")
            .matcher(reply.body());
    assertTrue(counts.matches() && reply.isAnswer(), reply.body());
    return "%s %s %s".formatted(counts.group(1), counts.group(2), counts.group(3));
  }

  private static String counts(int processed, int duplicates, int deadLetters) {
    return "%d %d %d".formatted(processed, duplicates, deadLetters);
  }

  /** Some records of a shard, by ascending sequence numbers. */
  private static final class Stream {
    private final List<Long> numbers = new ArrayList<>();
    private final List<byte[]> data = new ArrayList<>();

    Stream add(long number, String text) {
      return add(number, bytes(text));
    }

    Stream add(long number, byte[] content) {
      numbers.add(number);
      data.add(content);
      return this;
    }

    Stream from(long number) {
      return only(i -> numbers.get(i) >= number);
    }

    Stream until(long number) {
      return only(i -> numbers.get(i) <= number);
    }

    private Stream only(java.util.function.IntPredicate wanted) {
      Stream some = new Stream();
      IntStream.range(0, numbers.size())
          .filter(wanted)
          .forEach(i -> some.add(numbers.get(i), data.get(i)));
      return some;
    }

    boolean isEmpty() {
      return numbers.isEmpty();
    }

    byte[] event() {
      List<String> records = new ArrayList<>();
      for (int i = 0; i < numbers.size(); i++) {
        String number = Long.toString(numbers.get(i));
        records.add(
            ("{\"kinesis\":{\"kinesisSchemaVersion\":\"1.0\",\"partitionKey\":\"k\","
                    + "\"sequenceNumber\":\"%s\",\"data\":\"%s\","
                    + "\"approximateArrivalTimestamp\":1700000001.25},"
                    + "\"eventSource\":\"aws:kinesis\",\"eventVersion\":\"1.0\","
                    + "\"eventID\":\"shardId-000000000000:%s\","
                    + "\"eventName\":\"aws:kinesis:record\","
                    + "\"invokeIdentityArn\":\"arn:aws:iam::123456789012:role/weir\","
                    + "\"awsRegion\":\"us-east-1\","
                    + "\"eventSourceARN\":\"arn:aws:kinesis:us-east-1:123456789012:stream/s\"}")
                .formatted(number, Base64.getEncoder().encodeToString(data.get(i)), number));
      }
      return bytes("{\"Records\":[" + String.join(",", records) + "]}");
    }
  }
}
