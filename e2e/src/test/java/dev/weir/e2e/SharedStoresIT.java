package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    Result again = lake.runAgain(lake.folder().resolve("summary.json")).expect(0);
    assertTrue(again.out().startsWith("3,075 records in "), again.out());
    assertTrue(again.out().contains("--lake s3://"), again.out());
  }

  @Test
  void runsAtOnceOverInputsThatShareEventsLandEachOnce(Torture torture) throws Exception {
    SharedLake lake =
        torture
            .lake(torture.redis())
            .with("WEIR_CLAIMS_TAKEOVER_AFTER", "1m") // all of them live
            .withStream(900, Torture.SEED + 1, 0)
            .withStream(900, Torture.SEED + 2, 0);
    Path a = lake.inputs().get(0);
    Path b = lake.inputs().get(1);
    Path ofBoth = lake.folder().resolve("of-both.ndjson");
    List<String> lines = new ArrayList<>(Files.readAllLines(b).subList(200, 600));
    lines.addAll(Files.readAllLines(a).subList(400, 800));
    Files.write(ofBoth, lines);
    lake.withInput(ofBoth);

    try (WiredRun first = lake.start(140, Ambush.none(), Storm.none(), List.of(a, b, ofBoth));
        WiredRun second = lake.start(210, Ambush.none(), Storm.none(), List.of(b, ofBoth, a));
        WiredRun third = lake.start(330, Ambush.none(), Storm.none(), List.of(ofBoth, a, b))) {
      for (WiredRun run : List.of(first, second, third)) {
        run.process().await().expect(0);
      }
    }

    lake.assertExact();
  }
}
