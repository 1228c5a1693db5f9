package dev.weir.e2e;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JSON value as other programs answer it.
 *
 * @param value a map, a list, a text, a {@link Long}, a {@link Double}, a {@link Boolean}, or null
 *     for null and for what is not there
 */
record Json(Object value) {
  private static final JsonFactory FACTORY = new JsonFactory();

  /** Reads a document. */
  static Json parse(String text) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      parser.nextToken();
      return new Json(read(parser));
    } catch (IOException e) {
      throw new UncheckedIOException(text, e);
    }
  }

  /** A text as JSON has it, with quotes. */
  static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      boolean plain = c >= ' ' && c < 0x7f && c != '"' && c != '\\';
      json.append(plain ? String.valueOf(c) : "\\u%04x".formatted((int) c));
    }
    return json.append('"').toString();
  }

  private static Object read(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> object = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          object.put(name, read(parser));
        }
        yield object;
      }
      case START_ARRAY -> {
        List<Object> array = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          array.add(read(parser));
        }
        yield array;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new IllegalStateException("unexpected " + parser.currentToken());
    };
  }

  /** A member of this object, or of an object in it; null within, if one of them is not there. */
  Json at(String... path) {
    Object found = value;
    for (String name : path) {
      found = found instanceof Map<?, ?> object ? object.get(name) : null;
    }
    return new Json(found);
  }

  boolean isPresent() {
    return value != null;
  }

  /** The elements of this array; none if it is something else. */
  List<Json> elements() {
    return value instanceof List<?> list ? list.stream().map(Json::new).toList() : List.of();
  }

  /** The members of this object; none if it is something else. */
  Map<String, Json> members() {
    Map<String, Json> members = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> object) {
      object.forEach((name, member) -> members.put((String) name, new Json(member)));
    }
    return members;
  }

  /** This text, or a number or boolean as text. */
  String text() {
    return String.valueOf(value);
  }

  /** This whole number. */
  long number() {
    if (value instanceof Long number) {
      return number;
    }
    throw new IllegalStateException("no whole number: " + value);
  }

  @Override
  public String toString() {
    return String.valueOf(value);
  }
}
