package dev.weir.cli.generate;

import dev.weir.record.Reason;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a synthetic stream is made of.
 *
 * <p>Its numbers are exact: {@code lines = events + duplicates + malformed}.
 *
 * @param events the number of distinct events; 0 to {@link #MAX_EVENTS}
 * @param seed another seed gives other events, ids included
 * @param types how many types of events there are, each with ten subtypes; 1 to {@link #MAX_TYPES}
 * @param days over how many days the events' times spread; 1 to {@link #MAX_DAYS}
 * @param start the first of these days, in UTC; from 1970-01-01, and so that the last day is before
 *     2200-01-01
 * @param duplicatesPerMillion exact copies of earlier events, on top, per million events; 0 to
 *     1,000,000
 * @param malformedPerMillion lines that are no events, on top, per million events; 0 to 1,000,000
 */
public record GeneratorSettings(
    long events,
    long seed,
    int types,
    int days,
    LocalDate start,
    int duplicatesPerMillion,
    int malformedPerMillion) {
  /** The largest number of distinct events. */
  public static final long MAX_EVENTS = 10_000_000_000L;

  /** The largest number of types. */
  public static final int MAX_TYPES = 10_000;

  /** The largest number of days. */
  public static final int MAX_DAYS = 10_000;

  /** The default first day: fixed, because the same settings give the same bytes on every day. */
  public static final LocalDate DEFAULT_START = LocalDate.of(2026, 1, 1);

  private static final LocalDate FIRST_START = LocalDate.EPOCH;
  private static final LocalDate END = LocalDate.of(2200, 1, 1);

  public GeneratorSettings {
    check("events", events, MAX_EVENTS, 0);
    check("types", types, MAX_TYPES, 1);
    check("days", days, MAX_DAYS, 1);
    check("duplicates per million", duplicatesPerMillion, 1_000_000, 0);
    check("malformed per million", malformedPerMillion, 1_000_000, 0);
    if (start.isBefore(FIRST_START) || start.isAfter(lastStart(days))) {
      throw new IllegalArgumentException(
          "start is %s; allowed is %s to %s with %d days"
              .formatted(start, FIRST_START, lastStart(days), days));
    }
  }

  private static void check(String key, long value, long max, long min) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s is %d; allowed is %d to %d".formatted(key, value, min, max));
    }
  }

  /** So many events with seed 1: 20 types, 2 days, no duplicates, no malformed lines. */
  public static GeneratorSettings of(long events) {
    return new GeneratorSettings(events, 1, 20, 2, DEFAULT_START, 0, 0);
  }

  /** The same settings with another seed. */
  public GeneratorSettings withSeed(long newSeed) {
    return new GeneratorSettings(
        events, newSeed, types, days, start, duplicatesPerMillion, malformedPerMillion);
  }

  /** The same settings with duplicates and malformed lines. */
  public GeneratorSettings withFaults(int newDuplicatesPerMillion, int newMalformedPerMillion) {
    return new GeneratorSettings(
        events, seed, types, days, start, newDuplicatesPerMillion, newMalformedPerMillion);
  }

  /** The latest first day for so many days. */
  public static LocalDate lastStart(int days) {
    return END.minusDays(days);
  }

  /** The number of duplicates: the share of the events, rounded down. */
  public long duplicates() {
    return duplicatesBefore(events);
  }

  /** The number of malformed lines: the share of the events, rounded down. */
  public long malformed() {
    return malformedBefore(events);
  }

  /** The number of all lines. */
  public long lines() {
    return events + duplicates() + malformed();
  }

  /** How many malformed lines are refused with each reason; reasons without any are absent. */
  public Map<Reason, Long> malformedByReason() {
    MalformedLine[] kinds = MalformedLine.values();
    long malformed = malformed();
    Map<Reason, Long> counts = new EnumMap<>(Reason.class);
    for (int kind = 0; kind < kinds.length; kind++) {
      long count = (malformed - kind + kinds.length - 1) / kinds.length;
      if (count > 0) {
        counts.merge(kinds[kind].reason(), count, Long::sum);
      }
    }
    return counts;
  }

  /** How many duplicates belong to the events before an index. */
  long duplicatesBefore(long index) {
    return index * duplicatesPerMillion / 1_000_000;
  }

  /** How many malformed lines belong to the events before an index. */
  long malformedBefore(long index) {
    return index * malformedPerMillion / 1_000_000;
  }
}
