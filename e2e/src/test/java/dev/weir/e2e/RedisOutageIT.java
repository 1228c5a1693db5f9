package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.claim.TestRedis;
import dev.weir.e2e.Ambush.Point;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Redis goes away, forgets, or is full in the middle of a run. */
@ExtendWith(Torture.Extension.class)
final class RedisOutageIT {
  private static final int EVENTS = 1_500;
  private static final int BATCH = 300;

  @Test
  void restartWithItsDataIsRiddenOutOrFailsCleanlyAndTheNextRunFinishes(Torture torture)
      throws Exception {
    try (TestRedis redis = torture.ownRedis("appendonly", "yes", "appendfsync", "always")) {
      SharedLake lake =
          torture
              .lake(redis)
              .withStream(EVENTS, Torture.SEED, 5_000)
              .with("WEIR_REDIS_RETRIES", "1")
              .with("WEIR_RUN_ATTEMPTS", "1");
      Ambush goesAway =
          Ambush.at(
              Point.AMONG_CLAIMS,
              1,
              0,
              (run, step) -> {
                redis.kill();
                return false;
              });
      try (WiredRun run = lake.start(BATCH, goesAway)) {
        assertFailure(run.process().await(), "no answer");
      }
      redis.start();
      torture.tally().addOutage("gone for longer than the retries last");
      lake.assertSound();

      lake.with("WEIR_REDIS_RETRIES", "100").with("WEIR_RUN_ATTEMPTS", "3");
      CompletableFuture<Void> restarted = new CompletableFuture<>();
      Ambush comesBack =
          Ambush.at(
              Point.BEFORE_SETTLE,
              3,
              0,
              (run, step) -> {
                redis.kill();
                redis.start();
                restarted.complete(null);
                return false;
              });
      try (WiredRun run = lake.start(BATCH + 70, comesBack)) {
        run.process().await().expect(0);
      }
      assertTrue(restarted.isDone());
      torture.tally().addOutage("restarted with its data");
      lake.assertExact();
    }
  }

  /** In the short form the moments that differ most. */
  static List<Point> momentsOfFlush() {
    List<Point> few = List.of(Point.AMONG_CLAIMS, Point.BEFORE_SETTLE, Point.BEFORE_PLAN);
    List<Point> others =
        List.of(Point.BEFORE_CLAIMS, Point.AFTER_CLAIMS, Point.AFTER_SETTLE, Point.AFTER_DONE);
    return Integer.getInteger("weir.kills", 0) == 0
        ? few
        : Stream.concat(few.stream(), others.stream()).toList();
  }

  @ParameterizedTest
  @MethodSource("momentsOfFlush")
  void flushStopsTheRunAndEveryLaterOneUntilTheClaimsAreRebuilt(Point when, Torture torture)
      throws Exception {
    try (TestRedis redis = torture.ownRedis()) {
      SharedLake lake = torture.lake(redis).withStream(EVENTS, Torture.SEED, 5_000);
      Ambush flush =
          Ambush.at(
              when,
              2,
              0,
              (run, step) -> {
                redis.call("FLUSHALL");
                return true;
              });
      try (WiredRun run = lake.start(BATCH, flush)) {
        assertFailure(run.process().await(), "Redis was flushed, restarted without its data");
      }
      torture.tally().addOutage("emptied " + when);
      lake.assertSound();
      List<Long> landed = Auditor.ledger(lake.path());
      assertTrue(landed.get(0) > 0, "it was met in the middle");

      for (int i = 0; i < 2; i++) {
        Result refused = lake.runAgain(lake.folder().resolve("refused.json"));
        assertFailure(refused, "this lake's claims are those with the id");
        assertEquals(1, refused.err().lines().count(), refused.err());
      }
      lake.assertSound();
      assertEquals(landed, Auditor.ledger(lake.path()));
      assertEquals(landed.get(0), lake.rows());

      Result rebuilt = lake.runAgain(lake.folder().resolve("rebuilt.json"), "--rebuild-claims");
      rebuilt.expect(0);
      assertTrue(rebuilt.err().contains("attempts were made anew from the lake"), rebuilt.err());
      torture.tally().addOutage("emptied, and made anew from the lake");
      lake.assertExact();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Point.class,
      names = {"BEFORE_CLAIMS", "AMONG_CLAIMS"})
  void fullMemoryStopsTheRunAndWithMoreTheNextOneFinishes(Point when, Torture torture)
      throws Exception {
    try (TestRedis redis = torture.ownRedis()) {
      SharedLake lake = torture.lake(redis).withStream(EVENTS, Torture.SEED, 5_000);
      Ambush full =
          Ambush.at(
              when,
              2,
              0,
              (run, step) -> {
                redis.call("CONFIG", "SET", "maxmemory", "1");
                return true;
              });
      try (WiredRun run = lake.start(BATCH, full)) {
        assertFailure(run.process().await(), "raise maxmemory");
      }
      torture.tally().addOutage("out of memory " + when);
      lake.assertSound();

      redis.call("CONFIG", "SET", "maxmemory", "0");
      try (WiredRun run = lake.start(BATCH + 70, Ambush.none())) {
        run.process().await().expect(0);
      }
      lake.assertExact();
    }
  }

  private static void assertFailure(Result result, String message) {
    result.expect(1);
    String last = result.err().lines().reduce("", (before, line) -> line);
    assertTrue(last.startsWith("weir run: "), last);
    assertTrue(last.contains(message), last);
    assertTrue(!last.contains("unexpected"), last);
  }
}
