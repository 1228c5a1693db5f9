package dev.weir.e2e;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Real runs on a real Redis and a real S3 that nothing disturbs. */
@ExtendWith(Torture.Extension.class)
final class SharedStoresIT {
  @Test
  void undisturbedRunLandsEachEventOnce(Torture torture) throws Exception {
    SharedLake lake = torture.lake(torture.redis()).withStream(3_000, Torture.SEED, 5_000);
    long started = System.nanoTime();
    try (WiredRun run = lake.start(1_500, Ambush.none())) {
      run.process().await().expect(0);
    }
    torture.tally().undisturbed((System.nanoTime() - started) / 1e9);
    lake.assertExact();
  }
}
