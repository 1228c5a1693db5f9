package dev.weir.cli.query;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.Blob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.duckdb.DuckDBStruct;
import org.duckdb.JsonNode;
import org.jspecify.annotations.Nullable;

/** Values of a result as text and as JSON: the same in every zone and locale. */
final class Values {
  /** A number from which on, and below whose inverse, a double is written with an exponent. */
  private static final double PLAIN_LIMIT = 1e21;

  private Values() {}

  /** A value of the current row. */
  static @Nullable Object read(ResultSet rows, int column) throws SQLException {
    String type = rows.getMetaData().getColumnTypeName(column);
    // java.sql.Timestamp cannot hold the hour that the machine's zone skips in spring.
    boolean local = type.startsWith("TIMESTAMP") && !type.contains("TIME ZONE");
    return local ? rows.getObject(column, LocalDateTime.class) : rows.getObject(column);
  }

  /** A value as text without quotes; nested values as JSON. */
  static String text(Object value) throws SQLException {
    if (value instanceof OffsetDateTime time) {
      return time.toInstant().toString();
    }
    if (value instanceof Timestamp time) {
      return text(time.toLocalDateTime());
    }
    if (value instanceof LocalDateTime time) {
      return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time);
    }
    if (value instanceof Blob blob) {
      return Base64.getEncoder().encodeToString(bytes(blob));
    }
    if (value instanceof Double || value instanceof Float) {
      return number((Number) value);
    }
    if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    }
    if (value instanceof DuckDBStruct || value instanceof Array || value instanceof Map) {
      return json(value);
    }
    return value.toString();
  }

  /** A value as JSON. JSON columns stay as they are stored, to the character. */
  static String json(@Nullable Object value) throws SQLException {
    if (value == null) {
      return "null";
    }
    if (value instanceof JsonNode) {
      return value.toString();
    }
    if (value instanceof DuckDBStruct struct) {
      return object(struct.getMap());
    }
    if (value instanceof Map<?, ?> map) {
      return object(map);
    }
    if (value instanceof Array array) {
      return array((Object[]) array.getArray());
    }
    return isJsonLiteral(value) ? text(value) : quoted(text(value));
  }

  static byte[] bytes(Blob blob) throws SQLException {
    return blob.getBytes(1, Math.toIntExact(blob.length()));
  }

  private static boolean isJsonLiteral(Object value) {
    if (value instanceof Double || value instanceof Float) {
      // JSON has no NaN and no infinity: they are written as texts.
      return Double.isFinite(((Number) value).doubleValue());
    }
    return value instanceof Boolean
        || value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte
        || value instanceof BigInteger
        || value instanceof BigDecimal;
  }

  /** Without an exponent where a person would write none: 1339007314.125, not 1.339…E9. */
  private static String number(Number value) {
    double magnitude = Math.abs(value.doubleValue());
    if (magnitude == 0
        || magnitude >= PLAIN_LIMIT
        || magnitude < 1 / PLAIN_LIMIT
        || !Double.isFinite(magnitude)) {
      return value.toString();
    }
    BigDecimal decimal = new BigDecimal(value.toString());
    return decimal.setScale(Math.max(1, decimal.stripTrailingZeros().scale())).toPlainString();
  }

  private static String object(Map<?, ?> members) throws SQLException {
    StringBuilder out = new StringBuilder("{");
    for (Map.Entry<?, ?> member : members.entrySet()) {
      out.append(out.length() > 1 ? "," : "")
          .append(quoted(text(String.valueOf(member.getKey()))))
          .append(':')
          .append(json(member.getValue()));
    }
    return out.append('}').toString();
  }

  private static String array(Object[] elements) throws SQLException {
    StringBuilder out = new StringBuilder("[");
    for (Object element : Arrays.asList(elements)) {
      out.append(out.length() > 1 ? "," : "").append(json(element));
    }
    return out.append(']').toString();
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ') {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append('"').toString();
  }
}
