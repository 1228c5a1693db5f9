package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.e2e.Auditor.Findings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real runs, killed with {@code kill -9} at random moments and run again, each time with batches
 * cut in another way. At every moment nothing in the lake is doubled or altered; in the end nothing
 * is missing either.
 *
 * <p>{@code -Dweir.kills=N} kills more often, {@code -Dweir.seed=N} draws the same moments again.
 */
final class KillIT {
  private static final int EVENTS = 24_000;

  /** A lake is finished and audited after so many kills, so that kills always find work to hit. */
  private static final int KILLS_PER_LAKE = 9;

  private static final Pattern KEY = Pattern.compile("\"key\":\"([^\"]+)\"");

  private final int wanted = Integer.getInteger("weir.kills", 18);
  private final long seed = Long.getLong("weir.seed", System.nanoTime() & 0xFFFF_FFFFL);
  private final Random random = new Random(seed);
  private final Tally tally = new Tally();

  @TempDir Path folder;
  private long undisturbedMillis;

  /** What the kills have hit. */
  private static final class Tally {
    private int runs;
    private int kills;
    private int whileLanding;
    private int betweenPlanAndLastFile;
    private long fenced;
    private long seals;
    private long audited;
  }

  @Test
  void everyEventIsThereOnceHoweverOftenRunsAreKilled() throws Exception {
    undisturbedMillis = measureUndisturbedRun();
    for (int lake = 0; tally.kills < wanted; lake++) {
      SyntheticStream stream = SyntheticStream.write(folder, EVENTS, seed + lake);
      killAndRunAgain(stream, folder.resolve("lake-" + lake), lake);
    }
    System.out.printf(
        "KillIT: %d kills in %d runs over %,d events (seed %d); %d kills hit while data was landing,"
            + " %d of them between a plan and its last file; %d attempts fenced, %d files sealed%n",
        tally.kills,
        tally.runs,
        tally.audited,
        seed,
        tally.whileLanding,
        tally.betweenPlanAndLastFile,
        tally.fenced,
        tally.seals);
    assertTrue(tally.whileLanding > 0, "no kill hit anything: it proves nothing");
  }

  private long measureUndisturbedRun() throws Exception {
    SyntheticStream stream = SyntheticStream.write(folder, EVENTS, seed - 1);
    Path lake = folder.resolve("undisturbed");
    long started = System.nanoTime();
    try (WeirProcess run = start(stream, lake, 1_500, 2)) {
      run.await().expect(0);
    }
    long millis = (System.nanoTime() - started) / 1_000_000;
    tally.runs++;
    audit(stream, lake);
    return millis;
  }

  private void killAndRunAgain(SyntheticStream stream, Path lake, int number) throws Exception {
    for (int kills = 0; kills < KILLS_PER_LAKE && tally.kills < wanted; kills++) {
      if (!runAndKill(stream, lake)) {
        break; // it got to its end before its moment came
      }
      if (!LakeTables.objects(lake).isEmpty() && Files.isDirectory(lake.resolve("events"))) {
        Findings findings = Auditor.events(lake, stream.manifest());
        assertTrue(findings.isSound(), () -> findings + ", lake " + number + ", seed " + seed);
      }
    }
    try (WeirProcess run = start(stream, lake, 1_500, 2)) {
      run.await().expect(0);
      tally.runs++;
    }
    audit(stream, lake);
  }

  /** Runs once; whether the run was killed before its end. */
  private boolean runAndKill(SyntheticStream stream, Path lake) throws Exception {
    Set<Path> attemptsBefore = new HashSet<>(LakeTables.attempts(lake));
    int objectsBefore = LakeTables.objects(lake).size();
    int[] batches = {500, 900, 1_500, 2_100, 5_000};
    int batchRecords = batches[random.nextInt(batches.length)];
    try (WeirProcess run = start(stream, lake, batchRecords, 1 + random.nextInt(3))) {
      tally.runs++;
      boolean alive =
          switch (random.nextInt(4)) {
            case 0 -> run.runUntil(() -> LakeTables.objects(lake).size() > objectsBefore);
            case 1 -> {
              int more = random.nextInt(60);
              yield run.runUntil(() -> LakeTables.objects(lake).size() > objectsBefore + more);
            }
            default -> run.runFor(random.nextLong(undisturbedMillis));
          };
      if (!alive || !run.kill()) {
        run.await().expect(0);
        return false;
      }
    }
    tally.kills++;
    List<Path> newPlans =
        LakeTables.attempts(lake).stream().filter(p -> !attemptsBefore.contains(p)).toList();
    boolean landing = !newPlans.isEmpty() || LakeTables.objects(lake).size() > objectsBefore;
    tally.whileLanding += landing ? 1 : 0;
    tally.betweenPlanAndLastFile += hasUnfinishedPlan(lake, newPlans) ? 1 : 0;
    return true;
  }

  private WeirProcess start(SyntheticStream stream, Path lake, int batchRecords, int workers)
      throws IOException {
    // With 1 MiB a batch has some 2,700 records at most. C2: half of the kills would hit the Java
    // compiler otherwise.
    return WeirProcess.in(folder)
        .java("-XX:TieredStopAtLevel=1")
        .environment("WEIR_LIMITS_MAX_RECORD_BYTES", "512KiB")
        .weir(
            "run",
            "--input",
            stream.file(),
            "--lake",
            lake,
            "--batch-records",
            batchRecords,
            "--batch-bytes",
            "1MiB",
            "--workers",
            workers,
            "--quiet");
  }

  private static boolean hasUnfinishedPlan(Path lake, List<Path> plans) throws IOException {
    for (Path plan : plans) {
      Matcher key = KEY.matcher(Files.readString(plan));
      while (key.find()) {
        if (!Files.exists(lake.resolve(key.group(1)))) {
          return true;
        }
      }
    }
    return false;
  }

  /** Nothing missing, doubled, altered or misplaced, and one more run lands nothing. */
  private void audit(SyntheticStream stream, Path lake) throws IOException {
    assertExact(stream, lake);
    Summary again = Weir.run(0, stream.file(), lake, "--workers", 2);
    again.expect(0, stream.settings().lines(), 0, 0);
    assertExact(stream, lake);
    tally.audited += EVENTS;
    try (LakeTables tables = new LakeTables(lake)) {
      tally.fenced += tables.number("SELECT count(*) FROM attempts WHERE state = 'fenced'");
      tally.seals +=
          tables.number(
              "SELECT count(DISTINCT file_name) FROM parquet_kv_metadata('%s/*/**/*.parquet')"
                      .formatted(lake)
                  + " WHERE decode(key) = 'weir_seal'");
    }
  }

  private void assertExact(SyntheticStream stream, Path lake) throws IOException {
    Findings findings = Auditor.events(lake, stream.manifest());
    assertTrue(findings.isExact(), () -> findings + ", seed " + seed);
    assertEquals(EVENTS, findings.landed());
    assertEquals(stream.deadLetters(), new TreeMap<>(Auditor.deadLetters(lake)));
    assertEquals(0, Auditor.wrongDeadLetters(lake, stream.file()), "dead letters, seed " + seed);
  }
}
