package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.e2e.Ambush.Point;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs over a network that loses requests and answers, before stores that refuse and stall. */
@ExtendWith(Torture.Extension.class)
final class S3FaultsIT {
  private static final int EVENTS = 1_500;
  private static final int KILLS = 2 + Integer.getInteger("weir.kills", 0) / 20;
  private static final int PERCENT = 25;
  private static final int STALLS = 3;

  private final Random random = new Random(Torture.SEED);

  @Test
  void everythingLandsOnceThroughAStormAndThroughKillsInIt(Torture torture) throws Exception {
    for (int kills = 0; kills < KILLS; ) {
      SharedLake lake =
          torture
              .lake(torture.redis())
              .withStream(EVENTS, Torture.SEED + kills, 5_000)
              .with("WEIR_S3_IDLE_TIMEOUT", "400ms")
              .with("WEIR_S3_TRIES", "12");
      for (int onThisLake = 0; onThisLake < 4 && kills < KILLS; onThisLake++, kills++) {
        killInAStorm(torture, lake);
      }
      try (WiredRun run = lake.start(100, Ambush.none(), storm(torture), lake.inputs())) {
        run.process().await().expect(0);
      }
      lake.assertExact();
    }
    Set<String> met = torture.tally().faultKinds();
    assertTrue(met.containsAll(Storm.kinds()), () -> "not all kinds: " + met);
  }

  private void killInAStorm(Torture torture, SharedLake lake) throws Exception {
    Ambush ambush =
        Ambush.at(
            Point.ANY_STEP,
            5 + random.nextInt(30),
            random.nextLong(),
            (run, step) -> run.killHere());
    try (WiredRun run =
        lake.start(60 + random.nextInt(60), ambush, storm(torture), lake.inputs())) {
      run.process().await().expect(128 + 9);
    }
    torture.tally().addKill("in a storm");
    lake.assertSound();
  }

  private Storm storm(Torture torture) {
    return Storm.of(random.nextLong(), PERCENT, STALLS, torture.tally());
  }
}
