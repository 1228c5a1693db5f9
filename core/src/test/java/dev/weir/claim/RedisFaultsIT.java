package dev.weir.claim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of claims when Redis is wrongly set up, fails or loses its data. */
class RedisFaultsIT {
  private static final Duration KEEP = ClaimStoreContract.KEEP;
  private static final String SECRET = "open-sesame-4711";

  @TempDir private Path directory;
  private final TestClock clock = new TestClock(ClaimStoreContract.START);
  private TestRedis redis;
  private long nextAttempt;

  @BeforeEach
  void startRedis() throws IOException {
    redis = TestRedis.start(directory.resolve("redis"));
  }

  @AfterEach
  void stopRedis() {
    redis.close();
  }

  private RedisOptions options() {
    return RedisClaimStoreContract.options(redis.uri());
  }

  private RedisClaimStore open() throws IOException {
    return RedisClaimStore.open(options(), clock);
  }

  private Attempt attempt() {
    return new Attempt((int) clock.instant().getEpochSecond(), ++nextAttempt);
  }

  private static Claims claims(Attempt attempt, int from, int to) {
    return ClaimStoreContract.claims(attempt, from, to);
  }

  private static boolean allMine(Claims claims) {
    return IntStream.range(0, claims.count()).allMatch(claims::isMine);
  }

  private static String refusal(RedisOptions options, TestClock clock) {
    return assertThrows(IOException.class, () -> RedisClaimStore.open(options, clock).close())
        .getMessage();
  }

  private static void assertContains(String part, String text) {
    assertTrue(text.contains(part), text);
  }

  @Test
  void claimWhoseAnswerWasLostIsStillMine() throws IOException {
    try (var proxy = new CuttingProxy(redis.port(), ServerSocketFactory.getDefault());
        var store =
            RedisClaimStore.open(RedisClaimStoreContract.options(proxy.uri("redis")), clock)) {
      store.claim(claims(attempt(), 5000, 5001)); // teaches the script
      Attempt dead = attempt();
      proxy.loseAnswers(2);
      Claims lost = claims(dead, 0, 1200);
      store.claim(lost);
      assertTrue(allMine(lost));
      proxy.loseAnswers(1);
      Claims rebound = claims(attempt(), 0, 1500);
      store.rebind(rebound, dead);
      assertTrue(allMine(rebound));
      assertEquals(3, proxy.lostAnswers());
    }
  }

  @Test
  void lostAnswersBeyondTheRetriesFailTheCall() throws IOException {
    try (var proxy = new CuttingProxy(redis.port(), ServerSocketFactory.getDefault());
        var store =
            RedisClaimStore.open(RedisClaimStoreContract.options(proxy.uri("redis")), clock)) {
      store.claim(claims(attempt(), 5000, 5001)); // teaches the script
      proxy.loseAnswers(100);
      Claims lost = claims(attempt(), 0, 10);
      String message = assertThrows(IOException.class, () -> store.claim(lost)).getMessage();
      assertContains("no answer", message);
      assertEquals(6, proxy.lostAnswers(), "one try and five retries");
      proxy.loseAnswers(0);
      Claims other = claims(attempt(), 0, 10);
      store.claim(other);
      assertEquals(lost.attempt(), other.owner(0), "the lost calls were executed");
    }
  }

  @Test
  void restartWithoutDataFailsClosed() throws IOException {
    try (var store = open()) {
      store.claim(claims(attempt(), 0, 1000));
      String epoch = store.epoch();
      redis.kill();
      assertContains(
          "no answer",
          assertThrows(IOException.class, () -> store.claim(claims(attempt(), 0, 10)))
              .getMessage());
      redis.start();
      assertContains(
          "flushed, restarted without its data",
          assertThrows(IOException.class, () -> store.claim(claims(attempt(), 0, 10)))
              .getMessage());
      try (var other = open()) {
        assertNotEquals(epoch, other.epoch(), "the lake tells that these are other claims");
      }
      assertThrows(IOException.class, () -> store.claim(claims(attempt(), 0, 10)));
    }
  }

  @Test
  void restartWithDataIsRiddenOut() throws Exception {
    redis.close();
    redis =
        TestRedis.start(directory.resolve("durable"), "appendonly", "yes", "appendfsync", "always");
    try (var store =
        RedisClaimStore.open(
            options().withRetries(50, Duration.ofMillis(20), Duration.ofMillis(200)), clock)) {
      Attempt a = attempt();
      store.claim(claims(a, 0, 1000));
      redis.kill();
      Thread restart =
          new Thread(
              () -> {
                try {
                  redis.start();
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      restart.start();
      Claims after = claims(attempt(), 0, 1001);
      store.claim(after);
      restart.join();
      assertEquals(a, after.owner(0));
      assertEquals(a, after.owner(999));
      assertTrue(after.isMine(1000));
      assertTrue(store.servers().get(0).appendOnly());
    }
  }

  /** The process remembers that it has put off the expiry, and the server that it has not. */
  @Test
  void expiryThatARestartLostIsPutOffAgain() throws Exception {
    redis.close();
    redis =
        TestRedis.start(directory.resolve("durable"), "appendonly", "yes", "appendfsync", "always");
    try (var store = open()) {
      store.claim(claims(attempt(), 0, 10_000));
      List<String> buckets = new ArrayList<>(redis.keys("weir:weir:{*}:*"));
      buckets.removeIf(key -> key.contains(":epoch") || key.contains(":used"));
      for (String bucket : buckets) {
        redis.call("EXPIRE", bucket, "1000");
      }
      redis.kill();
      redis.start();
      store.claim(claims(attempt(), 10_000, 40_000));
      for (String bucket : buckets) {
        assertTrue((Long) redis.call("TTL", bucket) > KEEP.toSeconds(), bucket);
      }
    }
  }

  @Test
  void storeThatWasEmptiedBeforeItsFirstClaimCountsAsUnused() throws IOException {
    try (var store = open()) {
      redis.call("FLUSHALL");
      assertThrows(IOException.class, () -> store.claim(claims(attempt(), 0, 10)));
      try (var rebuilt = RedisClaimStore.openToRebuild(options(), clock)) {
        assertTrue(rebuilt.isUnused());
      }
    }
  }

  @Test
  void flushUnderARunningProcessFailsClosed() throws IOException {
    try (var store = open()) {
      store.claim(claims(attempt(), 0, 1000));
      redis.call("FLUSHALL");
      Claims after = claims(attempt(), 0, 1000);
      assertContains(
          "land events twice",
          assertThrows(IOException.class, () -> store.claim(after)).getMessage());
      for (String key : redis.keys("*")) {
        assertTrue(key.matches("weir:weir:\\{\\d+}:[0-9a-f]+"), key);
        assertTrue((Long) redis.call("TTL", key) > 0, "what was set too late goes: " + key);
      }
    }
  }

  @Test
  void fullMemoryFailsTheCallAndLosesNoClaim() throws IOException {
    redis.call("CONFIG", "SET", "maxmemory", "6mb");
    try (var store = open()) {
      Attempt a = attempt();
      store.claim(claims(a, 0, 1000));
      IOException full =
          assertThrows(
              IOException.class,
              () -> {
                for (int i = 0; i < 100; i++) {
                  store.claim(claims(attempt(), 1000 + i * 10_000, 1000 + (i + 1) * 10_000));
                }
              });
      assertContains("raise maxmemory", full.getMessage());
      redis.call("CONFIG", "SET", "maxmemory", "0");
      Claims after = claims(attempt(), 0, 1000);
      store.claim(after);
      assertTrue(IntStream.range(0, 1000).allMatch(i -> after.owner(i).equals(a)));
      assertEquals(Set.of(), store.knownDone(List.of(a)));
    }
  }

  @Test
  void evictionStopsTheStartAndNamesThePolicy() {
    redis.call("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
    String message = refusal(options(), clock);
    assertContains("maxmemory-policy allkeys-lru", message);
    assertContains("noeviction", message);
  }

  @Test
  void otherSettingsStopTheStartAndNameBothValues() throws IOException {
    open().close();
    URI uri = redis.uri();
    var larger = RedisOptions.of(List.of(uri), KEEP, 1_000_000);
    String message = refusal(larger, clock);
    assertContains("2048 buckets", message);
    assertContains("16384", message);
    var longer = RedisOptions.of(List.of(uri), KEEP.plusDays(1), 100_000);
    message = refusal(longer, clock);
    assertContains("PT192H", message);
    assertContains("PT216H", message);
    RedisClaimStore.open(RedisOptions.of(List.of(uri), KEEP, 70_000), clock).close();
  }

  @Test
  void storeOfAnotherLayoutStopsTheStart() throws IOException {
    open().close();
    for (String key : redis.keys("*:epoch")) {
      redis.call("SET", key, redis.text("GET", key).replace("layout=2", "layout=1"));
    }
    assertContains("found \"weir-claims layout=1", refusal(options(), clock));
  }

  @Test
  void creationThatWasCutOffIsFinishedByTheNextStart() throws IOException {
    String epoch;
    try (var store = open()) {
      epoch = store.epoch();
    }
    List<String> keys = redis.keys("*:epoch");
    String first = new String(RedisLayout.epochKey("weir", 0));
    redis.call("SET", first, "unfinished " + redis.text("GET", first));
    for (String key : keys.subList(0, 30)) {
      if (!key.equals(first)) {
        redis.call("DEL", key);
      }
    }
    try (var store = open()) {
      assertEquals(epoch, store.epoch());
      store.claim(claims(attempt(), 0, 1000));
    }
  }

  @Test
  void aclUserNeedsOnlyTheKeysAndCommandsThatAreDocumented() throws IOException {
    redis.call(
        ("ACL SETUSER weir on >"
                + SECRET
                + " ~weir:* resetchannels -@all +get +set +exists"
                + " +expire +ttl +evalsha +script|load +hsetnx +hget +hset +hlen +hgetall +hrandfield"
                + " +hdel +info +time")
            .split(" "));
    try (var store = RedisClaimStore.open(options().withLogin("weir", () -> SECRET), clock)) {
      Attempt a = attempt();
      store.claim(claims(a, 0, 1000));
      store.rebind(claims(attempt(), 0, 1000), a);
      store.done(a);
      assertEquals(Set.of(a), store.knownDone(List.of(a)));
    }
  }

  @Test
  void wrongPasswordIsNamedButNeverShown() {
    redis.call("ACL", "SETUSER", "weir", "on", ">right", "~weir:*", "+@all");
    var wrong = options().withLogin("weir", () -> SECRET);
    var failure = assertThrows(IOException.class, () -> RedisClaimStore.open(wrong, clock));
    assertContains("check the user and the password", failure.getMessage());
    for (Throwable t = failure; t != null; t = t.getCause()) {
      assertFalse(t.toString().contains(SECRET), t.toString());
    }
    assertFalse(wrong.toString().contains(SECRET));
  }

  @Test
  void passwordThatCannotBeReadIsToldAtOnceAndAskedForOnce() {
    AtomicInteger asked = new AtomicInteger();
    var password =
        new RenewablePassword() {
          @Override
          public String get() {
            asked.incrementAndGet();
            throw new UnreadableException("the password in the drawer cannot be read", null);
          }

          @Override
          public void renew() {}
        };
    String message = refusal(options().withLogin("weir", password), clock);
    assertEquals(
        "Redis at 127.0.0.1:%d: the password in the drawer cannot be read".formatted(redis.port()),
        message);
    assertEquals(1, asked.get());
  }

  @Test
  void secretInTheAddressIsRefusedWithoutRepeatingIt() {
    var refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> RedisClaimStoreContract.options(URI.create("redis://u:" + SECRET + "@h:1")));
    assertFalse(refused.getMessage().contains(SECRET), refused.getMessage());
  }

  @Test
  void replicaIsRefused() {
    redis.call("REPLICAOF", "127.0.0.1", "1");
    redis.call("CONFIG", "SET", "replica-serve-stale-data", "yes");
    assertContains("address of the primary", refusal(options(), clock));
  }

  @Test
  void tlsTrustsOnlyTheGivenCertificates() throws Exception {
    Path keys = directory.resolve("keys.p12");
    Path pem = directory.resolve("server.pem");
    SSLContext tls = selfSigned(keys, pem);
    try (var proxy = new CuttingProxy(redis.port(), tls.getServerSocketFactory())) {
      var options = RedisClaimStoreContract.options(proxy.uri("rediss"));
      try (var store = RedisClaimStore.open(options.withCertificates(pem), clock)) {
        Claims claims = claims(attempt(), 0, 1000);
        store.claim(claims);
        assertTrue(allMine(claims));
      }
      var once = options.withRetries(0, Duration.ofMillis(1), Duration.ofMillis(1));
      assertContains("TLS", refusal(once, clock));
    }
  }

  private static SSLContext selfSigned(Path keys, Path pem) throws Exception {
    char[] password = "changeit".toCharArray();
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=test",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                keys.toString(),
                "-storepass",
                new String(password))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertTrue(keytool.waitFor(60, TimeUnit.SECONDS));
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, password);
    }
    Files.writeString(
        pem,
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(store.getCertificate("server").getEncoded())
            + "\n-----END CERTIFICATE-----\n");
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context;
  }
}
