package dev.weir.quality;

import dev.weir.decode.PayloadPath;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an expectation looks at: a column of the table {@code events}, or a place in the payload,
 * written {@code payload.user.id}.
 *
 * @param column the column
 * @param path the place in the payload; null for the column as a whole
 */
public record Field(String column, @Nullable PayloadPath path) {
  private static final String PAYLOAD = "payload";
  private static final Set<String> COLUMNS =
      Set.of(
          "event_uuid",
          "event_name",
          "event_subtype",
          "event_type",
          "event_id",
          "created_at",
          "created_datetime",
          "date",
          PAYLOAD,
          "extra");

  /**
   * Reads the text of a field.
   *
   * @throws IllegalArgumentException if there can be no such field
   */
  public static Field parse(String text) {
    if (text.startsWith(PAYLOAD + ".")) {
      return new Field(PAYLOAD, PayloadPath.parse(text.substring(PAYLOAD.length() + 1)));
    }
    if (!COLUMNS.contains(text)) {
      throw new IllegalArgumentException(
          "'%s' is no field; allowed are payload.PATH and the columns %s"
              .formatted(text, COLUMNS.stream().sorted().toList()));
    }
    return new Field(text, null);
  }

  /** Whether the payload alone tells whether there is a value. */
  boolean isInPayload() {
    return column.equals(PAYLOAD);
  }

  @Override
  public String toString() {
    return path == null ? column : column + "." + path;
  }
}
