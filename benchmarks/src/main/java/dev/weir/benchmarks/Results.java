package dev.weir.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * All figures of one benchmark.
 *
 * @param circumstances under which they were taken, in the order in which they are shown
 * @param lines lines of the input
 * @param inputBytes size of the input
 * @param runs of each contender, by its name, one per round and in the order of the rounds
 * @param what the contenders are, by name
 */
record Results(
    Map<String, String> circumstances,
    long lines,
    long inputBytes,
    Map<String, List<Run>> runs,
    Map<String, String> what) {

  /**
   * One process, measured, and what it left behind.
   *
   * @param files Parquet files of the table
   * @param bytesOut their size
   */
  record Run(Usage usage, long files, long bytesOut) {}

  /** The names of contenders that the others are compared with begin like this. */
  static final String FLOOR = "floor";

  /** Lines of the input per second. */
  Spread eventsPerSecond(String name) {
    return spread(name, run -> lines / run.usage.seconds());
  }

  /** Megabytes (10^6) of the input per second. */
  Spread megabytesPerSecond(String name) {
    return spread(name, run -> inputBytes / 1e6 / run.usage.seconds());
  }

  /** Microseconds of CPU per line of the input. */
  Spread cpuMicrosPerEvent(String name) {
    return spread(name, run -> run.usage.cpuSeconds() * 1e6 / lines);
  }

  Spread peakRssBytes(String name) {
    return spread(name, run -> run.usage.peakRssBytes());
  }

  Spread files(String name) {
    return spread(name, run -> run.files);
  }

  Spread bytesOut(String name) {
    return spread(name, run -> run.bytesOut);
  }

  /**
   * How many times as fast as each floor. Each round is compared with itself, because a machine
   * drifts between rounds.
   */
  Map<String, Spread> speedAgainstFloors(String name) {
    return againstFloors(name, run -> 1 / run.usage.seconds());
  }

  /** How many times the CPU of each floor. */
  Map<String, Spread> cpuAgainstFloors(String name) {
    return againstFloors(name, run -> run.usage.cpuSeconds());
  }

  private Map<String, Spread> againstFloors(String name, ToDoubleFunction<Run> figure) {
    Map<String, Spread> ratios = new LinkedHashMap<>();
    List<Run> own = runsOf(name);
    for (String floor : runs.keySet()) {
      if (floor.startsWith(FLOOR)) {
        List<Run> others = runsOf(floor);
        double[] perRound = new double[own.size()];
        for (int round = 0; round < perRound.length; round++) {
          perRound[round] =
              figure.applyAsDouble(own.get(round)) / figure.applyAsDouble(others.get(round));
        }
        ratios.put(floor, Spread.of(perRound));
      }
    }
    return ratios;
  }

  List<Run> runsOf(String name) {
    List<Run> found = runs.get(name);
    if (found == null) {
      throw new IllegalArgumentException("no contender is called " + name);
    }
    return found;
  }

  private Spread spread(String name, ToDoubleFunction<Run> figure) {
    return Spread.of(runsOf(name).stream().mapToDouble(figure).toArray());
  }
}
