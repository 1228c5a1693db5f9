package dev.weir.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.benchmarks.Results.Run;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ResultsTest {
  private static Run run(double seconds, double cpuSeconds) {
    return new Run(new Usage(seconds, cpuSeconds, 256L << 20, 385_000_000, 0), 40, 90_000_000);
  }

  /** The second round is half as fast for everybody, as on a machine that does something else. */
  private static Results results() {
    Map<String, List<Run>> runs = new LinkedHashMap<>();
    runs.put("floor", List.of(run(2, 3), run(4, 3.5)));
    runs.put("weir", List.of(run(2.5, 4), run(5, 4.2)));
    return new Results(
        Map.of("commit", "0123456789"), 1_000_000, 385_000_000, runs, Map.of("weir", "weir run"));
  }

  @Test
  void theMedianOfAnEvenNumberIsTheMeanOfTheMiddle() {
    assertEquals(new Spread(2, 1, 9), Spread.of(9, 1, 2));
    assertEquals(new Spread(2.5, 1, 9), Spread.of(3, 9, 1, 2));
    assertThrows(IllegalArgumentException.class, Spread::of);
  }

  @Test
  void figuresArePerLineOfTheInput() {
    assertEquals(new Spread(300_000, 200_000, 400_000), results().eventsPerSecond("weir"));
    assertEquals(new Spread(115.5, 77, 154), results().megabytesPerSecond("weir"));
    assertEquals(4.2, results().cpuMicrosPerEvent("weir").max(), 1e-9);
  }

  @Test
  void ratiosAreTakenWithinARoundSoThatADriftingMachineDoesNotCount() {
    Spread speed = results().speedAgainstFloors("weir").get("floor");

    assertEquals(new Spread(0.8, 0.8, 0.8), speed);
  }

  @Test
  void theTableHasARowForEachContenderAndAColumnForEachFloor() {
    List<String> lines = MarkdownReport.table(results()).lines().toList();

    assertEquals(
        "| what | events/s | MB/s | CPU µs/event | peak RSS MiB | files | MB out | speed / floor |",
        lines.get(0));
    assertEquals(
        "| weir | 300,000 (200,000 to 400,000) | 116 | 4.10 (4.00 to 4.20) | 256 | 40 | 90.0 |"
            + " 0.80 (0.80 to 0.80) |",
        lines.get(3));
    assertTrue(lines.get(2).endsWith("| 1 |"));
  }

  @Test
  void commandLinesAreShownWithoutPaths() {
    assertEquals(
        "--rounds 3 --against PATH --weir-options '--sql PATH --workers 2' WEIR_X=-XX:a=PATH,b=1",
        CommandText.of(
            List.of(
                "--rounds",
                "3",
                "--against",
                "/home/me/weir",
                "--weir-options",
                "--sql /tmp/x.sql --workers 2",
                "WEIR_X=-XX:a=/tmp/x,b=1")));
  }
}
