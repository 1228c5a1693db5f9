package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What {@code --summary-json} says, read with DuckDB. */
record Summary(
    long received,
    long landed,
    long duplicates,
    long deadLetters,
    long filtered,
    long conflicts,
    long foldedTypes,
    long files,
    Map<String, Long> deadLettersByReason,
    Map<String, Long> eventsByType) {
  /** Reads a summary. */
  static Summary read(Path file) {
    try (Duck duck = new Duck()) {
      String json = "read_json('%s', maximum_depth = 1)".formatted(file);
      return new Summary(
          duck.number("SELECT received FROM " + json),
          duck.number("SELECT landed FROM " + json),
          duck.number("SELECT duplicates FROM " + json),
          duck.number("SELECT dead_letters FROM " + json),
          duck.number("SELECT filtered FROM " + json),
          duck.number("SELECT conflicts FROM " + json),
          duck.number("SELECT folded_types FROM " + json),
          duck.number("SELECT files FROM " + json),
          counts(duck, "dead_letters_by_reason", json),
          counts(duck, "events_by_type", json));
    }
  }

  private static Map<String, Long> counts(Duck duck, String member, String json) {
    Map<String, Long> counts = new TreeMap<>();
    duck.rows("SELECT e.key, e.value FROM %s, json_each(%s) AS e".formatted(json, member))
        .forEach(row -> counts.put(row.get(0), Long.valueOf(row.get(1))));
    return counts;
  }

  /** Fails unless every record is accounted for. */
  Summary expectBalanced() {
    assertEquals(received, landed + duplicates + deadLetters + filtered, toString());
    assertEquals(deadLetters, sum(deadLettersByReason), toString());
    assertEquals(landed, sum(eventsByType), toString());
    return this;
  }

  /** Fails unless exactly this became of the records. */
  void expect(long landed, long duplicates, long deadLetters, long filtered) {
    assertEquals(
        "landed %d, duplicates %d, dead letters %d, filtered %d"
            .formatted(landed, duplicates, deadLetters, filtered),
        "landed %d, duplicates %d, dead letters %d, filtered %d"
            .formatted(this.landed, this.duplicates, this.deadLetters, this.filtered),
        toString());
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
