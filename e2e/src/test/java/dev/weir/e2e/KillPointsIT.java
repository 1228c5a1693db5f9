package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.e2e.Ambush.Point;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs on shared stores, killed with {@code kill -9} at every point of the protocol and at random,
 * before a request reaches its store or after the store has done what was asked. Each next run cuts
 * its batches in another way. After every kill nothing in the lake is doubled or altered; in the
 * end nothing is missing either.
 */
@ExtendWith(Torture.Extension.class)
final class KillPointsIT {
  private static final int EVENTS = 2_400;
  private static final int KILLS_PER_LAKE = 9;
  private static final int[] BATCHES = {80, 130, 180, 280};

  /** Two and three calls of the script for each batch whose events are known. */
  private static final int[] LARGE_BATCHES = {900, 1_100, 1_300};

  /** Kills in this order: the second needs what the first leaves behind. */
  private static final List<List<Point>> SEQUENCES =
      List.of(
          List.of(Point.AMONG_CLAIMS, Point.BEFORE_FENCE),
          List.of(Point.AFTER_CLAIMS, Point.AFTER_FENCE),
          List.of(Point.AFTER_SETTLE, Point.AMONG_SETTLES),
          List.of(Point.BEFORE_PLAN, Point.AMONG_REBINDS),
          List.of(Point.AFTER_PLAN, Point.BEFORE_SEAL),
          List.of(Point.BETWEEN_LANDS, Point.AFTER_SEAL),
          List.of(Point.BEFORE_FIRST_LAND, Point.BEFORE_REBIND),
          List.of(Point.BETWEEN_LANDS, Point.AFTER_REBIND),
          List.of(Point.BEFORE_CLAIMS),
          List.of(Point.BEFORE_SETTLE),
          List.of(Point.AFTER_LAST_LAND),
          List.of(Point.BEFORE_DONE),
          List.of(Point.AFTER_DONE),
          List.of(Point.ANY_STEP),
          List.of()); // at any moment

  private static final int KILLS_PER_ROUND =
      SEQUENCES.stream().mapToInt(sequence -> Math.max(1, sequence.size())).sum();

  /** Points that a run may get to once only, when it meets what a killed one has left. */
  private static final Set<Point> ONCE =
      EnumSet.of(
          Point.BEFORE_FENCE,
          Point.AFTER_FENCE,
          Point.BEFORE_REBIND,
          Point.AFTER_REBIND,
          Point.AMONG_SETTLES,
          Point.AMONG_REBINDS);

  /** Points that only a batch of many known events gets to. */
  private static final Set<Point> LARGE = EnumSet.of(Point.AMONG_SETTLES, Point.AMONG_REBINDS);

  private final int wanted = Math.max(KILLS_PER_ROUND, Integer.getInteger("weir.kills", 0));
  private final Random random = new Random(Torture.SEED);
  private final Set<Point> hit = EnumSet.noneOf(Point.class);
  private final List<WiredRun> killed = new ArrayList<>();
  private final Deque<List<Point>> plan = new ArrayDeque<>();
  private int misses;
  private int lastBatch;

  @Test
  void everyEventIsThereOnceWhereverRunsAreKilled(Torture torture) throws Exception {
    for (int number = 0; isUnfinished(); number++) {
      SharedLake lake =
          torture.lake(torture.redis()).withStream(EVENTS, Torture.SEED + number, 5_000);
      killUntilItIsDone(torture, lake);
    }
    assertTrue(
        hit.containsAll(Arrays.asList(Point.values())),
        () -> "never killed at a point: only at " + hit);
  }

  private void killUntilItIsDone(Torture torture, SharedLake lake) throws Exception {
    List<WiredRun> before = List.copyOf(killed);
    boolean open = true;
    int kills = 0;
    while (open && kills < KILLS_PER_LAKE && isUnfinished()) {
      List<Point> sequence = next();
      if (sequence.isEmpty()) {
        open = killAtAnyMoment(torture, lake);
        kills++;
      }
      int[] batches = Collections.disjoint(sequence, LARGE) ? BATCHES : LARGE_BATCHES;
      for (Point point : sequence) {
        open = open && kill(torture, lake, point, batches);
        kills++;
      }
      if (!open) {
        plan.addFirst(sequence);
        misses++;
        assertTrue(
            misses <= 3 + wanted / 4, () -> "runs end before they can be killed at " + sequence);
      }
    }
    try (WiredRun last = lake.start(1_500, Ambush.none())) {
      last.process().await().expect(0);
      torture.tally().addSettling(last.secondsToSettle());
    }
    lake.assertExact();
    for (WiredRun run : killed.subList(before.size(), killed.size())) {
      torture.tally().addRecovery(run.batchRecords(), run.repeatedRecords());
      assertTrue(
          run.repeatedRecords() <= run.batchRecords(),
          () -> "more than a batch was processed again: " + run.repeatedRecords());
    }
  }

  /** A round that was begun is ended, however often parts of it had to be repeated. */
  private boolean isUnfinished() {
    return killed.size() < wanted || !plan.isEmpty();
  }

  private List<Point> next() {
    if (plan.isEmpty()) {
      List<List<Point>> round = new ArrayList<>(SEQUENCES);
      Collections.shuffle(round, random);
      plan.addAll(round);
    }
    return plan.remove();
  }

  /** Runs once; whether the run was killed at the point, and not over before. */
  private boolean kill(Torture torture, SharedLake lake, Point point, int[] batches)
      throws Exception {
    int passes =
        point == Point.ANY_STEP ? random.nextInt(60) : ONCE.contains(point) ? 0 : random.nextInt(2);
    Ambush ambush = Ambush.at(point, passes, random.nextLong(), (run, step) -> run.killHere());
    return runAndKill(torture, lake, point, otherBatch(batches), ambush, run -> {});
  }

  /** Runs once; whether the run was killed at a random moment after its first step. */
  private boolean killAtAnyMoment(Torture torture, SharedLake lake) throws Exception {
    long millis = random.nextLong(900);
    return runAndKill(
        torture,
        lake,
        null,
        otherBatch(BATCHES),
        Ambush.none(),
        run -> {
          if (run.process().runUntil(() -> run.steps() > 0) && run.process().runFor(millis)) {
            run.process().kill();
          }
        });
  }

  /** What the test does to a run while it runs. */
  private interface Attack {
    void on(WiredRun run) throws Exception;
  }

  private boolean runAndKill(
      Torture torture, SharedLake lake, Point point, int batch, Ambush ambush, Attack attack)
      throws Exception {
    try (WiredRun run = lake.start(batch, ambush)) {
      attack.on(run);
      Result result = run.process().await();
      if (result.code() == 0) {
        return false;
      }
      result.expect(128 + 9);
      killed.add(run);
      if (point == null) {
        torture.tally().addKill("at a random moment");
      } else {
        hit.add(point);
        torture.tally().addKill(point.toString());
      }
      torture.tally().addSettling(run.secondsToSettle());
    }
    lake.assertSound();
    return true;
  }

  private int otherBatch(int[] batches) {
    int batch = lastBatch;
    while (batch == lastBatch) {
      batch = batches[random.nextInt(batches.length)];
    }
    lastBatch = batch;
    return batch;
  }
}
