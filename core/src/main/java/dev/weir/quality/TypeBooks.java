package dev.weir.quality;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.record.Reason;
import java.io.IOException;
import java.util.Map;

/**
 * What became of the events of one type in one attempt, and how good they are.
 *
 * <p>{@code received = landed + duplicates + the sum of deadLetters + filtered}, always. From
 * {@code checked} on, only events that the attempt answers for count: those that are no duplicates
 * and no conflicts.
 *
 * @param received events of the batch
 * @param landed events in the lake by this attempt
 * @param duplicates events that another one accounts for
 * @param filtered events that the SQL or an expectation left out
 * @param deadLetters dead letters by reason code
 * @param checked events that any expectation was asked of
 * @param accurate those of them that meet all of these expectations
 * @param asked by expectation, how many events it was asked of
 * @param violations by expectation, how many events do not meet it
 * @param missingValues by field, how many events have no value for it
 * @param late events that arrived late
 * @param freshness planning time minus event time, of the events handed to the SQL
 * @param arrivalLag planning time minus arrival time, of the same events
 */
public record TypeBooks(
    long received,
    long landed,
    long duplicates,
    long filtered,
    Map<String, Long> deadLetters,
    long checked,
    long accurate,
    Map<String, Long> asked,
    Map<String, Long> violations,
    Map<String, Long> missingValues,
    long late,
    Delays freshness,
    Delays arrivalLag) {
  private static final String CONFLICTS = Reason.CONFLICTING_DUPLICATE.code();

  public TypeBooks {
    long letters = sum(deadLetters);
    if (received != landed + duplicates + letters + filtered) {
      throw new IllegalStateException(
          "the books of a type do not balance: received %d, landed %d, duplicates %d, dead letters %d, filtered %d"
              .formatted(received, landed, duplicates, letters, filtered));
    }
  }

  static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Writes the books as one JSON object; what is 0 or empty is left out. */
  void writeTo(JsonGenerator json, String type) throws IOException {
    json.writeObjectFieldStart(type);
    write(json, "received", received);
    write(json, "landed", landed);
    write(json, "duplicates", duplicates);
    write(json, "conflicts", deadLetters.getOrDefault(CONFLICTS, 0L));
    write(json, "filtered", filtered);
    write(json, "dead_letters", deadLetters);
    write(json, "checked", checked);
    write(json, "accurate", accurate);
    write(json, "asked", asked);
    write(json, "violations", violations);
    write(json, "missing_values", missingValues);
    write(json, "late", late);
    if (freshness.count() > 0) {
      freshness.writeTo(json, "freshness_seconds");
      arrivalLag.writeTo(json, "arrival_lag_seconds");
    }
    json.writeEndObject();
  }

  static void write(JsonGenerator json, String name, long count) throws IOException {
    if (count != 0) {
      json.writeNumberField(name, count);
    }
  }

  static void write(JsonGenerator json, String name, Map<String, Long> counts) throws IOException {
    if (!counts.isEmpty()) {
      writeAll(json, name, counts);
    }
  }

  static void writeAll(JsonGenerator json, String name, Map<String, Long> counts)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, Long> count : counts.entrySet()) {
      json.writeNumberField(count.getKey(), count.getValue());
    }
    json.writeEndObject();
  }
}
