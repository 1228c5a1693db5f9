package dev.weir.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.claim.TestRedis;
import dev.weir.lake.S3ProxyServer;
import dev.weir.local.FunctionReply;
import dev.weir.local.LocalTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive of classes is made, is used, and where it does not fit the function starts too. */
class StartArchiveIT {
  private static final Path JAVA = Path.of(System.getProperty("java.home"));
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String SHARED = "source: shared objects file";

  @TempDir static Path folder;
  private static S3ProxyServer s3;
  private static TestRedis redis;
  private static final AtomicInteger events = new AtomicInteger();

  @BeforeAll
  static void start() throws IOException {
    s3 = S3ProxyServer.inMemory(folder);
    s3.createBucket("start");
    redis = TestRedis.start(folder.resolve("redis"));
  }

  @AfterAll
  static void stop() {
    redis.close();
    s3.close();
  }

  @Test
  void archiveIsUsedAndOneThatDoesNotFitIsPassedOver() throws Exception {
    isUsedAndPassedOver(JAVA);
  }

  @Test
  void archiveIsUsedAndOneThatDoesNotFitIsPassedOverOnJava25() throws Exception {
    isUsedAndPassedOver(java25());
  }

  /** In one test, because making an archive takes longest. */
  private void isUsedAndPassedOver(Path java) throws Exception {
    Path task = archived(java);
    classesComeFromTheArchive(java, task);
    whatDoesNotFitIsPassedOver(java, task);
  }

  private void classesComeFromTheArchive(Path java, Path task) throws Exception {
    Path classes = task.resolveSibling("classes.log");
    lands(java, task, List.of("-Xlog:class+load:file=" + classes), inS3AndRedis());
    List<String> loaded = Files.readAllLines(classes);
    for (String name :
        List.of(
            "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
            "dev.weir.lambda.EventHandler",
            "org.duckdb.DuckDBConnection",
            "redis.clients.jedis.Connection",
            "software.amazon.awssdk.services.s3.DefaultS3Client")) {
      assertTrue(
          loaded.stream().anyMatch(line -> line.contains(name + " ") && line.contains(SHARED)),
          name + " is not from the archive");
    }
    long shared = loaded.stream().filter(line -> line.contains(SHARED)).count();
    System.out.printf(
        "start archive, Java %s: %d of %d classes%n", version(java), shared, loaded.size());
    assertTrue(shared > loaded.size() * 9L / 10, shared + " of " + loaded.size());
  }

  private void whatDoesNotFitIsPassedOver(Path java, Path task) throws Exception {
    Path archive = task.resolve("lib/" + name(java));
    byte[] content = Files.readAllBytes(archive);

    // The other kind of archive; on Java 17 an option that it does not know.
    Path other = task.resolve(name(java).equals("weir.aot") ? "lib/weir.jsa" : "lib/weir.aot");
    Files.move(archive, other);
    Files.copy(Path.of(archive + ".bytes"), Path.of(other + ".bytes"));
    lands(java, task);
    Files.delete(other);

    put(archive, "no archive".repeat(1000).getBytes(UTF_8));
    lands(java, task);
    // Here the JVM of Java 17 would crash.
    Files.write(archive, Arrays.copyOf(content, content.length / 2));
    Files.writeString(Path.of(archive + ".bytes"), content.length + "\n");
    lands(java, task);

    // A jar that is not the one that it was made of.
    put(archive, content);
    Path jar = task.resolve("lib/weir-lambda-0.1.0.jar");
    Files.write(jar, new byte[100], StandardOpenOption.APPEND);
    lands(java, task);
  }

  private static void put(Path archive, byte[] content) throws IOException {
    Files.write(archive, content);
    Files.writeString(Path.of(archive + ".bytes"), content.length + "\n");
  }

  /** A zip with an archive, made for a Java platform and unpacked where it was made. */
  private static Path archived(Path java) throws Exception {
    Path parent = Files.createTempDirectory(folder, "archived");
    Path task = parent.resolve("task");
    Path zip = parent.resolve("with-archive.zip");
    Process process =
        new ProcessBuilder(
                Checkout.ROOT.resolve("lambda/archive").toString(),
                LambdaProcess.ZIP.toString(),
                zip.toString(),
                "--java",
                java.toString(),
                "--runtime",
                LocalTools.installed().lambdaRuntime(),
                "--task",
                task.toString())
            .redirectErrorStream(true)
            .redirectOutput(parent.resolve("archive.log").toFile())
            .start();
    assertTrue(process.waitFor(3, TimeUnit.MINUTES), "lambda/archive does not end");
    assertEquals(0, process.exitValue(), () -> said(parent.resolve("archive.log")));
    Files.delete(task.resolve("lib/" + name(java)));
    assertEquals(task, LambdaProcess.unpack(zip, parent));
    return task;
  }

  private static String said(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** With folders as stores, which start soonest. */
  private void lands(Path java, Path task) throws Exception {
    Path stores = Files.createTempDirectory(folder, "stores");
    Map<String, String> environment = new HashMap<>();
    environment.put("WEIR_LAKE_PATH", stores.resolve("lake").toString());
    environment.put("WEIR_CLAIMS_PATH", stores.resolve("claims").toString());
    lands(java, task, List.of(), environment);
  }

  private static Map<String, String> inS3AndRedis() {
    Map<String, String> environment = new HashMap<>();
    environment.put("AWS_REGION", S3ProxyServer.REGION);
    environment.put("AWS_ACCESS_KEY_ID", S3ProxyServer.ACCESS_KEY_ID);
    environment.put("AWS_SECRET_ACCESS_KEY", S3ProxyServer.SECRET_ACCESS_KEY);
    environment.put("WEIR_LAKE_PATH", "s3://start/lake");
    environment.put("WEIR_S3_ENDPOINT", s3.uri().toString());
    environment.put("WEIR_S3_PATH_STYLE", "true");
    environment.put("WEIR_CLAIMS_PATH", redis.uri().toString());
    environment.put("WEIR_REDIS_EXPECTED_CLAIMS", "100000");
    return environment;
  }

  private void lands(Path java, Path task, List<String> options, Map<String, String> environment)
      throws Exception {
    environment.put("AWS_LAMBDA_EXEC_WRAPPER", task.resolve("weir-start").toString());
    try (LambdaProcess function = LambdaProcess.start(java, task, options, environment)) {
      FunctionReply reply = function.invoke(event(), TIMEOUT);
      assertTrue(reply.isAnswer(), reply.body());
      assertTrue(reply.body().contains("\"num_events_processed\":1,"), reply.body());
    }
  }

  private byte[] event() {
    String event =
        "{\"event_uuid\":\"018bcfe5-6800-7000-8000-%012x\",\"event_name\":\"type:made\","
            + "\"created_at\":1700000000.5,\"payload\":{}}";
    int number = events.incrementAndGet(); // starts share the claims
    return ("{\"Records\":[{\"kinesis\":{\"sequenceNumber\":\"%d\",\"data\":\"%s\","
            + "\"approximateArrivalTimestamp\":1700000001.25},\"eventSource\":\"aws:kinesis\","
            + "\"eventID\":\"shardId-000000000000:1\","
            + "\"eventSourceARN\":\"arn:aws:kinesis:us-east-1:123456789012:stream/s\"}]}")
        .formatted(
            number, Base64.getEncoder().encodeToString(event.formatted(number).getBytes(UTF_8)))
        .getBytes(UTF_8);
  }

  private static String name(Path java) throws IOException {
    return Integer.parseInt(version(java)) >= 25 ? "weir.aot" : "weir.jsa";
  }

  /** The feature version of a Java platform, as it says itself. */
  private static String version(Path java) throws IOException {
    return Files.readAllLines(java.resolve("release")).stream()
        .filter(line -> line.startsWith("JAVA_VERSION="))
        .map(line -> line.replaceAll("\\D*(\\d+).*", "$1"))
        .findFirst()
        .orElseThrow();
  }

  private static Path java25() throws IOException {
    return LambdaIT.java25().orElseThrow(() -> Tools.missing("a JDK 25 is not installed"));
  }
}
