package dev.weir.sim;

import java.util.Locale;

/** What was met in many schedules: how often each fault at each site, and how often what else. */
final class Tally {
  /** What is counted besides faults. */
  enum Count {
    SCHEDULES,
    DELIVERIES,
    ATTEMPTS,
    OPERATIONS,
    SWITCHES,
    REPLAYED_ATTEMPTS,
    ACKNOWLEDGED_RECORDS,
    REDELIVERED_RECORDS,
    DISCARDED_RECORDS,
    FAILED_ATTEMPTS,
    FENCED_ATTEMPTS,
    FENCES,
    LIVE_ATTEMPTS_FENCED,
    SEALS,
    TAKEN_OVER,
    CRASHES,
    FREEZES,
    FROZEN_PROCESSES,
    ZOMBIES_AFTER_THE_FAULTS,
    APPLIED_LATE,
    APPLIED_AFTER_THE_ATTEMPT,
    CLOCK_JUMPS,
    DEPLOYS,
    EVENTS_LANDED,
    DEAD_LETTERS_LANDED,
    CONFLICTS_LANDED,
    CLAIMS_LOST
  }

  private final long[] counts = new long[Count.values().length];
  private final long[][] cells = new long[Site.values().length][Fault.values().length];

  void add(Count count, long n) {
    counts[count.ordinal()] += n;
  }

  void add(Count count) {
    add(count, 1);
  }

  void add(Site site, Fault fault) {
    cells[site.ordinal()][fault.ordinal()]++;
  }

  long of(Count count) {
    return counts[count.ordinal()];
  }

  long of(Site site, Fault fault) {
    return cells[site.ordinal()][fault.ordinal()];
  }

  void add(Tally other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
    for (int i = 0; i < cells.length; i++) {
      for (int j = 0; j < cells[i].length; j++) {
        cells[i][j] += other.cells[i][j];
      }
    }
  }

  /** How often each fault was met at each site; a dash stands for what cannot happen there. */
  String coverage() {
    StringBuilder text = new StringBuilder("%-18s".formatted("site"));
    for (Fault fault : Fault.values()) {
      text.append("%16s".formatted(name(fault)));
    }
    text.append('\n');
    for (Site site : Site.values()) {
      text.append("%-18s".formatted(name(site)));
      for (Fault fault : Fault.values()) {
        text.append(
            "%16s"
                .formatted(site.faults().contains(fault) ? "%,d".formatted(of(site, fault)) : "-"));
      }
      text.append('\n');
    }
    return text.toString();
  }

  /** The share of the cells that can happen and did, in percent; 100 only if all did. */
  int coveredPercent() {
    int possible = 0;
    int met = 0;
    for (Site site : Site.values()) {
      for (Fault fault : site.faults()) {
        possible++;
        met += of(site, fault) > 0 ? 1 : 0;
      }
    }
    return 100 * met / possible;
  }

  String summary() {
    StringBuilder text = new StringBuilder();
    for (Count count : Count.values()) {
      text.append("%-26s %,15d%n".formatted(name(count), of(count)));
    }
    return text.toString();
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
