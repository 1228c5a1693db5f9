package dev.weir.cli.query;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Set;

/** Which tables of a lake a statement names, so that no others need be fetched. */
public final class NamedTables {
  private static final JsonFactory JSON = new JsonFactory();

  /** Table functions that make a table's name of a text, which may be computed. */
  private static final Set<String> NAMING_FUNCTIONS = Set.of("query", "query_table");

  private NamedTables() {}

  /**
   * The tables that a statement names anywhere, as DuckDB's parser sees it; none if it cannot be
   * parsed.
   */
  public static Set<LakeTable> of(Connection connection, String sql)
      throws SQLException, IOException {
    String query = "SELECT json_serialize_sql(?::VARCHAR, skip_null := true, skip_empty := true)";
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, sql);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return named(row.getString(1));
      }
    }
  }

  private static Set<LakeTable> named(String parsed) throws IOException {
    Set<LakeTable> named = EnumSet.noneOf(LakeTable.class);
    try (JsonParser json = JSON.createParser(parsed)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.VALUE_STRING && "table_name".equals(json.currentName())) {
          add(json.getText(), named);
        } else if (token == JsonToken.VALUE_STRING
            && "function_name".equals(json.currentName())
            && NAMING_FUNCTIONS.contains(json.getText())) {
          return EnumSet.allOf(LakeTable.class);
        }
      }
    }
    return named;
  }

  private static void add(String name, Set<LakeTable> named) {
    for (LakeTable table : LakeTable.values()) {
      if (table.view().equalsIgnoreCase(name)) {
        named.add(table);
      }
    }
  }
}
