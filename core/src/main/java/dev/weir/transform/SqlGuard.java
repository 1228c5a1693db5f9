package dev.weir.transform;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a user's SQL may do: one SELECT over one table, and nothing that reaches outside.
 *
 * <p>The engine parses the statement; its tree is checked by allow-list: tables are that one and
 * the statement's own CTEs where they can be seen, table functions are those that only compute. The
 * engine's own locks (no external access, no extensions, locked configuration) stand behind it.
 */
public final class SqlGuard {
  private static final Set<String> TABLE_FUNCTIONS =
      Set.of("unnest", "range", "generate_series", "json_each", "json_tree");
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(5_000).build())
          .build();

  private final String table;

  private SqlGuard(String table) {
    this.table = table;
  }

  /** Checks a statement over {@code events}, as {@link #check(Connection, String, String)} does. */
  static void check(Connection connection, String sql) throws SqlException, SQLException {
    check(connection, sql, "events");
  }

  /**
   * Checks a statement.
   *
   * @param table the only table that it may read, in lower case
   * @throws SqlException if it is no SELECT, more than one, wrong, or reaches outside
   */
  public static void check(Connection connection, String sql, String table)
      throws SqlException, SQLException {
    Map<String, @Nullable Object> parsed = parse(connection, sql);
    if (Boolean.TRUE.equals(parsed.get("error"))) {
      String position = String.valueOf(parsed.get("position"));
      throw new SqlException(
          parsed.get("error_message")
              + (position.matches("\\d+") ? place(sql, Integer.parseInt(position)) : ""));
    }
    if (!(parsed.get("statements") instanceof List<?> statements) || statements.size() != 1) {
      throw new SqlException("the SQL must be exactly one SELECT statement");
    }
    new SqlGuard(table).checkNode(statements, Set.of(table));
    // Names, types and functions: the engine says where it cannot follow.
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.getMetaData();
    } catch (SQLException e) {
      throw new SqlException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Checks the CTEs of a node, each of which sees those before it, and itself if it is recursive.
   *
   * @return the tables that the node itself sees
   */
  private Set<String> checkCtes(List<?> ctes, Set<String> tables) throws SqlException {
    Set<String> visible = new HashSet<>(tables);
    for (Object entry : ctes) {
      if (entry instanceof Map<?, ?> cte && cte.get("key") instanceof String name) {
        Set<String> inside = new HashSet<>(visible);
        if (cte.get("value") instanceof Map<?, ?> value
            && value.get("query_node") instanceof Map<?, ?> query
            && "RECURSIVE_CTE_NODE".equals(query.get("type"))) {
          inside.add(name.toLowerCase(Locale.ROOT));
        }
        checkNode(cte.get("value"), inside);
        visible.add(name.toLowerCase(Locale.ROOT));
      }
    }
    return visible;
  }

  private void checkNode(@Nullable Object node, Set<String> outer) throws SqlException {
    if (node instanceof Map<?, ?> map) {
      Set<String> tables = outer;
      if (map.get("cte_map") instanceof Map<?, ?> ctes && ctes.get("map") instanceof List<?> list) {
        tables = checkCtes(list, outer);
      }
      if ("SHOW_REF".equals(map.get("type"))) {
        throw new SqlException(
            "the SQL describes or shows tables; it can only read '%s'".formatted(table));
      }
      if ("BASE_TABLE".equals(map.get("type"))) {
        String name = String.valueOf(map.get("table_name"));
        boolean qualified =
            !"".equals(map.get("schema_name")) || !"".equals(map.get("catalog_name"));
        if (qualified || !tables.contains(name.toLowerCase(Locale.ROOT))) {
          throw new SqlException(
              "the SQL reads the table '%s'; it can only read the table '%s'"
                  .formatted(name, table));
        }
      }
      if ("TABLE_FUNCTION".equals(map.get("type"))
          && map.get("function") instanceof Map<?, ?> function) {
        String name = String.valueOf(function.get("function_name"));
        if (!TABLE_FUNCTIONS.contains(name.toLowerCase(Locale.ROOT))) {
          throw new SqlException(
              "the SQL calls the table function '%s'; it can only call %s"
                  .formatted(name, TABLE_FUNCTIONS.stream().sorted().toList()));
        }
      }
      for (Map.Entry<?, ?> member : map.entrySet()) {
        if (!"cte_map".equals(member.getKey())) {
          checkNode(member.getValue(), tables);
        }
      }
    } else if (node instanceof List<?> list) {
      for (Object value : list) {
        checkNode(value, outer);
      }
    }
  }

  /** Line and column of a position in the statement, both from 1. */
  private static String place(String sql, int position) {
    String before = sql.substring(0, Math.min(position, sql.length()));
    int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
    int column = before.length() - before.lastIndexOf('\n');
    return " (line %d, column %d)".formatted(line, column);
  }

  /** The tree of a statement, as maps and lists. */
  static Map<String, @Nullable Object> parse(Connection connection, String sql)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT json_serialize_sql(?::VARCHAR)")) {
      statement.setString(1, sql);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        try (JsonParser json = JSON.createParser(row.getString(1))) {
          json.nextToken();
          return object(json);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("the engine's tree of a statement is no JSON", e);
    }
  }

  private static Map<String, @Nullable Object> object(JsonParser json) throws IOException {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      members.put(name, value(json));
    }
    return members;
  }

  private static @Nullable Object value(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case START_OBJECT -> object(json);
      case START_ARRAY -> {
        List<@Nullable Object> elements = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          elements.add(value(json));
        }
        yield elements;
      }
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> json.getText();
    };
  }
}
