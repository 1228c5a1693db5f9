package dev.weir.cli.ledger;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The sum of what attempts count: in all, and by event type.
 *
 * <p>The types' counts add up to the whole: what a plan counts in all and tells of no type is there
 * as {@code __unknown__}, and records that never became events as {@code __undecoded__}. At most
 * 200 event types, expectations, fields and reasons are told apart, those that came first in the
 * ledger; the rest share {@code __other__}. Not safe for use by several threads.
 */
public final class Totals {
  private static final long[] FILE_BOUNDS = {
    16 << 10, 128 << 10, 1 << 20, 8 << 20, 64 << 20, 256 << 20
  };

  /** The counts of a plan that its types tell, too. */
  private static final Count[] BY_TYPE = {
    Count.LANDED,
    Count.DUPLICATES,
    Count.CONFLICTS,
    Count.DEAD_LETTERS,
    Count.FILTERED,
    Count.LATE,
    Count.CHECKED,
    Count.ACCURATE
  };

  /** What is listed among the types, and received no events. */
  private static final Set<String> NO_TYPES = Set.of(Labels.UNKNOWN, Labels.UNDECODED);

  private final long[] counts = new long[Count.SIZE];
  private final Counts deadLetters = new Counts();
  private final Map<String, TypeTotals> types = new TreeMap<>();
  private final long[] fileSizes = new long[FILE_BOUNDS.length + 1];
  private final LabelSets labels;
  private @Nullable Instant lastLanding;

  /** None yet, under labels that other totals may share. */
  Totals(LabelSets labels) {
    this.labels = labels;
  }

  /**
   * Adds what an attempt counts, or takes it away again.
   *
   * @param times 1 or -1
   */
  void add(AttemptEntry entry, int times) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += times * entry.counts[i];
    }
    switch (entry.state) {
      case PLANNED -> add(Count.ATTEMPTS_LANDED, times);
      case SEALED -> add(Count.ATTEMPTS_SEALED, times);
      case FENCED -> add(Count.ATTEMPTS_FENCED, times);
    }
    if (!entry.isBalanced()) {
      add(Count.ATTEMPTS_UNBALANCED, times);
    }
    addReasons(entry, times);
    addTypes(entry, times);
    for (AttemptEntry.PlannedFile file : entry.files) {
      fileSizes[fileSize(file.bytes())] += times;
    }
    if (times > 0 && entry.count(Count.LANDED) > 0) {
      lastLanding = later(lastLanding, entry.at());
    }
  }

  private void addReasons(AttemptEntry entry, int times) {
    long told = 0;
    for (Map.Entry<String, Long> reason : entry.deadLettersByReason.entrySet()) {
      deadLetters.add(labels.reasons.admit(reason.getKey()), times * reason.getValue());
      told += reason.getValue();
    }
    long rest = Math.max(0, entry.count(Count.DEAD_LETTERS) - told);
    deadLetters.add(Labels.UNKNOWN, times * rest);
  }

  private void addTypes(AttemptEntry entry, int times) {
    entry.types.forEach((name, type) -> add(name, type, times));
    TypeTotals undecoded = undecoded(entry);
    add(Labels.UNDECODED, undecoded, times);
    if (entry.types.isEmpty()) {
      // Of what earlier versions wrote, the folders of the events tell their types.
      for (Map.Entry<String, Long> folder : entry.eventsByType.entrySet()) {
        type(folder.getKey()).add(Count.LANDED, times * folder.getValue());
      }
    }
    for (AttemptEntry.Drift finding : entry.findings) {
      if (entry.drift.containsKey(finding.kind())) {
        type(finding.eventType()).drift.add(finding.kind(), times);
      }
    }
    add(Labels.UNKNOWN, unknown(entry), times);
  }

  private static TypeTotals undecoded(AttemptEntry entry) {
    TypeTotals undecoded = new TypeTotals();
    undecoded.add(entry.undecoded, 1, LabelSets.any());
    // A record without an id, a name or a time is no event.
    for (String field : new String[] {"id", "name", "time"}) {
      undecoded.missingValues.add(field, missing(entry, field));
    }
    return undecoded;
  }

  /**
   * The records that lack a field that events have. What the plan counts in all was counted when
   * its batch was read, records that another attempt answers for as well: a batch that is delivered
   * again would count again.
   */
  private static long missing(AttemptEntry entry, String field) {
    Map<String, Long> letters = entry.undecodedLetters;
    return letters == null
        ? entry.missingValues.getOrDefault(field, 0L) // an earlier version tells no more
        : letters.getOrDefault("missing_" + field, 0L);
  }

  /** What the plan counts in all, less what it tells by type. */
  private static TypeTotals unknown(AttemptEntry entry) {
    TypeTotals unknown = new TypeTotals();
    for (Count count : BY_TYPE) {
      long told = entry.undecoded.count(count);
      for (TypeTotals type : entry.types.values()) {
        told += type.count(count);
      }
      if (count == Count.LANDED && entry.types.isEmpty()) {
        told += entry.eventsByType.values().stream().mapToLong(Long::longValue).sum();
      }
      unknown.add(count, Math.max(0, entry.count(count) - told));
    }
    if (entry.types.isEmpty()) {
      entry.violations.forEach(unknown.violations::add);
      unknown.missingValues.add("payload", entry.missingValues.getOrDefault("payload", 0L));
      unknown.freshness.add(entry.freshness, 1);
      unknown.arrivalLag.add(entry.arrivalLag, 1);
    }
    entry.drift.forEach((kind, count) -> unknown.drift.add(kind, untold(entry, kind, count)));
    return unknown;
  }

  /** The findings that are counted, and not listed: a plan lists some only. */
  private static long untold(AttemptEntry entry, String kind, long count) {
    long told = entry.findings.stream().filter(finding -> finding.kind().equals(kind)).count();
    return Math.max(0, count - told);
  }

  private void add(String name, TypeTotals type, int times) {
    if (!type.isEmpty()) {
      type(name).add(type, times, labels);
    }
  }

  private TypeTotals type(String name) {
    return types.computeIfAbsent(labels.types.admit(name), label -> new TypeTotals());
  }

  /** Adds other totals. */
  void add(Totals other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
    other.deadLetters.asMap().forEach((k, n) -> deadLetters.add(labels.reasons.admit(k), n));
    other.types.forEach((name, type) -> add(name, type, 1));
    for (int i = 0; i < fileSizes.length; i++) {
      fileSizes[i] += other.fileSizes[i];
    }
    if (other.lastLanding != null) {
      lastLanding = later(lastLanding, other.lastLanding);
    }
  }

  /**
   * Makes what is less than nothing nothing. It comes of an attempt that is taken away from another
   * time than it was added to, because its clock was ahead; no reader expects it.
   */
  void raiseToZero() {
    for (int i = 0; i < counts.length; i++) {
      counts[i] = Math.max(0, counts[i]);
    }
    for (int i = 0; i < fileSizes.length; i++) {
      fileSizes[i] = Math.max(0, fileSizes[i]);
    }
    deadLetters.raiseToZero();
    types.values().forEach(TypeTotals::raiseToZero);
  }

  private void add(Count count, long number) {
    counts[count.ordinal()] += number;
  }

  private static Instant later(@Nullable Instant one, Instant other) {
    return one == null || other.isAfter(one) ? other : one;
  }

  private static int fileSize(long bytes) {
    int i = 0;
    while (i < FILE_BOUNDS.length && bytes > FILE_BOUNDS[i]) {
      i++;
    }
    return i;
  }

  long[] counts() {
    return counts.clone();
  }

  /** A count over everything. */
  public long count(Count count) {
    return counts[count.ordinal()];
  }

  /**
   * The events that the attempts answer for, landed or not: those that lateness and the rest of the
   * quality is measured of.
   */
  public long answeredFor() {
    long answered = 0;
    for (Map.Entry<String, TypeTotals> type : types.entrySet()) {
      if (!NO_TYPES.contains(type.getKey())) {
        TypeTotals of = type.getValue();
        answered +=
            of.count(Count.RECEIVED) - of.count(Count.DUPLICATES) - of.count(Count.CONFLICTS);
      }
    }
    return answered;
  }

  /** Dead letters by reason; they add up to {@link Count#DEAD_LETTERS}. */
  public Map<String, Long> deadLetters() {
    return deadLetters.asMap();
  }

  /** By event type, in the order of their names. */
  public Map<String, TypeTotals> types() {
    return Collections.unmodifiableMap(types);
  }

  /** The delays of all types together. */
  public DelayCounts freshness() {
    DelayCounts all = new DelayCounts();
    types.values().forEach(type -> all.add(type.freshness, 1));
    return all;
  }

  /** The delays of all types together. */
  public DelayCounts arrivalLag() {
    DelayCounts all = new DelayCounts();
    types.values().forEach(type -> all.add(type.arrivalLag, 1));
    return all;
  }

  /** Events that an expectation was asked of, by its name; earlier versions did not tell. */
  public Map<String, Long> asked() {
    Counts all = new Counts();
    types.values().forEach(type -> type.asked.asMap().forEach(all::add));
    return all.asMap();
  }

  /** Events that break an expectation, by its name. */
  public Map<String, Long> violations() {
    Counts all = new Counts();
    types.values().forEach(type -> type.violations.asMap().forEach(all::add));
    return all.asMap();
  }

  /** Findings about fields by their kind. */
  public Map<String, Long> drift() {
    Counts all = new Counts();
    types.values().forEach(type -> type.drift.asMap().forEach(all::add));
    return all.asMap();
  }

  /** The upper bounds of {@link #fileSizes}, in bytes, ascending. */
  public static long[] fileBounds() {
    return FILE_BOUNDS.clone();
  }

  /** How many files there are up to each bound and above the one before, then beyond the last. */
  public long[] fileSizes() {
    return fileSizes.clone();
  }

  /** When an attempt last planned events that have landed since; null if none did. */
  public @Nullable Instant lastLanding() {
    return lastLanding;
  }
}
