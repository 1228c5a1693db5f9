package dev.weir.cli.ledger;

import dev.weir.claim.Attempt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** A ledger in a folder, written by hand, with the files that its plans name. */
public final class LedgerFolder {
  private final Path lake;
  private final Path attempts;

  public LedgerFolder(Path lake) throws IOException {
    this.lake = lake;
    this.attempts = Files.createDirectories(lake.resolve("_weir/attempts"));
  }

  public Path lake() {
    return lake;
  }

  /** The id of an attempt that began at a time. */
  public static String id(Instant began, int number) {
    return new Attempt((int) began.getEpochSecond(), number).toString();
  }

  /** A plan of one file of some bytes, which is not there yet. */
  public LedgerFolder plan(String attempt, Instant at, long fileBytes, String members)
      throws IOException {
    return object(
        attempt + ".json",
        """
        {"attempt":"%s","state":"planned","version":"0.1.0","planned_at":"%s",%s,
         "files":[{"key":"%s","rows":1,"bytes":%d}]}
        """
            .formatted(attempt, at, members, key(attempt), fileBytes));
  }

  /** Lands the file of a plan. */
  public LedgerFolder land(String attempt, int fileBytes) throws IOException {
    Path file = lake.resolve(key(attempt));
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[fileBytes]);
    return this;
  }

  /** A plan of one file, which is there. */
  public LedgerFolder landed(String attempt, Instant at, String members) throws IOException {
    return plan(attempt, at, 10, members).land(attempt, 10);
  }

  /** What replaces the counts of a plan. */
  public LedgerFolder sealed(String attempt, long landed) throws IOException {
    return object(
        attempt + ".sealed.json",
        """
        {"attempt":"%s","state":"sealed","fenced_by":"%s","received":%d,"landed":%d,
         "duplicates":0,"dead_letters":0,"filtered":0}
        """
            .formatted(attempt, attempt, landed, landed));
  }

  public LedgerFolder fenced(String attempt) throws IOException {
    return object(
        attempt + ".json",
        """
        {"attempt":"%s","state":"fenced","fenced_by":"%s","received":0,"landed":0,"duplicates":0,
         "dead_letters":0,"filtered":0}
        """
            .formatted(attempt, attempt));
  }

  /** Any object of the ledger. */
  public LedgerFolder object(String name, String content) throws IOException {
    Files.writeString(attempts.resolve(name), content);
    return this;
  }

  /** Counts of an earlier version's plan. */
  public static String counts(long received, long landed, long duplicates) {
    return "\"received\":%d,\"landed\":%d,\"duplicates\":%d,\"dead_letters\":0,\"filtered\":0"
        .formatted(received, landed, duplicates);
  }

  private static String key(String attempt) {
    return "events/date=2026-01-01/event_type=a/" + attempt + "-0.parquet";
  }
}
