package dev.weir.cli.letters;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The members of a JSON document by their paths, as in {@code payload.user.id}. */
final class Members {
  /** A person compares them: no more are looked at. */
  private static final int MAX_MEMBERS = 5_000;

  private static final JsonFactory JSON = new JsonFactory();

  private Members() {}

  /**
   * Adds the members of a document.
   *
   * @param path the path of the document itself; empty for none
   * @param json the document, or null for none
   * @param members the values by path; numbers as they are written, texts in quotes
   * @throws IOException if it is no JSON
   */
  static void add(String path, byte @Nullable [] json, Map<String, String> members)
      throws IOException {
    if (json == null) {
      return;
    }
    try (JsonParser parser = JSON.createParser(json)) {
      parser.nextToken();
      add(path, parser, members);
    }
  }

  /** No members yet. */
  static Map<String, String> none() {
    return new LinkedHashMap<>();
  }

  private static void add(String path, JsonParser json, Map<String, String> members)
      throws IOException {
    JsonToken token = json.currentToken();
    if (token == JsonToken.START_OBJECT) {
      int count = 0;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        add(path.isEmpty() ? name : path + "." + name, json, members);
        count++;
      }
      putIfEmpty(count, path, "{}", members);
    } else if (token == JsonToken.START_ARRAY) {
      int count = 0;
      while (json.nextToken() != JsonToken.END_ARRAY) {
        add(path + "[" + count + "]", json, members);
        count++;
      }
      putIfEmpty(count, path, "[]", members);
    } else {
      put(path, token == JsonToken.VALUE_STRING ? quoted(json.getText()) : json.getText(), members);
    }
  }

  private static void putIfEmpty(int count, String path, String text, Map<String, String> members) {
    if (count == 0) {
      put(path, text, members);
    }
  }

  /** A member that is there twice is told apart, because engines do not agree on which counts. */
  private static void put(String path, String value, Map<String, String> members) {
    if (members.size() >= MAX_MEMBERS) {
      return;
    }
    String key = path;
    while (members.containsKey(key)) {
      key += "'";
    }
    members.put(key, value);
  }

  /** A text as JSON. */
  static String quoted(String text) {
    return '"'
        + new String(JsonStringEncoder.getInstance().quoteAsUTF8(text), StandardCharsets.UTF_8)
        + '"';
  }
}
