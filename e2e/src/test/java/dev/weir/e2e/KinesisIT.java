package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.cli.generate.GeneratorSettings;
import dev.weir.local.EventSourceMapping;
import dev.weir.local.FailureDestination;
import dev.weir.local.FunctionOptions;
import dev.weir.local.FunctionReply.Status;
import dev.weir.local.KinesisServer;
import dev.weir.local.KinesisStream;
import dev.weir.local.LocalAws;
import dev.weir.local.LocalTools;
import dev.weir.local.MappingOptions;
import dev.weir.local.MappingSnapshot;
import dev.weir.local.RedisServer;
import dev.weir.local.Repetition;
import dev.weir.local.S3FailureDestination;
import dev.weir.local.S3Server;
import dev.weir.local.SandboxPool;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Kinesis, the function, Redis and S3 together, while sandboxes are killed and frozen and batches
 * come twice: each event lands once, and the books agree with the answers.
 *
 * <p>{@code -Dweir.kinesis.events=100000} sends more, {@code -Dweir.seed=N} draws the same again.
 */
class KinesisIT {
  private static final long SEED = Long.getLong("weir.seed", System.nanoTime() & 0xFFFF_FFFFL);
  private static final long EVENTS = Long.getLong("weir.kinesis.events", 6_000);
  private static final Path REPORT = Path.of("target", "kinesis.txt");
  private static final LocalTools TOOLS = LocalTools.installed();
  private static final String STREAM = "events";
  private static final String BUCKET = "kinesis";
  private static final String SPLIT_SHARD = "shardId-000000000001";
  private static final int TYPES = 4;
  private static final Duration TIMEOUT = Duration.ofSeconds(6);

  @TempDir private static Path folder;
  private static KinesisServer kinesis;
  private static RedisServer redis;
  private static S3Server s3;

  @BeforeAll
  static void start() throws IOException {
    if (KinesisServer.missing().isPresent()) {
      throw Tools.missing(KinesisServer.missing().get());
    }
    kinesis = KinesisServer.start(TOOLS, folder.resolve("kinesis"));
    redis = RedisServer.start(TOOLS, folder.resolve("redis"));
    s3 = S3Server.start(TOOLS, Files.createDirectory(folder.resolve("s3")));
    s3.createBucket(BUCKET);
  }

  @AfterAll
  static void stop() {
    for (AutoCloseable server : new AutoCloseable[] {kinesis, redis, s3}) {
      try {
        if (server != null) {
          server.close();
        }
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void everyEventLandsOnceWhileSandboxesDieAndBatchesComeTwice() throws Exception {
    SyntheticStream events =
        SyntheticStream.write(
            folder,
            new GeneratorSettings(
                EVENTS, SEED, TYPES, 1, GeneratorSettings.DEFAULT_START, 20_000, 5_000));
    kinesis.createStream(STREAM, 4);
    Invocations invocations = new Invocations();
    long began = System.nanoTime();
    try (KinesisClient client = kinesis.client();
        KinesisClient producer = producer();
        S3Client objects = s3.client();
        SandboxPool pool = new SandboxPool(TOOLS, function(), 6);
        SandboxStorm storm = new SandboxStorm(pool, 0.08, 0.04, 600, TIMEOUT, SEED)) {
      FailureDestination given = new S3FailureDestination(objects, BUCKET);
      StreamPuts puts = new StreamPuts(producer, STREAM, SEED);
      MappingSnapshot end;
      try (EventSourceMapping mapping =
          EventSourceMapping.start(
              new KinesisStream(client, STREAM),
              storm,
              options(),
              given,
              invocations,
              Clock.systemUTC())) {
        puts.put(events.file(), EVENTS / 2, () -> split(producer));
        end = await(mapping, puts.records());
      }
      pool.close();
      assertEquals(events.settings().lines(), puts.lines());
      assertEquals(0, end.discarded() + end.expired(), end.toString());
      assertEquals(5, end.openShards());
      assertTrue(invocations.count(Status.TIMED_OUT) > 0, "no invocation timed out");
      Invocations.Origin origin = invocations.reconcile(folder.resolve("sandboxes"), lake());
      report(events, puts, end, invocations, storm, origin, System.nanoTime() - began);
      audit(events, origin);
      assertAnswers(end, origin.answered());
    }
  }

  private static FunctionOptions function() throws IOException {
    return FunctionOptions.of(
            LambdaProcess.unpack(folder), LambdaProcess.HANDLER, folder.resolve("sandboxes"))
        .withTimeout(TIMEOUT)
        .withEnvironment(environment());
  }

  private static Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("AWS_ACCESS_KEY_ID", LocalAws.ACCESS_KEY_ID);
    environment.put("AWS_SECRET_ACCESS_KEY", LocalAws.SECRET_ACCESS_KEY);
    environment.put("WEIR_LAKE_PATH", "s3://%s/lake".formatted(BUCKET));
    environment.put("WEIR_S3_ENDPOINT", s3.uri().toString());
    environment.put("WEIR_S3_PATH_STYLE", "true");
    environment.put("WEIR_CLAIMS_PATH", redis.uri().toString());
    environment.put("WEIR_REDIS_NAME", "lake");
    environment.put("WEIR_REDIS_EXPECTED_CLAIMS", "200000");
    // Shorter than the timeout, so that sandboxes that thaw find themselves fenced.
    environment.put("WEIR_CLAIMS_TAKEOVER_AFTER", "2s");
    environment.put("WEIR_RUN_ACKNOWLEDGE_TIMEOUT", "1s");
    environment.put("WEIR_LAMBDA_DEADLINE_MARGIN", "1s");
    return environment;
  }

  private static MappingOptions options() {
    return MappingOptions.defaults()
        .withBatches(200, Duration.ofSeconds(1), 2)
        .withFailures(MappingOptions.UNTIL_EXPIRY, true, true, Optional.empty())
        .withPauses(Duration.ofMillis(100), Duration.ofMillis(50), Duration.ofSeconds(2))
        .withRepetition(new Repetition(0.1, 0.1, SEED));
  }

  /** Puts once or fails: a put that is made again after a timeout doubles what was sent. */
  private static KinesisClient producer() {
    return KinesisClient.builder()
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(LocalAws.ACCESS_KEY_ID, LocalAws.SECRET_ACCESS_KEY)))
        .region(Region.of(LocalAws.REGION))
        .endpointOverride(kinesis.uri())
        .httpClientBuilder(Apache5HttpClient.builder().socketTimeout(Duration.ofMinutes(5)))
        .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
        .build();
  }

  private static void split(KinesisClient client) {
    BigInteger quarter = BigInteger.ONE.shiftLeft(126);
    // The second of four: from one quarter of all hash keys to the half of them.
    client.splitShard(
        r ->
            r.streamName(STREAM)
                .shardToSplit(SPLIT_SHARD)
                .newStartingHashKey(quarter.add(quarter.shiftRight(1)).toString()));
    KinesisServer.awaitActive(client, STREAM);
  }

  /** Waits until everything is delivered; that it goes on is what bounds it. */
  private static MappingSnapshot await(EventSourceMapping mapping, long records) {
    long done = -1;
    long deadline = 0;
    while (true) {
      MappingSnapshot now = mapping.snapshot();
      assertTrue(mapping.failure().isEmpty(), () -> mapping.failure().toString());
      assertTrue(now.records() <= records, () -> "more was read than put: " + now);
      if (now.done() == records && now.finishedShards() == 1) {
        return now;
      }
      if (now.done() != done) {
        done = now.done();
        deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
      }
      assertTrue(
          System.nanoTime() < deadline, () -> "stands still, seed %d: %s".formatted(SEED, now));
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  private static Path lake() {
    return s3.objects().resolve(BUCKET).resolve("lake");
  }

  private static void audit(SyntheticStream events, Invocations.Origin origin) throws IOException {
    assertEquals(
        new Auditor.Findings(EVENTS, 0, 0, 0, 0, 0),
        Auditor.events(lake(), events.manifest()),
        () -> "seed " + SEED);
    assertEquals(events.deadLetters(), Auditor.deadLetters(lake()));
    long letters = events.settings().malformed();
    assertEquals(List.of(EVENTS, letters), Auditor.ledger(lake()));
    Invocations.Books all = origin.answered().plus(origin.silent());
    assertEquals(EVENTS, all.landed());
    assertEquals(letters, all.deadLetters());
    assertEquals(0, all.filtered());
  }

  /** The mapping has summed the same answers. */
  private static void assertAnswers(MappingSnapshot end, Invocations.Books answered) {
    assertEquals(
        Map.of(
            "num_events_processed", answered.landed(),
            "num_duplicate_events", answered.duplicates(),
            "num_dead_letters", answered.deadLetters(),
            "num_filtered_events", answered.filtered()),
        end.answers());
  }

  private static void report(
      SyntheticStream events,
      StreamPuts puts,
      MappingSnapshot end,
      Invocations invocations,
      SandboxStorm storm,
      Invocations.Origin origin,
      long nanos)
      throws IOException {
    String report =
        """
        kinesis: %,d events, %,d duplicates, %,d malformed in %,d records; %d s; seed %d
          invocations %,d: answered %,d (partial %,d), failed %,d, timed out %,d, crashed %,d; throttled %,d
          sandboxes killed %,d, frozen %,d; retries %,d, bisections %,d; delivered twice on purpose %,d
          by answers: %s
          by %,d attempts that never answered: %s
        """
            .formatted(
                EVENTS,
                events.settings().duplicates(),
                events.settings().malformed(),
                puts.records(),
                TimeUnit.NANOSECONDS.toSeconds(nanos),
                SEED,
                end.invocations(),
                invocations.count(Status.ANSWERED),
                end.partial(),
                invocations.count(Status.FAILED),
                invocations.count(Status.TIMED_OUT),
                invocations.count(Status.CRASHED),
                end.throttles(),
                storm.killed(),
                storm.frozen(),
                end.retries(),
                end.bisections(),
                end.repetitions(),
                origin.answered(),
                origin.silentAttempts(),
                origin.silent());
    Files.writeString(REPORT, report);
    System.out.print(report);
  }
}
