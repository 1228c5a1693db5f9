package dev.weir.quality;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How good the data of one attempt is: by event type, and in all.
 *
 * @param types by event type as sent, at most as many as the settings say; the rarest share {@link
 *     #OTHER}
 * @param undecoded the records that never became events, which have no type
 * @param drift what differs from the profile, or null where nobody looked
 * @param fields the fields of the events, for the profile
 */
public record QualityBooks(
    Map<String, TypeBooks> types,
    Undecoded undecoded,
    @Nullable DriftFindings drift,
    FieldsByType fields) {
  /** The event type that the rarest types share. */
  public static final String OTHER = "__other__";

  /** Books without anything in them. */
  public static final QualityBooks EMPTY =
      new QualityBooks(Map.of(), new Undecoded(0, 0, Map.of()), null, FieldsByType.NONE);

  /**
   * Records that never became events.
   *
   * @param received records of the batch
   * @param duplicates those whose dead letter another position or attempt accounts for
   * @param deadLetters dead letters by reason code
   */
  public record Undecoded(long received, long duplicates, Map<String, Long> deadLetters) {
    public Undecoded {
      if (received != duplicates + TypeBooks.sum(deadLetters)) {
        throw new IllegalStateException(
            "the books of what is no event do not balance: received %d, duplicates %d, dead letters %s"
                .formatted(received, duplicates, deadLetters));
      }
    }
  }

  /**
   * What differs from the profile.
   *
   * @param findings every finding
   * @param errors how often this process could not read or write the profile so far
   */
  public record DriftFindings(List<DriftFinding> findings, long errors) {
    private static final int LISTED = 100;

    public DriftFindings {
      findings = List.copyOf(findings);
    }

    /** How many findings there are of a kind. */
    public long count(DriftFinding.Kind kind) {
      return findings.stream().filter(finding -> finding.kind() == kind).count();
    }
  }

  public QualityBooks {
    types = new TreeMap<>(types);
  }

  /** All records of the batch. */
  public long received() {
    return undecoded.received() + types.values().stream().mapToLong(TypeBooks::received).sum();
  }

  /** Events that any expectation was asked of. */
  public long checked() {
    return types.values().stream().mapToLong(TypeBooks::checked).sum();
  }

  /** Events that meet every expectation that was asked of them. */
  public long accurate() {
    return types.values().stream().mapToLong(TypeBooks::accurate).sum();
  }

  /** Events that arrived late. */
  public long late() {
    return types.values().stream().mapToLong(TypeBooks::late).sum();
  }

  /** By expectation, how many events do not meet it. */
  public Map<String, Long> violations() {
    Map<String, Long> sums = new TreeMap<>();
    types
        .values()
        .forEach(type -> type.violations().forEach((n, c) -> sums.merge(n, c, Long::sum)));
    return sums;
  }

  /** Dead letters by reason code. */
  public Map<String, Long> deadLetters() {
    Map<String, Long> sums = new TreeMap<>(undecoded.deadLetters());
    types
        .values()
        .forEach(type -> type.deadLetters().forEach((n, c) -> sums.merge(n, c, Long::sum)));
    return sums;
  }

  /** Planning time minus event time, of the events handed to the SQL. */
  public Delays freshness() {
    Delays sum = new Delays();
    types.values().forEach(type -> sum.add(type.freshness()));
    return sum;
  }

  /** Planning time minus arrival time, of the same events. */
  public Delays arrivalLag() {
    Delays sum = new Delays();
    types.values().forEach(type -> sum.add(type.arrivalLag()));
    return sum;
  }

  /** Writes the members of the plan that tell about quality into its open object. */
  public void writeTo(JsonGenerator json) throws IOException {
    json.writeNumberField("late", late());
    json.writeNumberField("checked", checked());
    json.writeNumberField("accurate", accurate());
    TypeBooks.writeAll(json, "violations", violations());
    Delays.writeBounds(json, "delay_bounds_seconds");
    json.writeObjectFieldStart("quality");
    for (Map.Entry<String, TypeBooks> type : types.entrySet()) {
      type.getValue().writeTo(json, type.getKey());
    }
    json.writeEndObject();
    json.writeObjectFieldStart("undecoded");
    TypeBooks.write(json, "received", undecoded.received());
    TypeBooks.write(json, "duplicates", undecoded.duplicates());
    TypeBooks.write(json, "dead_letters", undecoded.deadLetters());
    json.writeEndObject();
    if (drift != null) {
      write(json, drift);
    }
  }

  private static void write(JsonGenerator json, DriftFindings drift) throws IOException {
    json.writeObjectFieldStart("drift");
    json.writeNumberField("new_fields", drift.count(DriftFinding.Kind.NEW));
    json.writeNumberField("vanished_fields", drift.count(DriftFinding.Kind.VANISHED));
    json.writeNumberField("type_changes", drift.count(DriftFinding.Kind.TYPE_CHANGED));
    TypeBooks.write(json, "profile_errors", drift.errors());
    json.writeArrayFieldStart("findings");
    for (DriftFinding finding : drift.findings().stream().limit(DriftFindings.LISTED).toList()) {
      json.writeStartObject();
      json.writeStringField("event_type", finding.eventType());
      json.writeStringField("path", finding.path());
      json.writeStringField("kind", finding.kind().word());
      json.writeStringField("before", finding.before());
      json.writeStringField("after", finding.after());
      json.writeNumberField("events", finding.events());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
