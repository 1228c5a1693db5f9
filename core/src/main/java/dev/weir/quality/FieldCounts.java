package dev.weir.quality;

import dev.weir.decode.FieldType;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** The fields of the events of one type in one batch. */
final class FieldCounts {
  private static final int TYPES = FieldType.values().length;

  private final Map<String, long[]> counts = new TreeMap<>();
  private long events;

  /** Adds events that have the same fields. */
  void add(Map<String, FieldType> fields, long count) {
    events += count;
    fields.forEach(
        (path, type) ->
            counts.computeIfAbsent(path, p -> new long[TYPES])[type.ordinal()] += count);
  }

  /** How many events there are. */
  long events() {
    return events;
  }

  /** For each field how many events have it with each type, by the type's ordinal. */
  Map<String, long[]> counts() {
    return Collections.unmodifiableMap(counts);
  }
}
