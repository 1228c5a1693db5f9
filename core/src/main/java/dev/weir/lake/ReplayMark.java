package dev.weir.lake;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.claim.Attempt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * The dead letters that an attempt of a replay has brought to an end: the object that lets readers
 * show them as replayed.
 *
 * @param attempt the attempt
 * @param replayedAt when it was over
 * @param letters the letters, each once
 */
public record ReplayMark(Attempt attempt, Instant replayedAt, List<Ended> letters) {
  /**
   * A dead letter that needs no replay any more.
   *
   * @param letter its uuid
   * @param outcome {@code landed}, {@code duplicate} or {@code filtered}
   * @param event the uuid of the event that its record is
   */
  public record Ended(UUID letter, String outcome, UUID event) {}

  public ReplayMark {
    letters = List.copyOf(letters);
  }

  /** One line of JSON, as it is stored. */
  byte[] toJson() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("attempt", attempt.toString());
      json.writeStringField("replayed_at", replayedAt.toString());
      json.writeArrayFieldStart("replayed");
      for (Ended ended : letters) {
        json.writeStartObject();
        json.writeStringField("dead_letter_uuid", ended.letter().toString());
        json.writeStringField("outcome", ended.outcome());
        json.writeStringField("event_uuid", ended.event().toString());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeRaw('\n');
    }
    return out.toByteArray();
  }
}
