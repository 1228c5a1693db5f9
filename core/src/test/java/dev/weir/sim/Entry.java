package dev.weir.sim;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An object under {@code _weir/attempts/} as an auditor reads it: with a parser of its own.
 *
 * @param state planned, fenced or sealed
 * @param counts its numbers by name
 * @param files the rows of each planned file by key
 */
record Entry(String state, Map<String, Long> counts, Map<String, Long> files) {
  private static final JsonFactory JSON = new JsonFactory();

  static Entry parse(byte[] content) {
    String state = "";
    Map<String, Long> counts = new HashMap<>();
    Map<String, Long> files = new LinkedHashMap<>();
    try (JsonParser json = JSON.createParser(content)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (name.equals("state")) {
          state = json.getText();
        } else if (value == JsonToken.VALUE_NUMBER_INT) {
          counts.put(name, json.getLongValue());
        } else if (name.equals("files")) {
          parseFiles(json, files);
        } else {
          json.skipChildren();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Entry(state, counts, files);
  }

  private static void parseFiles(JsonParser json, Map<String, Long> files) throws IOException {
    while (json.nextToken() == JsonToken.START_OBJECT) {
      String key = "";
      long rows = -1;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        if (name.equals("key")) {
          key = json.getText();
        } else if (name.equals("rows")) {
          rows = json.getLongValue();
        }
      }
      files.put(key, rows);
    }
  }

  long count(String name) {
    return counts.getOrDefault(name, -1L);
  }

  /** The sum of the planned rows of a table. */
  long planned(String table) {
    long rows = 0;
    for (Map.Entry<String, Long> file : files.entrySet()) {
      rows += file.getKey().startsWith(table) ? file.getValue() : 0;
    }
    return rows;
  }

  boolean balances() {
    return count("received")
        == count("landed") + count("duplicates") + count("dead_letters") + count("filtered");
  }
}
