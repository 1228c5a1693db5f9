package dev.weir.quality;

import dev.weir.decode.PayloadPath;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an expectation asks of an event. */
public sealed interface Requirement {
  /**
   * A condition over the columns of the table {@code events} is true: neither false nor NULL, and
   * it can be evaluated.
   *
   * @param condition the condition in SQL
   */
  record Sql(String condition) implements Requirement {
    public Sql {
      if (condition.isBlank()) {
        throw new IllegalArgumentException("sql is blank; allowed is a condition");
      }
    }
  }

  /** A field is there, and not null. */
  record NotNull(Field field) implements Requirement {}

  /** The text of a field, if it has a value, is one of some. */
  record In(Field field, List<String> values) implements Requirement {
    public In {
      values = List.copyOf(values);
      if (values.isEmpty()) {
        throw new IllegalArgumentException("in has no values; allowed are one or more");
      }
    }
  }

  /**
   * A field, if it has a value, is a number within bounds, which are part of it.
   *
   * @param min the least value, or null for none
   * @param max the greatest value, or null for none
   */
  record Range(Field field, @Nullable Double min, @Nullable Double max) implements Requirement {
    public Range {
      if (min == null && max == null) {
        throw new IllegalArgumentException("range has neither min nor max; allowed is one or both");
      }
      if (min != null && max != null && min > max) {
        throw new IllegalArgumentException(
            "range is from %s to %s; allowed is min up to max".formatted(min, max));
      }
    }
  }

  /** The whole text of a field, if it has a value, matches a regular expression of RE2. */
  record Matches(Field field, String pattern) implements Requirement {}

  /** A member is in the payload, null or not. */
  record PayloadHas(PayloadPath path) implements Requirement {}

  /** Whether the shape of a payload decides it. */
  default boolean isOfShape() {
    return this instanceof PayloadHas
        || (this instanceof NotNull notNull && notNull.field().isInPayload());
  }
}
