package dev.weir.cli.ledger;

import java.util.Map;

/**
 * What is counted of one event type: by one plan, or by many. Not safe for use by several threads.
 */
public final class TypeTotals {
  private final long[] counts = new long[Count.SIZE];
  final Counts asked = new Counts();
  final Counts violations = new Counts();
  final Counts missingValues = new Counts();
  final Counts drift = new Counts();
  final DelayCounts freshness = new DelayCounts();
  final DelayCounts arrivalLag = new DelayCounts();

  TypeTotals() {}

  void add(Count count, long number) {
    counts[count.ordinal()] += number;
  }

  /** Adds another, under labels that are admitted, or takes it away again. */
  void add(TypeTotals other, int times, LabelSets labels) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += times * other.counts[i];
    }
    other.asked.asMap().forEach((k, n) -> asked.add(labels.expectations.admit(k), times * n));
    other
        .violations
        .asMap()
        .forEach((k, n) -> violations.add(labels.expectations.admit(k), times * n));
    other
        .missingValues
        .asMap()
        .forEach((k, n) -> missingValues.add(labels.fields.admit(k), times * n));
    other.drift.asMap().forEach((kind, n) -> drift.add(kind, times * n));
    freshness.add(other.freshness, times);
    arrivalLag.add(other.arrivalLag, times);
  }

  /** Makes what is less than nothing nothing. */
  void raiseToZero() {
    for (int i = 0; i < counts.length; i++) {
      counts[i] = Math.max(0, counts[i]);
    }
    asked.raiseToZero();
    violations.raiseToZero();
    missingValues.raiseToZero();
    drift.raiseToZero();
    freshness.raiseToZero();
    arrivalLag.raiseToZero();
  }

  boolean isEmpty() {
    for (long count : counts) {
      if (count != 0) {
        return false;
      }
    }
    return violations.isEmpty()
        && missingValues.isEmpty()
        && drift.isEmpty()
        && freshness.isEmpty()
        && arrivalLag.isEmpty();
  }

  /** A count. */
  public long count(Count count) {
    return counts[count.ordinal()];
  }

  /** Events that an expectation was asked of, by its name. */
  public Map<String, Long> asked() {
    return asked.asMap();
  }

  /** Events that break an expectation, by its name. */
  public Map<String, Long> violations() {
    return violations.asMap();
  }

  /** Events without a value, by field. */
  public Map<String, Long> missingValues() {
    return missingValues.asMap();
  }

  /** Findings by their kind: new, vanished, type_changed. */
  public Map<String, Long> drift() {
    return drift.asMap();
  }

  /** Landing time minus event time. */
  public DelayCounts freshness() {
    return freshness;
  }

  /** Landing time minus arrival time. */
  public DelayCounts arrivalLag() {
    return arrivalLag;
  }
}
