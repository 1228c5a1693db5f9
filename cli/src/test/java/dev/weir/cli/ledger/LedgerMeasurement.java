package dev.weir.cli.ledger;

import dev.weir.claim.Attempt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Random;

/**
 * How long a tail takes over a large ledger in a folder: started by hand, with the number of
 * attempts and a folder. The figures are in docs/reference/monitor.md.
 */
final class LedgerMeasurement {
  private static final int TYPES = 20;

  private LedgerMeasurement() {}

  public static void main(String[] args) throws IOException {
    int attempts = Integer.parseInt(args[0]);
    Path lake = Path.of(args[1]);
    Instant now = Instant.now();
    Path folder = Files.createDirectories(lake.resolve("_weir/attempts"));
    String[] present = folder.toFile().list();
    long bytes = 0;
    if (present == null || present.length < attempts) {
      Random random = new Random(1);
      for (int i = 0; i < attempts; i++) {
        // Spread over 30 days, the last ones now.
        Instant at = now.minus(Duration.ofDays(30).multipliedBy(attempts - i).dividedBy(attempts));
        bytes += write(folder, at, i, random);
      }
      System.out.printf(Locale.ROOT, "written: %d plans of %d bytes%n", attempts, bytes / attempts);
    }
    try (LedgerTail tail =
        new LedgerTail(
            new FolderLedgerFiles(lake), Instant.MIN, Duration.ZERO, Clock.systemUTC())) {
      time("start", tail::refresh);
      time("refresh, nothing new", tail::refresh);
      time("refresh, nothing new", tail::refresh);
      Random random = new Random(2);
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 100; i++) {
          write(folder, Instant.now().minusSeconds(5), round * 100 + i + (1 << 30), random);
        }
        time("refresh, 100 new", tail::refresh);
      }
      time("view of a week", () -> tail.view(Window.WEEK));
      time("view of all", () -> tail.view(Window.ALL));
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      System.out.printf(
          Locale.ROOT,
          "attempts %d, landed %d, heap in use %.1f MiB%n",
          tail.attempts(),
          tail.view(Window.ALL).totals().count(Count.LANDED),
          (runtime.totalMemory() - runtime.freeMemory()) / 1048576.0);
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  private static void time(String what, Step step) throws IOException {
    long began = System.nanoTime();
    step.run();
    System.out.printf(Locale.ROOT, "%s: %.3f s%n", what, (System.nanoTime() - began) / 1e9);
  }

  private static long write(Path folder, Instant at, int number, Random random) throws IOException {
    String attempt = new Attempt((int) at.getEpochSecond(), number).toString();
    StringBuilder plan = new StringBuilder(5000);
    plan.append(
        """
        {"attempt":"%s","state":"planned","version":"0.1.0","planned_at":"%s","sources":[{"stream":\
        "events","shard_id":"shardId-000000000001","first_sequence_number":"%d",\
        "last_sequence_number":"%d"}],"received":%d,"landed":%d,"duplicates":0,"dead_letters":0,\
        "filtered":0,"conflicts":0,"dead_letters_by_reason":{},"missing_values":{},"bytes_in":1,\
        "bytes_out":1,"delay_bounds_seconds":[0.1,0.5,1,5,10,30,60,120,300,600,1800,3600,10800,\
        21600,43200,86400,259200,604800],"quality":{"""
            .formatted(attempt, at, number, number + 1L, TYPES * 100, TYPES * 100));
    for (int type = 0; type < TYPES; type++) {
      plan.append(
          """
          %s"type_%d":{"received":100,"landed":100,"checked":100,"accurate":99,"violations":{"rule":1},\
          "freshness_seconds":{"p50":1.2,"p95":4.5,"max":%d,"sum":120.5,"counts":[1,2,40,50,7]},\
          "arrival_lag_seconds":{"p50":0.2,"p95":0.5,"max":1,"sum":20.5,"counts":[10,90]}}"""
              .formatted(type == 0 ? "" : ",", type, random.nextInt(5, 9)));
    }
    plan.append("},\"files\":[");
    for (int type = 0; type < TYPES; type++) {
      plan.append(
          """
          %s{"key":"events/date=2026-01-01/event_type=type_%d/%s-%d.parquet","rows":100,"bytes":40000}"""
              .formatted(type == 0 ? "" : ",", type, attempt, type));
    }
    plan.append("]}\n");
    Files.writeString(folder.resolve(attempt + ".json"), plan);
    return plan.length();
  }
}
