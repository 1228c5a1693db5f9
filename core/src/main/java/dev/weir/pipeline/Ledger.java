package dev.weir.pipeline;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.decode.Events;
import dev.weir.lake.LedgerEntry;
import dev.weir.quality.Delays;
import dev.weir.quality.Inspection;
import dev.weir.quality.QualityBooks;
import dev.weir.record.Batch;
import dev.weir.record.Reason;
import dev.weir.transform.Rows;
import dev.weir.transform.Written;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The books of one attempt: what became of every record it received.
 *
 * <p>{@code received = landed + duplicates + deadLetters + filtered}, always: an attempt whose
 * books do not balance is a bug and does not land.
 *
 * @param received the records of the batch
 * @param landed events in the lake by this attempt
 * @param duplicates records whose event, or whose dead letter, another position or an earlier
 *     attempt accounts for: same uuid and same content, or the same position again
 * @param deadLetters dead letters in the lake by this attempt
 * @param filtered events that the SQL or an expectation left out
 * @param conflicts of the dead letters, those with a known uuid and other content
 * @param deadLettersByReason how many dead letters there are for each reason code that occurred
 * @param missingValues how many records had no value for each mapped field
 * @param eventsByType how many landed events are stored under each event type
 * @param foldedTypes distinct event types stored under {@code __other__}
 * @param foldedEvents events stored under {@code __other__}
 * @param freshness planning time minus event time, of the events handed to the SQL
 * @param arrivalLag planning time minus arrival time, of the same events
 * @param files the files planned
 * @param bytesIn content bytes of the records
 * @param bytesOut bytes of the files
 * @param plannedAt when the attempt planned
 * @param version the version of Weir
 * @param sources for each shard of the batch, the stream, shard, first and last sequence number
 * @param quality how good the data is, by event type and in all
 */
public record Ledger(
    long received,
    long landed,
    long duplicates,
    long deadLetters,
    long filtered,
    long conflicts,
    Map<String, Long> deadLettersByReason,
    Map<String, Long> missingValues,
    Map<String, Long> eventsByType,
    long foldedTypes,
    long foldedEvents,
    Delays freshness,
    Delays arrivalLag,
    int files,
    long bytesIn,
    long bytesOut,
    Instant plannedAt,
    String version,
    Map<String, String[]> sources,
    QualityBooks quality)
    implements LedgerEntry {

  public Ledger {
    if (received != landed + duplicates + deadLetters + filtered) {
      throw new IllegalStateException(
          "the books do not balance: received %d, landed %d, duplicates %d, dead letters %d, filtered %d"
              .formatted(received, landed, duplicates, deadLetters, filtered));
    }
    if (received != quality.received()) {
      throw new IllegalStateException(
          "the books of the event types hold %d records of %d"
              .formatted(quality.received(), received));
    }
  }

  /** The books of an attempt that has written its files and is about to plan. */
  static Ledger of(
      Inspection inspection,
      Resolver.Resolution resolution,
      Written written,
      QualityBooks quality,
      Instant now,
      String version) {
    Events events = inspection.events();
    Batch batch = events.batch;
    Rows rows = resolution.rows();
    Map<String, Long> reasons = quality.deadLetters();
    Map<String, Long> missing = new LinkedHashMap<>();
    missing.put("id", events.missingId);
    missing.put("name", events.missingName);
    missing.put("time", events.missingTime);
    missing.put("payload", events.missingPayload);
    return new Ledger(
        batch.count(),
        written.landed(),
        resolution.duplicates(),
        rows.deadLetters().size(),
        written.filtered() + inspection.dropped().length,
        reasons.getOrDefault(Reason.CONFLICTING_DUPLICATE.code(), 0L),
        reasons,
        missing,
        new TreeMap<>(written.eventsByType()),
        written.foldedTypes(),
        written.foldedEvents(),
        quality.freshness(),
        quality.arrivalLag(),
        written.files().size(),
        batch.contentBytes(),
        written.files().stream().mapToLong(file -> file.bytes()).sum(),
        now,
        version,
        sources(batch),
        quality);
  }

  private static Map<String, String[]> sources(Batch batch) {
    Map<String, String[]> sources = new LinkedHashMap<>();
    for (int i = 0; i < batch.count(); i++) {
      String sequence = batch.sequenceNumber(i);
      String shard = batch.shards().get(batch.shardIndex(i));
      sources.computeIfAbsent(shard, s -> new String[] {batch.stream(), sequence, sequence})[2] =
          sequence;
    }
    return sources;
  }

  @Override
  public void writeTo(JsonGenerator json) throws IOException {
    json.writeStringField("version", version);
    json.writeStringField("planned_at", plannedAt.toString());
    json.writeArrayFieldStart("sources");
    for (Map.Entry<String, String[]> source : sources.entrySet()) {
      json.writeStartObject();
      json.writeStringField("stream", source.getValue()[0]);
      json.writeStringField("shard_id", source.getKey());
      json.writeStringField("first_sequence_number", source.getValue()[1]);
      json.writeStringField("last_sequence_number", source.getValue()[2]);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNumberField("received", received);
    json.writeNumberField("landed", landed);
    json.writeNumberField("duplicates", duplicates);
    json.writeNumberField("dead_letters", deadLetters);
    json.writeNumberField("filtered", filtered);
    json.writeNumberField("conflicts", conflicts);
    writeCounts(json, "dead_letters_by_reason", deadLettersByReason);
    writeCounts(json, "missing_values", missingValues);
    writeCounts(json, "events_by_type", eventsByType);
    json.writeNumberField("folded_types", foldedTypes);
    json.writeNumberField("folded_events", foldedEvents);
    freshness.writeTo(json, "freshness_seconds");
    arrivalLag.writeTo(json, "arrival_lag_seconds");
    json.writeNumberField("bytes_in", bytesIn);
    json.writeNumberField("bytes_out", bytesOut);
    quality.writeTo(json);
  }

  /** Writes counts as one JSON object, in the map's order. */
  public static void writeCounts(JsonGenerator json, String name, Map<String, Long> counts)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, Long> count : counts.entrySet()) {
      json.writeNumberField(count.getKey(), count.getValue());
    }
    json.writeEndObject();
  }

  /** Writes a distribution's percentiles as one JSON object, in seconds. */
  public static void writeDelays(JsonGenerator json, String name, Delays delays)
      throws IOException {
    json.writeObjectFieldStart(name);
    json.writeNumberField("p50", delays.percentileSeconds(0.5));
    json.writeNumberField("p95", delays.percentileSeconds(0.95));
    json.writeNumberField("max", delays.maxSeconds());
    json.writeEndObject();
  }
}
