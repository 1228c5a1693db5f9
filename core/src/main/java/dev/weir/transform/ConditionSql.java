package dev.weir.transform;

import dev.weir.decode.PayloadPath;
import dev.weir.quality.Field;
import dev.weir.quality.Requirement;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What is asked of an event as a condition in SQL. */
final class ConditionSql {
  private ConditionSql() {}

  /** The condition; for built-in ones it is true where the field has no value. */
  static String of(Requirement requirement) {
    if (requirement instanceof Requirement.Sql sql) {
      return sql.condition();
    }
    if (requirement instanceof Requirement.NotNull notNull) {
      return text(notNull.field()) + " IS NOT NULL";
    }
    if (requirement instanceof Requirement.In in) {
      return unlessMissing(in.field(), text(in.field()) + " IN (" + literals(in.values()) + ")");
    }
    if (requirement instanceof Requirement.Range range) {
      return unlessMissing(range.field(), withinBounds(range));
    }
    if (requirement instanceof Requirement.Matches matches) {
      return unlessMissing(
          matches.field(),
          "regexp_full_match(%s, %s)".formatted(text(matches.field()), literal(matches.pattern())));
    }
    throw new IllegalArgumentException("the shape of a payload decides " + requirement);
  }

  private static String withinBounds(Requirement.Range range) {
    String value = "CAST(%s AS DOUBLE)".formatted(text(range.field()));
    // What is no number fails here, and so is no less a violation than one out of bounds. NaN,
    // which the engine sorts above all numbers, is within none.
    String bounds = "isfinite(" + value + ")";
    if (range.min() != null) {
      bounds += " AND " + value + " >= " + number(range.min());
    }
    if (range.max() != null) {
      bounds += " AND " + value + " <= " + number(range.max());
    }
    return bounds;
  }

  private static String number(double value) {
    return "'%s'::DOUBLE".formatted(String.valueOf(value).toLowerCase(Locale.ROOT));
  }

  private static String unlessMissing(Field field, String condition) {
    return "CASE WHEN %s IS NULL THEN true ELSE %s END".formatted(text(field), condition);
  }

  /** The text of a field's value, NULL where there is none. */
  private static String text(Field field) {
    PayloadPath path = field.path();
    if (path != null) {
      return "(payload ->> %s)".formatted(literal(jsonPath(path)));
    }
    return field.column().equals("payload")
        ? "(payload ->> '$')"
        : "CAST(%s AS VARCHAR)".formatted(field.column());
  }

  private static String jsonPath(PayloadPath path) {
    return path.names().stream()
        .map(name -> ".\"" + name + "\"")
        .collect(Collectors.joining("", "$", ""));
  }

  private static String literals(List<String> values) {
    return values.stream().map(ConditionSql::literal).collect(Collectors.joining(", "));
  }

  static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
