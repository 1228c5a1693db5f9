package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real replays, killed with {@code kill -9} between their steps and run again. */
final class ReplayIT {
  private static final int LETTERS = 240;

  @TempDir Path folder;

  @Test
  void everyLetterLandsOnceHoweverOftenReplaysAreKilled() throws Exception {
    Path lake = fillLake();
    Path mend =
        Files.writeString(
            folder.resolve("mend.sql"),
            "SELECT dead_letter_uuid, replace(text, 'null', '1767225600') AS raw FROM dead_letters");
    int objects = LakeTables.objects(lake).size();
    int attempts = LakeTables.attempts(lake).size();
    List<BooleanSupplier> moments =
        List.of(
            () -> LakeTables.attempts(lake).size() > attempts,
            () -> LakeTables.objects(lake).size() >= objects + 60);
    int kills = 0;
    for (BooleanSupplier moment : moments) {
      try (WeirProcess replay = replay(lake, mend)) {
        if (replay.runUntil(moment) && replay.kill()) {
          kills++;
        } else {
          replay.await().expect(0);
        }
      }
    }
    assertTrue(kills > 0, "no kill hit anything: it proves nothing");

    Weir.command("replay", "--lake", lake, "--sql", mend).expect(0);
    Result again = Weir.command("replay", "--lake", lake, "--sql", mend).expect(0);

    assertTrue(again.out().contains("already replayed              240"), again.out());
    try (LakeTables tables = new LakeTables(lake)) {
      assertEquals(LETTERS, tables.number("SELECT count(*) FROM events"));
      assertEquals(LETTERS, tables.number("SELECT count(DISTINCT event_uuid) FROM events"));
      assertEquals(LETTERS, tables.number("SELECT count(*) FROM dead_letters"));
    }
  }

  private WeirProcess replay(Path lake, Path mend) throws IOException {
    return WeirProcess.in(folder)
        .java("-XX:TieredStopAtLevel=1")
        .environment("WEIR_RUN_BATCH_RECORDS", "60")
        .weir("replay", "--lake", lake, "--sql", mend);
  }

  /** Nothing but records without a time, of many types: many files to die between. */
  private Path fillLake() throws IOException {
    List<String> documents = new ArrayList<>();
    for (int i = 0; i < LETTERS; i++) {
      documents.add(
          Documents.event(
              Documents.quoted(Documents.id(i)), "\"type%d:x\"".formatted(i % 30), "null", "{}"));
    }
    Path lake = folder.resolve("lake");
    Path input = Documents.lines(folder.resolve("in.ndjson"), documents);
    Weir.run(0, input, lake, "--workers", 1).expect(0, 0, LETTERS, 0);
    return lake;
  }
}
