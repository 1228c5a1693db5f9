package dev.weir.claim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the Redis adapter promises on one server and on a cluster alike. */
abstract class RedisClaimStoreContract extends ClaimStoreContract {
  private static final AtomicInteger names = new AtomicInteger();

  /** Of the store of the running test: each has a store of its own. */
  protected final String name = getClass().getSimpleName() + "-" + names.incrementAndGet();

  /** The servers of the test class. */
  protected abstract List<TestRedis> redis();

  /** Options for a new store, with short pauses. */
  protected static RedisOptions options(URI... servers) {
    return RedisOptions.of(List.of(servers), KEEP, 100_000)
        .withRetries(5, Duration.ofMillis(2), Duration.ofMillis(20));
  }

  /** Options for the running test's store. */
  protected final RedisOptions options() {
    return options(redis().stream().map(TestRedis::uri).toArray(URI[]::new)).withName(name);
  }

  @Override
  protected RedisClaimStore open() throws IOException {
    return RedisClaimStore.open(options(), clock);
  }

  @Override
  protected RedisClaimStore reopenAfterCrash(ClaimStore store) throws IOException {
    RedisClaimStore reopened = open();
    store.close();
    return reopened;
  }

  /** The keys of the running test's buckets, on all servers. */
  protected final List<String> buckets() {
    return redis().stream()
        .flatMap(node -> node.keys("weir:" + name + ":{*}:*").stream())
        .filter(key -> !key.matches(".*:(epoch|used:.*)"))
        .toList();
  }

  @Test
  void epochStaysAndDiffersBetweenNames() throws IOException {
    try (var store = open();
        var same = open();
        var other = RedisClaimStore.open(options().withName(name + "-other"), clock)) {
      assertEquals(store.epoch(), same.epoch());
      assertFalse(store.epoch().equals(other.epoch()));
    }
  }

  @Test
  void hundredThousandClaimsStayInSmallBuckets() throws IOException {
    try (var store = open()) {
      for (int i = 0; i < 10; i++) {
        Claims claims = claims(attempt(), i * 10_000, (i + 1) * 10_000);
        store.claim(claims);
        assertTrue(IntStream.range(0, 10_000).allMatch(claims::isMine));
      }
      long entries = 0;
      for (TestRedis node : redis()) {
        List<String> keys = node.keys("weir:" + name + ":{*}:*");
        for (String key : keys) {
          if (!key.matches(".*:(epoch|used:.*)")) {
            String encoding = node.text("OBJECT", "ENCODING", key);
            assertTrue(encoding.matches("listpack|ziplist"), encoding);
            long size = (Long) node.call("HLEN", key);
            assertTrue(size > 15 && size < 110, key + " has " + size);
            long expiry = (Long) node.call("TTL", key);
            assertTrue(expiry > KEEP.toSeconds(), key + " expires in " + expiry);
            entries += size;
          }
        }
        assertTrue(keys.size() > 2048 / redis().size() / 2, "keys of one server " + keys.size());
      }
      assertEquals(100_000, entries);
      assertEquals(2048, buckets().size());
    }
  }

  @Test
  void manyUuidsOfSeveralOwnersAreToldApart() throws IOException {
    try (var store = open()) {
      Attempt a = attempt();
      Attempt b = attempt();
      store.claim(claims(a, 0, 3000));
      store.claim(claims(b, 5000, 9000));
      Claims mixed = claims(attempt(), 0, 12_000);
      store.claim(mixed);
      for (int i = 0; i < 12_000; i++) {
        Attempt expected = i < 3000 ? a : i >= 5000 && i < 9000 ? b : mixed.attempt();
        assertEquals(expected, mixed.owner(i));
        assertEquals(100 + i, mixed.ownerHash(i));
      }
    }
  }

  @Test
  void scriptIsTaughtAgainAfterServersForgotIt() throws IOException {
    try (var store = open()) {
      store.claim(claims(attempt(), 0, 100));
      redis().forEach(node -> node.call("SCRIPT", "FLUSH"));
      Claims after = claims(attempt(), 0, 200);
      store.claim(after);
      assertFalse(after.isMine(0));
      assertTrue(after.isMine(199));
    }
  }

  @Test
  void hintsOfManyAttemptsAreFound() throws IOException {
    try (var store = open()) {
      List<Attempt> attempts = IntStream.range(0, 200).mapToObj(i -> attempt()).toList();
      for (Attempt attempt : attempts.subList(0, 100)) {
        store.done(attempt);
      }
      assertEquals(Set.copyOf(attempts.subList(0, 100)), store.knownDone(attempts));
      assertEquals(Set.of(), store.knownDone(List.of()));
    }
  }

  /** A month of claims that are kept for eight days; Redis's own clock is told by hand. */
  @Test
  void bucketsKeepTheirSizeFromWindowToWindow() throws IOException {
    int aDay = 500; // of 4096 expected, 64 to a bucket
    var small = RedisOptions.of(options().servers(), KEEP, 64 * 64).withName(name + "-small");
    try (var store = RedisClaimStore.open(small, clock)) {
      Attempt last = attempt();
      for (int day = 0; day < 30; day++) {
        last = attempt();
        store.claim(claims(last, day * aDay, (day + 1) * aDay));
        clock.advance(Duration.ofDays(1));
        forEachBucket(
            name + "-small",
            (node, key) -> {
              long left = (Long) node.call("TTL", key) - Duration.ofDays(1).toSeconds();
              node.call("EXPIRE", key, Long.toString(left));
            });
      }
      AtomicLong entries = new AtomicLong();
      forEachBucket(
          name + "-small",
          (node, key) -> {
            String encoding = node.text("OBJECT", "ENCODING", key);
            assertTrue(encoding.matches("listpack|ziplist"), encoding);
            assertTrue((Long) node.call("TTL", key) > KEEP.toSeconds());
            long size = (Long) node.call("HLEN", key);
            assertTrue(size < 160, key + " has " + size);
            entries.addAndGet(size);
          });
      assertTrue(entries.get() >= 8 * aDay, "entries " + entries);
      assertTrue(entries.get() <= 11 * aDay, "entries " + entries);
      Claims live = claims(attempt(), 29 * aDay, 30 * aDay);
      store.claim(live);
      for (int i = 0; i < aDay; i++) {
        assertEquals(last, live.owner(i));
      }
    }
  }

  private void forEachBucket(String store, BiConsumer<TestRedis, String> action) {
    for (TestRedis node : redis()) {
      node.keys("weir:" + store + ":{*}:*").stream()
          .filter(key -> !key.matches(".*:(epoch|used:.*)"))
          .forEach(key -> action.accept(node, key));
    }
  }
}
