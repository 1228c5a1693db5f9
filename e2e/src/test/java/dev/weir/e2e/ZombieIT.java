package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.e2e.Ambush.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs that stand still in the middle of a batch for longer than others wait for them, and go on
 * when those have done their work; and requests that arrive long after their process has died.
 */
@ExtendWith(Torture.Extension.class)
final class ZombieIT {
  private static final int EVENTS = 1_500;
  private static final int ROUNDS = 1 + Integer.getInteger("weir.kills", 0) / 40;

  private final Random random = new Random(Torture.SEED);

  @Test
  void whoWakesUpAfterATakeoverIsFencedAndLandsNothingTwice(Torture torture) throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      SharedLake lake =
          torture.lake(torture.redis()).withStream(EVENTS, Torture.SEED + round, 5_000);
      List<WiredRun> zombies = new ArrayList<>();
      try {
        zombies.add(freeze(torture, lake, Point.AMONG_CLAIMS, 280));
        zombies.add(freeze(torture, lake, Point.BEFORE_SETTLE, 200));
        zombies.add(freeze(torture, lake, Point.BEFORE_PLAN, 250));
        zombies.add(freeze(torture, lake, Point.BEFORE_FIRST_LAND, 190));
        zombies.add(freeze(torture, lake, Point.BETWEEN_LANDS, 310));
        WiredRun late = killAndHold(torture, lake, 220);
        zombies.add(late);
        try (WiredRun successor = lake.start(400, Ambush.none())) {
          successor.process().await().expect(0);
        }
        lake.assertSound();
        assertFalse(late.release(), "a request that outlived its process changed the lake");
        wakeUp(zombies.subList(0, zombies.size() - 1));
      } finally {
        for (WiredRun zombie : zombies) {
          zombie.close();
        }
      }
      lake.assertExact();
    }
  }

  /** A run that stands still, with the request that it has just sent not yet at its store. */
  private WiredRun freeze(Torture torture, SharedLake lake, Point point, int batchRecords)
      throws Exception {
    WiredRun run =
        lake.start(
            batchRecords,
            Ambush.at(
                point, random.nextInt(2), random.nextLong(), (r, step) -> r.freezeHere(step)));
    assertTrue(run.process().runUntil(run::isHeld), () -> "it ended before " + point);
    torture.tally().addZombie("frozen " + point);
    return run;
  }

  /** A run that was killed, with a request of it still under way. */
  private WiredRun killAndHold(Torture torture, SharedLake lake, int batchRecords)
      throws Exception {
    WiredRun run =
        lake.start(
            batchRecords,
            Ambush.at(Point.BETWEEN_LANDS, 0, random.nextLong(), (r, step) -> r.killAndHold(step)));
    run.process().await().expect(128 + 9);
    torture.tally().addKill("between lands, the request under way");
    torture.tally().addZombie("request that outlived its process");
    return run;
  }

  private static void wakeUp(List<WiredRun> zombies) throws Exception {
    for (WiredRun zombie : zombies) {
      zombie.process().resume();
      assertFalse(zombie.release(), "a zombie changed the lake");
    }
    for (WiredRun zombie : zombies) {
      Result result = zombie.process().await().expect(0);
      assertTrue(result.err().contains("fenced"), () -> "it did not notice: " + result.err());
    }
  }
}
