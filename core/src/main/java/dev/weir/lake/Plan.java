package dev.weir.lake;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.weir.claim.Attempt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What an attempt is about to land: the object that makes it official, or tells that it was fenced.
 *
 * <p>One line of JSON. A plan lists every key the attempt may write and carries its ledger entry; a
 * fence says who fenced the attempt and lists nothing, because nothing of it can land any more.
 *
 * @param attempt the attempt
 * @param files the data files, in the order of their keys' indexes; empty for a fence
 */
record Plan(Attempt attempt, List<PlannedFile> files) {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxDocumentLength(1L << 30).build())
          .build();

  /**
   * A data file that an attempt may write.
   *
   * @param key its key in the lake
   * @param rows its rows
   * @param bytes its size
   */
  record PlannedFile(String key, long rows, long bytes) {}

  Plan {
    files = List.copyOf(files);
  }

  /** The plan as it is stored. */
  byte[] toJson(LedgerEntry ledger) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("attempt", attempt.toString());
      json.writeStringField("state", "planned");
      ledger.writeTo(json);
      json.writeArrayFieldStart("files");
      for (PlannedFile file : files) {
        json.writeStartObject();
        json.writeStringField("key", file.key());
        json.writeNumberField("rows", file.rows());
        json.writeNumberField("bytes", file.bytes());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeRaw('\n');
    }
    return out.toByteArray();
  }

  /** The object that stands where a fenced attempt's plan would have stood. */
  static byte[] fence(Attempt fenced, Attempt by) throws IOException {
    return withoutFiles(fenced, "fenced", by, 0, 0);
  }

  /**
   * The ledger entry that replaces a plan's, once some of its keys were sealed: only what had
   * landed by then counts.
   */
  static byte[] sealed(Attempt sealed, Attempt by, long events, long deadLetters)
      throws IOException {
    return withoutFiles(sealed, "sealed", by, events, deadLetters);
  }

  private static byte[] withoutFiles(
      Attempt attempt, String state, Attempt by, long events, long deadLetters) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("attempt", attempt.toString());
      json.writeStringField("state", state);
      json.writeStringField("fenced_by", by.toString());
      json.writeNumberField("received", events + deadLetters);
      json.writeNumberField("landed", events);
      json.writeNumberField("duplicates", 0);
      json.writeNumberField("dead_letters", deadLetters);
      json.writeNumberField("filtered", 0);
      json.writeEndObject();
      json.writeRaw('\n');
    }
    return out.toByteArray();
  }

  /**
   * Reads a stored plan or fence; a fence has no files.
   *
   * @throws IOException if it is neither
   */
  static Plan parse(byte[] content) throws IOException {
    Attempt attempt = null;
    List<PlannedFile> files = new ArrayList<>();
    try (JsonParser json = JSON.createParser(content)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        if (name.equals("attempt")) {
          attempt = Attempt.parse(json.getText());
        } else if (name.equals("files")) {
          while (json.nextToken() == JsonToken.START_OBJECT) {
            files.add(parseFile(json));
          }
        } else {
          json.skipChildren();
        }
      }
    }
    if (attempt == null) {
      throw new IOException("an object under _weir/attempts/ is neither a plan nor a fence");
    }
    return new Plan(attempt, files);
  }

  private static PlannedFile parseFile(JsonParser json) throws IOException {
    String key = "";
    long rows = 0;
    long bytes = 0;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      switch (name) {
        case "key" -> key = json.getText();
        case "rows" -> rows = json.getLongValue();
        case "bytes" -> bytes = json.getLongValue();
        default -> json.skipChildren();
      }
    }
    return new PlannedFile(key, rows, bytes);
  }
}
