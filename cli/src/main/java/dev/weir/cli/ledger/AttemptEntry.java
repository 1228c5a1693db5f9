package dev.weir.cli.ledger;

import dev.weir.claim.Attempt;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one object of the ledger says. Filled by {@link EntryParser}, and then only read.
 *
 * <p>Members that an object lacks are 0 or empty: those that earlier versions wrote lack many.
 */
final class AttemptEntry {
  enum State {
    PLANNED,
    SEALED,
    FENCED
  }

  /** A planned file. */
  record PlannedFile(String key, long bytes) {}

  /** A part of a batch: where its records were. */
  record Source(String stream, String shard, String first, String last) {}

  /** Something about an event type's fields that is not as it was. */
  record Drift(
      String eventType,
      String path,
      String kind,
      @Nullable String before,
      @Nullable String after,
      long events) {}

  final Attempt attempt;
  State state = State.PLANNED;
  @Nullable Instant plannedAt;
  final long[] counts = new long[Count.SIZE];
  final Map<String, Long> deadLettersByReason = new TreeMap<>();
  final Map<String, Long> missingValues = new TreeMap<>();
  final Map<String, Long> eventsByType = new TreeMap<>();
  final Map<String, Long> violations = new TreeMap<>();
  final Map<String, Long> drift = new TreeMap<>();
  final List<Drift> findings = new ArrayList<>();
  final DelayCounts freshness = new DelayCounts();
  final DelayCounts arrivalLag = new DelayCounts();

  /** By event type, as far as the object tells. */
  final Map<String, TypeTotals> types = new TreeMap<>();

  /** The records that never became events. */
  final TypeTotals undecoded = new TypeTotals();

  /** Their dead letters by reason; null where the object does not tell of such records. */
  @Nullable Map<String, Long> undecodedLetters;

  final List<PlannedFile> files = new ArrayList<>();
  final List<Source> sources = new ArrayList<>();

  AttemptEntry(Attempt attempt) {
    this.attempt = attempt;
  }

  long count(Count count) {
    return counts[count.ordinal()];
  }

  /** When it counts: when it planned, or began where that is not told. */
  Instant at() {
    return plannedAt == null ? attempt.began() : plannedAt;
  }

  boolean isBalanced() {
    return count(Count.RECEIVED)
        == count(Count.LANDED)
            + count(Count.DUPLICATES)
            + count(Count.DEAD_LETTERS)
            + count(Count.FILTERED);
  }
}
