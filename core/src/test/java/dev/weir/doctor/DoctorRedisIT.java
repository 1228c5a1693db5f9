package dev.weir.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.sun.net.httpserver.HttpServer;
import dev.weir.claim.RedisClaimStore;
import dev.weir.claim.RedisOptions;
import dev.weir.claim.TestRedis;
import dev.weir.doctor.Finding.Verdict;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doctor at real Redis servers, as they should be and as they should not. */
class DoctorRedisIT {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final String SECRET = "correct-horse";
  private static final String REST =
      "redis-servers redis-version redis-eviction redis-memory redis-hashes redis-durability"
          + " redis-script redis-clock redis-claims";

  @TempDir Path folder;

  private final List<TestRedis> servers = new ArrayList<>();

  @AfterEach
  void stopServers() {
    servers.forEach(TestRedis::close);
  }

  @Test
  void serverThatLosesNothingPassesAndIsLeftAsItWas() throws IOException {
    TestRedis redis =
        start(
            "appendonly",
            "yes",
            "appendfsync",
            "always",
            "hash-max-listpack-entries",
            "512",
            "requirepass",
            SECRET);
    redis.call("AUTH", SECRET);

    Findings findings =
        Findings.of(
            Findings.settings(
                values(redis.uri(), "redis.password", SECRET, "lake.path", lake().toString())),
            CLOCK);

    findings.assertAllPass();
    assertEquals(
        "redis-reach redis-login " + REST + " lake-claims", after(findings, "lake-cleanup"));
    assertEquals(List.of(), redis.keys("*"));
    assertFalse(findings.toString().contains(SECRET));
  }

  @Test
  void cacheIsFoundOut() throws IOException {
    TestRedis redis =
        start(
            "maxmemory-policy",
            "allkeys-lru",
            "maxmemory",
            "10mb",
            "hash-max-listpack-entries",
            "128");

    Findings findings = examine(redis.uri(), "redis.expected_claims", "1000000");

    findings.assertIs(
        Verdict.FAIL, Check.REDIS_EVICTION, "allkeys-lru: the server may forget", "noeviction");
    findings.assertIs(
        Verdict.WARN,
        Check.REDIS_MEMORY,
        "42.0 MiB for 1,000,000 claims; maxmemory is 10.0 MiB",
        "");
    findings.assertIs(Verdict.WARN, Check.REDIS_HASHES, "only 128 entries", "512");
    findings.assertIs(
        Verdict.WARN, Check.REDIS_DURABILITY, "no append-only file, no replica", "appendonly");
    assertEquals("redis-eviction", findings.with(Verdict.FAIL));
  }

  @Test
  void logThatIsSyncedEverySecondWarnsOfThatSecond() throws IOException {
    TestRedis redis = start("appendonly", "yes", "appendfsync", "everysec");
    examine(redis.uri())
        .assertIs(
            Verdict.WARN, Check.REDIS_DURABILITY, "a crash may lose the last second", "always");
  }

  @Test
  void wrongPasswordFailsWithoutBeingShown() throws IOException {
    TestRedis redis = start("requirepass", SECRET);

    Findings wrong = examine(redis.uri(), "redis.password", "hunter2");
    wrong.assertIs(Verdict.FAIL, Check.REDIS_LOGIN, "WRONGPASS", "redis.password");
    assertEquals("redis-reach", wrong.with(Verdict.PASS));
    assertEquals(REST, wrong.with(Verdict.SKIPPED));
    assertFalse(wrong.toString().contains("hunter2"));
    examine(redis.uri()).assertIs(Verdict.FAIL, Check.REDIS_LOGIN, "NOAUTH", "redis.password");
  }

  @Test
  void passwordFromASecretIsTakenAndOneThatCannotBeReadFailsTheLogin() throws IOException {
    TestRedis redis = start("requirepass", SECRET);
    String arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:weir-AbCdEf";
    AtomicInteger status = new AtomicInteger(200);
    HttpServer service = secretsManager(status);
    Map<String, String> properties =
        Map.of(
            "aws.accessKeyId",
            "id",
            "aws.secretAccessKey",
            "key",
            "aws.endpointUrlSecretsManager",
            "http://127.0.0.1:" + service.getAddress().getPort());
    properties.forEach(System::setProperty);
    try {
      Findings taken = examine(redis.uri(), "redis.password_from", arn);
      taken.assertIs(Verdict.PASS, Check.REDIS_LOGIN, "as the default user", "");

      status.set(400);
      Findings unread = examine(redis.uri(), "redis.password_from", arn);
      unread.assertIs(
          Verdict.FAIL, Check.REDIS_LOGIN, arn + " cannot be read", "redis.password_from");
      assertEquals("redis-reach", unread.with(Verdict.PASS));
      assertEquals(REST, unread.with(Verdict.SKIPPED));
      assertFalse(unread.toString().contains(SECRET));
    } finally {
      properties.keySet().forEach(System::clearProperty);
      service.stop(0);
    }
  }

  /** Tells the password, or with another status than 200 that it does not. */
  private static HttpServer secretsManager(AtomicInteger status) throws IOException {
    HttpServer service =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.createContext(
        "/",
        exchange -> {
          String answer =
              status.get() == 200
                  ? "{\"SecretString\":\"%s\"}".formatted(SECRET)
                  : "{\"__type\":\"AccessDeniedException\",\"message\":\"not allowed\"}";
          exchange.sendResponseHeaders(status.get(), answer.length());
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(answer.getBytes(StandardCharsets.UTF_8));
          }
        });
    service.start();
    return service;
  }

  @Test
  void userWithoutPermissionsIsToldWhichToGrant() throws IOException {
    TestRedis redis = start();
    redis.call("ACL", "SETUSER", "nobody", "on", ">" + SECRET, "~weir:*", "-@all");
    redis.call("ACL", "SETUSER", "noscript", "on", ">" + SECRET, "~weir:*", "+@all", "-evalsha");
    redis.call("ACL", "SETUSER", "nohash", "on", ">" + SECRET, "~weir:*", "+@all", "-hdel");
    redis.call("ACL", "SETUSER", "nosample", "on", ">" + SECRET, "~weir:*", "+@all", "-hrandfield");
    redis.call(
        "ACL",
        "SETUSER",
        "weir",
        "on",
        ">" + SECRET,
        "~weir:*",
        "-@all",
        "+get",
        "+set",
        "+exists",
        "+expire",
        "+ttl",
        "+evalsha",
        "+script|load",
        "+hsetnx",
        "+hget",
        "+hset",
        "+hlen",
        "+hgetall",
        "+hrandfield",
        "+hdel",
        "+info",
        "+time");

    for (String user : List.of("nobody", "noscript", "nohash", "nosample")) {
      Findings findings = examine(redis.uri(), "redis.user", user, "redis.password", SECRET);
      findings.assertIs(Verdict.FAIL, Check.REDIS_SCRIPT, "grant the user the keys weir:*", "");
      assertEquals("redis-script", findings.with(Verdict.FAIL), user);
      assertEquals(Verdict.PASS, findings.of(Check.REDIS_LOGIN).verdict());
    }
    Findings least = examine(redis.uri(), "redis.user", "weir", "redis.password", SECRET);
    assertEquals("", least.with(Verdict.FAIL), least.toString());
    least.assertIs(Verdict.PASS, Check.REDIS_SCRIPT, "the script ran", "");
  }

  @Test
  void portThatNobodyListensAtFailsAndTheRestIsSkipped() {
    Findings findings = examine(URI.create("redis://127.0.0.1:1"));
    findings.assertIs(Verdict.FAIL, Check.REDIS_REACH, "check that the server is up", "");
    assertEquals("redis-login " + REST, findings.with(Verdict.SKIPPED));
  }

  @Test
  void clockThatIsHoursAwayFails() throws IOException {
    Clock ahead = Clock.offset(CLOCK, Duration.ofHours(2));
    Findings.ofClaims(Findings.settings(values(start().uri())), ahead)
        .assertIs(Verdict.FAIL, Check.REDIS_CLOCK, "s behind this machine's", "NTP");
  }

  @Test
  void claimsMadeWithOtherSettingsFail() throws IOException {
    TestRedis redis = start();
    claims(redis, 1_000_000);
    examine(redis.uri(), "redis.expected_claims", "1000000")
        .assertIs(Verdict.PASS, Check.REDIS_CLAIMS, "are whole and empty", "");
    examine(redis.uri(), "redis.expected_claims", "100000000")
        .assertIs(Verdict.FAIL, Check.REDIS_CLAIMS, "both are fixed when the claims", "");
    redis.call("DEL", redis.keys("weir:weir:*:epoch").get(0));
    examine(redis.uri(), "redis.expected_claims", "1000000")
        .assertIs(Verdict.FAIL, Check.REDIS_CLAIMS, "a part of the claims", "");
  }

  @Test
  void claimsOfAnotherLakeFail() throws IOException {
    TestRedis redis = start();
    String epoch = claims(redis, 200_000_000);
    Path lake = lake();
    Files.createDirectories(lake.resolve("_weir"));
    Files.writeString(lake.resolve("_weir/claims-epoch"), "another");
    Findings.of(Findings.settings(values(redis.uri(), "lake.path", lake.toString())), CLOCK)
        .assertIs(
            Verdict.FAIL, Check.LAKE_CLAIMS, "the ones given have the id " + epoch, "redis.name");
  }

  @Test
  void replicaFails() throws IOException {
    TestRedis primary = start();
    TestRedis replica = start("replicaof", "127.0.0.1 " + primary.port());
    examine(replica.uri())
        .assertIs(Verdict.FAIL, Check.REDIS_SERVERS, "is a replica", "the primary");
  }

  @Test
  void clusterIsLookedAtServerByServer() throws IOException {
    servers.addAll(TestRedis.startCluster(folder.resolve("cluster"), 3));
    servers.get(2).call("CONFIG", "SET", "maxmemory-policy", "volatile-lru");

    Findings findings = examine(servers.get(0).uri());

    findings.assertIs(Verdict.PASS, Check.REDIS_SERVERS, "a cluster of 3: ", "");
    findings.assertIs(Verdict.PASS, Check.REDIS_SCRIPT, "the script ran", "");
    findings.assertIs(
        Verdict.FAIL,
        Check.REDIS_EVICTION,
        "127.0.0.1:" + servers.get(2).port() + ": volatile-lru",
        "noeviction");
    for (TestRedis server : servers) {
      assertEquals(List.of(), server.keys("*"));
    }
  }

  private TestRedis start(String... settings) throws IOException {
    TestRedis redis = TestRedis.start(folder.resolve("redis-" + servers.size()), settings);
    servers.add(redis);
    return redis;
  }

  private static String claims(TestRedis redis, long expected) throws IOException {
    RedisOptions options = RedisOptions.of(List.of(redis.uri()), Duration.ofDays(8), expected);
    try (RedisClaimStore claims = RedisClaimStore.open(options, CLOCK)) {
      return claims.epoch();
    }
  }

  private Path lake() {
    return folder.resolve("lake");
  }

  private static Findings examine(URI redis, String... pairs) {
    return Findings.ofClaims(Findings.settings(values(redis, pairs)), CLOCK);
  }

  private static Map<String, String> values(URI redis, String... pairs) {
    Map<String, String> values = new HashMap<>();
    values.put("lake.path", "lake");
    values.put("claims.path", redis.toString());
    values.put("redis.backoff", "1ms");
    for (int i = 0; i < pairs.length; i += 2) {
      values.put(pairs[i], pairs[i + 1]);
    }
    return values;
  }

  /** The checks that passed after one of them. */
  private static String after(Findings findings, String check) {
    String passed = findings.with(Verdict.PASS);
    return passed.substring(passed.indexOf(check) + check.length() + 1);
  }
}
