package dev.weir.cli.letters;

import dev.weir.decode.EventName;
import dev.weir.decode.Events;
import dev.weir.decode.RecordDecoder;
import dev.weir.record.Batch;
import dev.weir.settings.Settings;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads one record by itself with the settings of today, to know what it is before anything is done
 * with it.
 *
 * <p>Not safe for use by several threads.
 */
final class LetterDecoder {
  private final RecordDecoder decoder;

  LetterDecoder(Settings.Decoding settings) {
    this.decoder = new RecordDecoder(settings.fields(), settings.limits().document());
  }

  /**
   * What a record is.
   *
   * @param refusal the code of the reason why it is no event, or null if it is one
   * @param event the event, or null if it is none
   */
  record Decoded(@Nullable String refusal, @Nullable Event event) {}

  /**
   * An event, with what it takes to find it in the lake and to compare it with another.
   *
   * @param uuid its uuid
   * @param name its name
   * @param createdMicros when it happened, in microseconds since the epoch
   * @param payload its payload as sent, or null if it has none
   * @param extra its unmapped members as one JSON object, or null
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes as sent; never compared
  record Event(
      UUID uuid,
      EventName name,
      long createdMicros,
      byte @Nullable [] payload,
      byte @Nullable [] extra) {
    /** The day whose folder it belongs into. */
    LocalDate day() {
      return LocalDate.ofInstant(created(), ZoneOffset.UTC);
    }

    Instant created() {
      return Instant.EPOCH.plus(createdMicros, ChronoUnit.MICROS);
    }
  }

  /** Decodes one record. */
  Decoded decode(byte[] raw) {
    Batch batch = Batch.over("record", raw).shard("0").add(0, raw.length, 0, 0).build();
    Events events = decoder.decode(batch);
    if (events.count == 0) {
      return new Decoded(events.deadLetters.get(0).reason().code(), null);
    }
    int start = events.payloadStart[0];
    int end = events.payloadEnd[0];
    return new Decoded(
        null,
        new Event(
            new UUID(events.uuidHigh[0], events.uuidLow[0]),
            events.names.get(events.name[0]),
            events.createdMicros[0],
            start == end ? null : Arrays.copyOfRange(raw, start, end),
            events.extra[0]));
  }

  /** The event type of a record that can be read as an event. */
  Optional<String> type(byte[] raw) {
    Event event = decode(raw).event();
    return Optional.ofNullable(event).map(known -> known.name().type());
  }
}
