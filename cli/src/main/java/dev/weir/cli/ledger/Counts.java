package dev.weir.cli.ledger;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Counts by a label, of which there is a bounded number. Not safe for use by several threads. */
final class Counts {
  /** Most have none, and there are many of them. */
  private Map<String, Long> counts = Map.of();

  /** Adds to the count of a label; one that comes to 0 goes. */
  void add(String label, long count) {
    if (count != 0) {
      if (counts.isEmpty()) {
        counts = new TreeMap<>();
      }
      counts.merge(label, count, (a, b) -> a + b == 0 ? null : a + b);
    }
  }

  /** Leaves out what is less than nothing. */
  void raiseToZero() {
    if (!counts.isEmpty()) {
      counts.values().removeIf(count -> count < 0);
    }
  }

  boolean isEmpty() {
    return counts.isEmpty();
  }

  Map<String, Long> asMap() {
    return Collections.unmodifiableMap(counts);
  }
}
