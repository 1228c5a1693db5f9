package dev.weir.settings;

import dev.weir.decode.PayloadPath;
import dev.weir.quality.Expectation;
import dev.weir.quality.Expectation.OnViolation;
import dev.weir.quality.Field;
import dev.weir.quality.Requirement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * Reads expectations from their text, a list in YAML or JSON.
 *
 * <p>Every scalar is read as the text that it is, so that a value such as {@code no} or {@code 1.0}
 * stays what a person wrote.
 */
final class ExpectationsText {
  private static final Set<String> REQUIREMENTS =
      Set.of("sql", "not_null", "in", "range", "matches", "payload_has");

  private ExpectationsText() {}

  /**
   * Reads expectations.
   *
   * @throws IllegalArgumentException if it is no list of expectations; the message says why
   */
  static List<Expectation> read(String text) {
    Object value;
    try {
      value =
          new Load(LoadSettings.builder().setSchema(new FailsafeSchema()).build())
              .loadFromString(text);
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException("it is no valid YAML");
    }
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof List<?> list)) {
      throw new IllegalArgumentException("it is no list");
    }
    List<Expectation> expectations = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      try {
        expectations.add(expectation(map(list.get(i), "it")));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(named(list.get(i), i) + ": " + e.getMessage());
      }
    }
    return List.copyOf(expectations);
  }

  private static String named(@Nullable Object entry, int index) {
    return entry instanceof Map<?, ?> map && map.get("name") instanceof String name
        ? Key.quoted(name)
        : "entry " + (index + 1);
  }

  private static Expectation expectation(Map<String, @Nullable Object> members) {
    String name = text(members.remove("name"), "name");
    List<String> types = texts(members.remove("event_types"), "event_types");
    OnViolation action = action(members.remove("on_violation"));
    if (members.size() != 1 || !REQUIREMENTS.containsAll(members.keySet())) {
      throw new IllegalArgumentException(
          "besides name, event_types and on_violation it has %s; allowed is exactly one of %s"
              .formatted(members.keySet(), REQUIREMENTS.stream().sorted().toList()));
    }
    Map.Entry<String, @Nullable Object> requirement = members.entrySet().iterator().next();
    return new Expectation(
        name, requirement(requirement.getKey(), requirement.getValue()), types, action);
  }

  private static OnViolation action(@Nullable Object value) {
    if (value == null) {
      return OnViolation.WARN;
    }
    String word = text(value, "on_violation");
    for (OnViolation action : OnViolation.values()) {
      if (action.name().toLowerCase(Locale.ROOT).equals(word)) {
        return action;
      }
    }
    throw new IllegalArgumentException(
        "on_violation is %s; allowed is warn, dead_letter, drop or fail"
            .formatted(Key.quoted(word)));
  }

  private static Requirement requirement(String kind, @Nullable Object value) {
    return switch (kind) {
      case "sql" -> new Requirement.Sql(text(value, kind));
      case "not_null" -> new Requirement.NotNull(Field.parse(text(value, kind)));
      case "payload_has" -> new Requirement.PayloadHas(PayloadPath.parse(text(value, kind)));
      case "in" -> {
        Map<String, @Nullable Object> in = map(value, kind);
        Field field = field(in, kind);
        List<String> values = texts(in.remove("values"), "in.values");
        requireNothing(in, "in", "field and values");
        yield new Requirement.In(field, values);
      }
      case "range" -> {
        Map<String, @Nullable Object> range = map(value, kind);
        Field field = field(range, kind);
        Double min = number(range.remove("min"), "range.min");
        Double max = number(range.remove("max"), "range.max");
        requireNothing(range, "range", "field, min and max");
        yield new Requirement.Range(field, min, max);
      }
      default -> {
        Map<String, @Nullable Object> matches = map(value, kind);
        Field field = field(matches, kind);
        String pattern = text(matches.remove("pattern"), "matches.pattern");
        requireNothing(matches, "matches", "field and pattern");
        yield new Requirement.Matches(field, pattern);
      }
    };
  }

  private static Field field(Map<String, @Nullable Object> members, String kind) {
    return Field.parse(text(members.remove("field"), kind + ".field"));
  }

  private static void requireNothing(Map<String, ?> rest, String kind, String allowed) {
    if (!rest.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has %s; allowed are %s".formatted(kind, rest.keySet(), allowed));
    }
  }

  private static Map<String, @Nullable Object> map(@Nullable Object value, String what) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException(what + " is no mapping");
    }
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    map.forEach((name, member) -> members.put(String.valueOf(name), member));
    return members;
  }

  private static String text(@Nullable Object value, String what) {
    if (value instanceof String text && !text.isBlank()) {
      return text;
    }
    throw new IllegalArgumentException(
        what + (value == null || value instanceof String ? " is missing" : " is no single value"));
  }

  private static List<String> texts(@Nullable Object value, String what) {
    if (value == null) {
      return List.of();
    }
    if (value instanceof String) {
      return List.of(text(value, what));
    }
    if (!(value instanceof List<?> list)) {
      throw new IllegalArgumentException(what + " is no list");
    }
    List<String> texts = new ArrayList<>();
    for (Object element : list) {
      if (!(element instanceof String text)) {
        throw new IllegalArgumentException(what + " has an entry that is no single value");
      }
      texts.add(text);
    }
    return texts;
  }

  private static @Nullable Double number(@Nullable Object value, String what) {
    if (value == null) {
      return null;
    }
    try {
      double number = Double.parseDouble(text(value, what));
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, as for what is no number that a value can be compared with.
    }
    throw new IllegalArgumentException(what + " is %s; allowed is a number".formatted(value));
  }
}
