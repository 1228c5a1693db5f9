package dev.weir.transform;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the condition of an expectation may be: one BOOLEAN expression over the columns of one
 * event, whose value follows from the event alone.
 *
 * <p>The engine parses it; its tree is checked. Subqueries, aggregates and windows look at other
 * rows, and functions that are not pure would decide otherwise on a replay.
 */
final class ConditionGuard {
  private static final int MAX_MACROS = 8;

  /** Words that the engine takes for functions where no column is called so. */
  private static final Set<String> WORDS_FOR_FUNCTIONS =
      Set.of(
          "current_catalog",
          "current_date",
          "current_role",
          "current_schema",
          "current_time",
          "current_timestamp",
          "current_user",
          "localtime",
          "localtimestamp",
          "session_user",
          "user");

  /**
   * What the engine says of a function.
   *
   * @param type scalar, aggregate, window, macro or another
   * @param stability whether a scalar function is pure
   * @param definition that of a macro
   */
  private record Function(String type, @Nullable String stability, @Nullable String definition) {}

  private final Connection connection;
  private Map<String, List<Function>> functions = Map.of();
  private String name = "";

  /** A guard of conditions of an engine. */
  ConditionGuard(Connection connection) {
    this.connection = connection;
  }

  /**
   * Checks a condition.
   *
   * @param expectation its name, for the message
   * @throws SqlException if it is no condition, or does what it may not do
   */
  void check(String expectation, String condition) throws SqlException, SQLException {
    this.name = expectation;
    check(condition);
  }

  /** The condition on lines of its own: a comment at its end must not reach further. */
  static String enclosed(String condition) {
    return "(\n" + condition + "\n)";
  }

  private void check(String condition) throws SqlException, SQLException {
    String sql = "SELECT " + enclosed(condition) + " AS met FROM events";
    checkExpression(expression(sql), 0);
    String described =
        "DESCRIBE SELECT TRY" + enclosed(condition) + " AS met FROM weir_numbered AS events";
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(described)) {
      row.next();
      if (!"BOOLEAN".equals(row.getString(2))) {
        throw refusal(
            "it is of type %s; allowed is a condition, of type BOOLEAN"
                .formatted(row.getString(2)));
      }
    } catch (SQLException e) {
      throw refusal(String.valueOf(e.getMessage()));
    }
    // Some mistakes, such as a pattern that is none, are met with the first row only.
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "SELECT " + enclosed(condition) + " AS met FROM weir_numbered AS events LIMIT 0");
    } catch (SQLException e) {
      throw refusal(String.valueOf(e.getMessage()));
    }
  }

  /** The one expression that a statement selects, if that is all it does. */
  private Object expression(String sql) throws SqlException, SQLException {
    Map<String, @Nullable Object> parsed = SqlGuard.parse(connection, sql);
    if (Boolean.TRUE.equals(parsed.get("error"))) {
      throw refusal(String.valueOf(parsed.get("error_message")));
    }
    if (parsed.get("statements") instanceof List<?> statements
        && statements.size() == 1
        && statements.get(0) instanceof Map<?, ?> statement
        && statement.get("node") instanceof Map<?, ?> node
        && "SELECT_NODE".equals(node.get("type"))
        && node.get("modifiers") instanceof List<?> modifiers
        && modifiers.isEmpty()
        && node.get("where_clause") == null
        && node.get("having") == null
        && node.get("qualify") == null
        && node.get("sample") == null
        && node.get("group_expressions") instanceof List<?> groups
        && groups.isEmpty()
        && node.get("from_table") instanceof Map<?, ?> table
        && "BASE_TABLE".equals(table.get("type"))
        && "events".equals(table.get("table_name"))
        && node.get("select_list") instanceof List<?> list
        && list.size() == 1
        && list.get(0) instanceof Map<?, ?> expression) {
      return expression;
    }
    throw refusal("it is more than one condition");
  }

  private void checkExpression(@Nullable Object node, int macros)
      throws SqlException, SQLException {
    if (node instanceof Map<?, ?> map) {
      switch (String.valueOf(map.get("class"))) {
        case "SUBQUERY" -> throw refusal("it has a subquery; allowed are columns of one event");
        case "WINDOW" -> throw refusal("it has a window; allowed are columns of one event");
        case "STAR" -> throw refusal("it has a *; allowed are columns by their names");
        case "PARAMETER" -> throw refusal("it has a parameter, which nothing fills in");
        case "FUNCTION" -> checkFunction(map, macros);
        case "COLUMN_REF" -> checkColumn(map);
        default -> {}
      }
      for (Object member : map.values()) {
        checkExpression(member, macros);
      }
    } else if (node instanceof List<?> list) {
      for (Object element : list) {
        checkExpression(element, macros);
      }
    }
  }

  private void checkColumn(Map<?, ?> reference) throws SqlException {
    if (reference.get("column_names") instanceof List<?> names && !names.isEmpty()) {
      String column = String.valueOf(names.get(names.size() - 1)).toLowerCase(Locale.ROOT);
      if (names.size() == 1 && WORDS_FOR_FUNCTIONS.contains(column)) {
        throw impure(column);
      }
      if (column.startsWith("weir_")) {
        throw refusal("it reads the column '%s', which is Weir's own".formatted(column));
      }
    }
  }

  private void checkFunction(Map<?, ?> call, int macros) throws SqlException, SQLException {
    String function = String.valueOf(call.get("function_name")).toLowerCase(Locale.ROOT);
    if (function.equals("age")
        && call.get("arguments") instanceof List<?> list
        && list.size() < 2) {
      throw impure("age with one argument");
    }
    for (Function known : functions().getOrDefault(function, List.of())) {
      switch (known.type()) {
        case "aggregate", "window" ->
            throw refusal(
                "it calls '%s', which looks at many events; allowed are functions of one"
                    .formatted(function));
        case "scalar" -> {
          if (!"CONSISTENT".equals(known.stability())) {
            throw impure(function);
          }
        }
        case "macro" -> checkMacro(function, String.valueOf(known.definition()), macros);
        default -> {}
      }
    }
  }

  private Map<String, List<Function>> functions() throws SQLException {
    if (functions.isEmpty()) {
      Map<String, List<Function>> all = new HashMap<>();
      try (Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery(
                  "SELECT DISTINCT function_name, function_type, stability, macro_definition"
                      + " FROM duckdb_functions()")) {
        while (row.next()) {
          all.computeIfAbsent(row.getString(1), n -> new ArrayList<>())
              .add(new Function(row.getString(2), row.getString(3), row.getString(4)));
        }
      }
      functions = all;
    }
    return functions;
  }

  private void checkMacro(String function, String definition, int macros)
      throws SqlException, SQLException {
    if (macros == MAX_MACROS) {
      throw impure(function);
    }
    Map<String, @Nullable Object> parsed =
        SqlGuard.parse(connection, "SELECT " + enclosed(definition));
    if (Boolean.TRUE.equals(parsed.get("error"))) {
      throw impure(function);
    }
    checkExpression(parsed.get("statements"), macros + 1);
  }

  private SqlException impure(String function) {
    return refusal(
        "it calls '%s', which does not follow from the event alone; a replay has to decide alike"
            .formatted(function));
  }

  private SqlException refusal(String what) {
    return new SqlException(name, what);
  }
}
