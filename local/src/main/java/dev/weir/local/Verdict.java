package dev.weir.local;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an answer means for the batch: how many of its records are done with, from the first on.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 *
 * @param done 0 to the size of the batch
 * @param counts the whole numbers in the answer, by name
 */
record Verdict(int done, Map<String, Long> counts) {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String FAILURES = "batchItemFailures";
  private static final String IDENTIFIER = "itemIdentifier";

  Verdict {
    counts = Map.copyOf(counts);
  }

  /**
   * Reads an answer.
   *
   * @param reportsItemFailures whether what it says of single records counts
   */
  static Verdict of(String answer, List<PackedRecord> batch, boolean reportsItemFailures) {
    Map<String, Long> counts = new LinkedHashMap<>();
    int done = batch.size();
    try (JsonParser json = JSON.createParser(answer)) {
      JsonToken first = json.nextToken();
      if (first == null || first == JsonToken.VALUE_NULL) {
        return new Verdict(done, counts);
      }
      if (first != JsonToken.START_OBJECT) {
        return new Verdict(reportsItemFailures ? 0 : done, counts);
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (name.equals(FAILURES) && reportsItemFailures) {
          done = value == JsonToken.VALUE_NULL ? done : firstFailure(json, batch);
        } else if (value == JsonToken.VALUE_NUMBER_INT) {
          counts.put(name, json.getLongValue());
        } else {
          json.skipChildren();
        }
      }
      return new Verdict(done, counts);
    } catch (IOException e) {
      return new Verdict(reportsItemFailures ? 0 : batch.size(), counts);
    }
  }

  /** The index of the earliest record that is reported; 0 if an item names none of the batch. */
  private static int firstFailure(JsonParser json, List<PackedRecord> batch) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      json.skipChildren();
      return 0;
    }
    int first = batch.size();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      first = Math.min(first, index(identifier(json), batch));
    }
    return first;
  }

  private static Optional<String> identifier(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return Optional.empty();
    }
    Optional<String> identifier = Optional.empty();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      if (json.nextToken() == JsonToken.VALUE_STRING && name.equals(IDENTIFIER)) {
        identifier = Optional.of(json.getText());
      } else {
        json.skipChildren();
      }
    }
    return identifier;
  }

  private static int index(Optional<String> identifier, List<PackedRecord> batch) {
    for (int i = 0; identifier.isPresent() && i < batch.size(); i++) {
      if (batch.get(i).record().sequenceNumber().equals(identifier.get())) {
        return i;
      }
    }
    return 0;
  }
}
