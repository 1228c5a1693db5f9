package dev.weir.claim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;

/**
 * Measures the server's memory per uuid and the claims per second of {@link RedisClaimStore}
 * against a Redis of its own: run as a program, not by the tests.
 *
 * <p>Arguments: number of uuids (1000000), uuids per batch (10000), expected claims (as the first),
 * threads that claim at once (2, as the workers of a run).
 */
final class RedisClaimsMeasurement {
  private RedisClaimsMeasurement() {}

  public static void main(String[] arguments) throws IOException {
    int uuids = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
    int batch = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10_000;
    long expected = arguments.length > 2 ? Long.parseLong(arguments[2]) : uuids;
    int threads = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 2;
    Path directory = Files.createTempDirectory("redis");
    Clock clock = Clock.systemUTC();
    try (TestRedis redis = TestRedis.start(directory);
        RedisClaimStore store =
            RedisClaimStore.open(
                RedisOptions.of(List.of(redis.uri()), Duration.ofDays(8), expected), clock)) {
      long before = usedMemory(redis);
      AttemptSource attempts = AttemptSource.random(clock);
      System.out.printf("%,d uuids, batches of %,d, %d threads%n", uuids, batch, threads);
      report("new", redis, uuids, run(store, attempts, uuids, batch, threads));
      long after = usedMemory(redis);
      long keys = (Long) redis.call("DBSIZE");
      System.out.printf(
          "used_memory %,d: %.1f bytes per uuid, %,d keys%n",
          after - before, (double) (after - before) / uuids, keys);
      report("known", redis, uuids, run(store, attempts, uuids, batch, threads));
    }
  }

  private static long run(
      RedisClaimStore store, AttemptSource attempts, int uuids, int batch, int threads)
      throws IOException {
    long start = System.nanoTime();
    List<Integer> shares = IntStream.range(0, threads).boxed().toList();
    try {
      List<CompletableFuture<Void>> running =
          shares.stream()
              .map(
                  share ->
                      CompletableFuture.runAsync(
                          () -> claim(store, attempts, uuids / threads, batch, share)))
              .toList();
      running.forEach(CompletableFuture::join);
    } catch (CompletionException e) {
      throw new IOException(e.getCause());
    }
    return System.nanoTime() - start;
  }

  private static void claim(
      RedisClaimStore store, AttemptSource attempts, int uuids, int batch, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int from = 0; from < uuids; from += batch) {
      int n = Math.min(batch, uuids - from);
      long[] high = new long[n];
      long[] low = new long[n];
      int[] hash = new int[n];
      Arrays.setAll(high, i -> random.nextLong());
      Arrays.setAll(low, i -> random.nextLong());
      try {
        store.claim(new Claims(attempts.next(), n, high, low, hash));
      } catch (IOException e) {
        throw new CompletionException(e);
      }
    }
  }

  private static void report(String what, TestRedis redis, int uuids, long nanos) {
    System.out.printf(
        "%s: %,.0f claims/s, %.2f us each; cpu since the start: server %s + %s s, client %.1f s%n",
        what,
        uuids * 1e9 / nanos,
        nanos / 1e3 / uuids,
        field(redis, "used_cpu_user"),
        field(redis, "used_cpu_sys"),
        ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis() / 1e3);
  }

  private static long usedMemory(TestRedis redis) {
    return Long.parseLong(field(redis, "used_memory"));
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
