package dev.weir.claim;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Measures what claims in Redis take and cost from window to window, when as many expire as are
 * made: run as a program, not by the tests. The clock of the claims is moved by hand, and with it
 * the expiry of Redis's keys.
 *
 * <p>Arguments: claims that are kept at a time (320000), windows of 8 days (4).
 */
final class RedisWindowsMeasurement {
  private static final Duration KEEP = Duration.ofDays(8);
  private static final int CALLS_A_DAY = 8;

  private RedisWindowsMeasurement() {}

  public static void main(String[] arguments) throws IOException {
    int kept = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 320_000;
    int windows = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 4;
    int batch = kept / 8 / CALLS_A_DAY;
    TestClock clock = new TestClock(ClaimStoreContract.START);
    SplittableRandom random = new SplittableRandom(1);
    try (TestRedis redis = TestRedis.start(Files.createTempDirectory("redis"));
        RedisClaimStore store =
            RedisClaimStore.open(RedisOptions.of(List.of(redis.uri()), KEEP, kept), clock)) {
      long before = number(redis, "used_memory");
      for (int day = 1; day <= 8 * windows; day++) {
        double cpu = cpuSeconds(redis);
        for (int call = 0; call < CALLS_A_DAY; call++) {
          store.claim(claims(clock, random, batch));
          clock.advance(Duration.ofDays(1).dividedBy(CALLS_A_DAY));
        }
        double micros = (cpuSeconds(redis) - cpu) * 1e6 / (batch * CALLS_A_DAY);
        List<String> buckets = aDayPasses(redis);
        long entries = 0;
        long largest = 0;
        for (String bucket : buckets) {
          long size = (Long) redis.call("HLEN", bucket);
          entries += size;
          largest = Math.max(largest, size);
        }
        System.out.printf(
            "day %2d: %,d entries in %,d buckets, at most %d; %.1f bytes and %.2f entries for each"
                + " claim that is kept; server %.1f us a claim%n",
            day,
            entries,
            buckets.size(),
            largest,
            (number(redis, "used_memory") - before) / (double) kept * 8 / Math.min(8, day),
            entries / (double) kept * 8 / Math.min(8, day),
            micros);
      }
    }
  }

  private static List<String> aDayPasses(TestRedis redis) {
    List<String> buckets =
        redis.keys("weir:weir:{*}:*").stream()
            .filter(key -> !key.contains(":epoch") && !key.contains(":used"))
            .toList();
    for (String bucket : buckets) {
      long left = (Long) redis.call("TTL", bucket) - Duration.ofDays(1).toSeconds();
      redis.call("EXPIRE", bucket, Long.toString(left));
    }
    return buckets;
  }

  private static Claims claims(TestClock clock, SplittableRandom random, int count) {
    long[] high = new long[count];
    long[] low = new long[count];
    Arrays.setAll(high, i -> random.nextLong());
    Arrays.setAll(low, i -> random.nextLong());
    Attempt attempt = new Attempt((int) clock.instant().getEpochSecond(), random.nextLong());
    return new Claims(attempt, count, high, low, new int[count]);
  }

  private static double cpuSeconds(TestRedis redis) {
    return Double.parseDouble(field(redis, "used_cpu_user"))
        + Double.parseDouble(field(redis, "used_cpu_sys"));
  }

  private static long number(TestRedis redis, String name) {
    return Long.parseLong(field(redis, name));
  }

  private static String field(TestRedis redis, String name) {
    return redis
        .text("INFO")
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .findFirst()
        .orElseThrow()
        .substring(name.length() + 1)
        .strip();
  }
}
