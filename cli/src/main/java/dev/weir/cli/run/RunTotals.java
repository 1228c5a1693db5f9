package dev.weir.cli.run;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.pipeline.Ledger;
import dev.weir.pipeline.Outcome;
import dev.weir.quality.Delays;
import dev.weir.quality.QualityBooks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * The books of a run: the sum of its attempts' ledgers.
 *
 * <p>{@code received = landed + duplicates + dead letters + filtered}, always. A record that an
 * attempt took for a duplicate on trust and that had to be processed again counts once. Safe for
 * use by several threads.
 */
final class RunTotals {
  private long received;
  private long landed;
  private long duplicates;
  private long deadLetters;
  private long filtered;
  private long conflicts;
  private long foldedTypes;
  private long files;
  private long bytesIn;
  private long bytesOut;
  private long checked;
  private long accurate;
  private long late;
  private final Map<String, Long> deadLettersByReason = new TreeMap<>();
  private final Map<String, Long> missingValues = new TreeMap<>();
  private final Map<String, Long> eventsByType = new TreeMap<>();
  private final Map<String, Long> violations = new TreeMap<>();
  private final Map<String, Long> driftFindings = new TreeMap<>();
  private final Delays freshness = new Delays();

  /** Adds an attempt. The records to be delivered again count when they are. */
  synchronized void add(Outcome outcome) {
    Ledger ledger = outcome.ledger();
    received += ledger.received() - outcome.redeliver().length;
    duplicates += ledger.duplicates() - outcome.redeliver().length;
    landed += ledger.landed();
    deadLetters += ledger.deadLetters();
    filtered += ledger.filtered();
    conflicts += ledger.conflicts();
    foldedTypes = Math.max(foldedTypes, ledger.foldedTypes());
    files += ledger.files();
    bytesIn += ledger.bytesIn();
    bytesOut += ledger.bytesOut();
    ledger
        .deadLettersByReason()
        .forEach((reason, count) -> deadLettersByReason.merge(reason, count, Long::sum));
    ledger.missingValues().forEach((field, count) -> missingValues.merge(field, count, Long::sum));
    ledger.eventsByType().forEach((type, count) -> eventsByType.merge(type, count, Long::sum));
    freshness.add(ledger.freshness());
    add(ledger.quality());
  }

  private void add(QualityBooks quality) {
    checked += quality.checked();
    accurate += quality.accurate();
    late += quality.late();
    quality.violations().forEach((name, count) -> violations.merge(name, count, Long::sum));
    quality
        .types()
        .values()
        .forEach(type -> type.missingValues().forEach(this::addMissingInPayload));
    QualityBooks.DriftFindings drift = quality.drift();
    if (drift != null) {
      drift
          .findings()
          .forEach(finding -> driftFindings.merge(finding.kind().word(), 1L, Long::sum));
    }
  }

  /** The payload as a whole is among the mapped fields already. */
  private void addMissingInPayload(String field, long count) {
    if (field.startsWith("payload.")) {
      missingValues.merge(field, count, Long::sum);
    }
  }

  /**
   * The totals as they are now.
   *
   * @throws IllegalStateException if the books do not balance: the run has failed
   */
  synchronized Snapshot snapshot(double seconds) {
    if (received != landed + duplicates + deadLetters + filtered) {
      throw new IllegalStateException(
          ("the run's books do not balance: received %d, landed %d, duplicates %d, dead letters %d,"
                  + " filtered %d")
              .formatted(received, landed, duplicates, deadLetters, filtered));
    }
    Delays delays = new Delays();
    delays.add(freshness);
    return new Snapshot(
        received,
        landed,
        duplicates,
        deadLetters,
        filtered,
        conflicts,
        foldedTypes,
        files,
        bytesIn,
        bytesOut,
        Map.copyOf(deadLettersByReason),
        Map.copyOf(missingValues),
        Map.copyOf(eventsByType),
        checked,
        accurate,
        Map.copyOf(violations),
        late,
        Map.copyOf(driftFindings),
        delays,
        seconds);
  }

  /** How many records were accounted for so far. */
  synchronized long received() {
    return received;
  }

  /**
   * Totals at one moment.
   *
   * @param seconds since the run began
   */
  record Snapshot(
      long received,
      long landed,
      long duplicates,
      long deadLetters,
      long filtered,
      long conflicts,
      long foldedTypes,
      long files,
      long bytesIn,
      long bytesOut,
      Map<String, Long> deadLettersByReason,
      Map<String, Long> missingValues,
      Map<String, Long> eventsByType,
      long checked,
      long accurate,
      Map<String, Long> violations,
      long late,
      Map<String, Long> driftFindings,
      Delays freshness,
      double seconds) {

    /** Records accounted for per second. */
    double eventsPerSecond() {
      return seconds > 0 ? received / seconds : 0;
    }

    /** The summary as one JSON object. */
    byte[] toJson() throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
        json.writeStartObject();
        json.writeNumberField("received", received);
        json.writeNumberField("landed", landed);
        json.writeNumberField("duplicates", duplicates);
        json.writeNumberField("dead_letters", deadLetters);
        json.writeNumberField("filtered", filtered);
        json.writeNumberField("conflicts", conflicts);
        Ledger.writeCounts(json, "dead_letters_by_reason", new TreeMap<>(deadLettersByReason));
        Ledger.writeCounts(json, "missing_values", new TreeMap<>(missingValues));
        Ledger.writeCounts(json, "events_by_type", new TreeMap<>(eventsByType));
        json.writeNumberField("checked", checked);
        json.writeNumberField("accurate", accurate);
        Ledger.writeCounts(json, "violations", new TreeMap<>(violations));
        json.writeNumberField("late", late);
        Ledger.writeCounts(json, "drift_findings", new TreeMap<>(driftFindings));
        json.writeNumberField("folded_types", foldedTypes);
        json.writeNumberField("files", files);
        json.writeNumberField("bytes_in", bytesIn);
        json.writeNumberField("bytes_out", bytesOut);
        json.writeNumberField("seconds", seconds);
        json.writeNumberField("events_per_second", Math.round(eventsPerSecond()));
        Ledger.writeDelays(json, "freshness_seconds", freshness);
        json.writeEndObject();
        json.writeRaw('\n');
      }
      return out.toByteArray();
    }
  }
}
