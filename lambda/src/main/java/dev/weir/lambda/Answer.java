package dev.weir.lambda;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;

/**
 * What the function answers: the records that have to come again, in the form of
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html, and
 * counts for people.
 */
final class Answer {
  private static final JsonFactory JSON = new JsonFactory();

  private Answer() {}

  /** Writes the answer to an invocation. */
  static void write(Landed landed, Instant now, OutputStream output) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(output)) {
      json.writeStartObject();
      json.writeArrayFieldStart("batchItemFailures");
      for (String sequenceNumber : landed.redelivery.earliest()) {
        json.writeStartObject();
        json.writeStringField("itemIdentifier", sequenceNumber);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeNumberField("num_events_processed", landed.landed);
      json.writeNumberField("num_duplicate_events", landed.duplicates);
      json.writeNumberField("num_dead_letters", landed.deadLetters);
      json.writeNumberField("num_filtered_events", landed.filtered);
      json.writeStringField("timestamp", now.toString());
      json.writeEndObject();
    }
  }
}
