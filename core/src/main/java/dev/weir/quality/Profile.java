package dev.weir.quality;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.weir.decode.FieldType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What is known of the fields of every event type. Not safe for use by several threads. */
final class Profile {
  private static final JsonFactory JSON = new JsonFactory();

  final Map<String, TypeProfile> types = new TreeMap<>();

  /** The profile as it is stored: one line of JSON. */
  byte[] toJson() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeObjectFieldStart("types");
      for (Map.Entry<String, TypeProfile> type : types.entrySet()) {
        json.writeObjectFieldStart(type.getKey());
        json.writeNumberField("events", type.getValue().events);
        json.writeObjectFieldStart("fields");
        for (Map.Entry<String, TypeProfile.Known> field : type.getValue().fields.entrySet()) {
          json.writeFieldName(field.getKey());
          write(json, field.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
      }
      json.writeEndObject();
      json.writeEndObject();
      json.writeRaw('\n');
    }
    return out.toByteArray();
  }

  private static void write(JsonGenerator json, TypeProfile.Known known) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("types");
    for (FieldType type : known.types) {
      json.writeString(type.word());
    }
    json.writeEndArray();
    if (known.always) {
      json.writeBooleanField("always", true);
    }
    if (known.vanished) {
      json.writeBooleanField("vanished", true);
    }
    json.writeEndObject();
  }

  /**
   * Reads a stored profile; members that it does not know are left out.
   *
   * @throws IOException if it is none
   */
  static Profile parse(byte[] content) throws IOException {
    Profile profile = new Profile();
    try (JsonParser json = JSON.createParser(content)) {
      require(json.nextToken() == JsonToken.START_OBJECT);
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean types = json.currentName().equals("types");
        if (json.nextToken() == JsonToken.START_OBJECT && types) {
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            String type = json.currentName();
            json.nextToken();
            profile.types.put(type, type(json));
          }
        } else {
          json.skipChildren();
        }
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("a profile names a type that JSON does not have", e);
    }
    return profile;
  }

  private static TypeProfile type(JsonParser json) throws IOException {
    require(json.currentToken() == JsonToken.START_OBJECT);
    TypeProfile type = new TypeProfile();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String member = json.currentName();
      JsonToken value = json.nextToken();
      if (member.equals("events")) {
        type.events = json.getLongValue();
      } else if (member.equals("fields") && value == JsonToken.START_OBJECT) {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String path = json.currentName();
          json.nextToken();
          type.fields.put(path, field(json));
        }
      } else {
        json.skipChildren();
      }
    }
    return type;
  }

  private static TypeProfile.Known field(JsonParser json) throws IOException {
    require(json.currentToken() == JsonToken.START_OBJECT);
    TypeProfile.Known known = new TypeProfile.Known();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String member = json.currentName();
      JsonToken value = json.nextToken();
      switch (member) {
        case "always" -> known.always = value == JsonToken.VALUE_TRUE;
        case "vanished" -> known.vanished = value == JsonToken.VALUE_TRUE;
        case "types" -> {
          while (json.nextToken() == JsonToken.VALUE_STRING) {
            known.types.add(FieldType.valueOf(json.getText().toUpperCase(Locale.ROOT)));
          }
        }
        default -> json.skipChildren();
      }
    }
    return known;
  }

  private static void require(boolean expected) throws IOException {
    if (!expected) {
      throw new IOException("an object under _weir/profile/ is no profile");
    }
  }
}
