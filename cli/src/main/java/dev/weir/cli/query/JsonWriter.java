package dev.weir.cli.query;

import java.io.IOException;
import java.io.Writer;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;

/** One array with an object a row. */
final class JsonWriter {
  private JsonWriter() {}

  static void write(ResultSet rows, Writer out) throws IOException, SQLException {
    ResultSetMetaData columns = rows.getMetaData();
    String[] keys = new String[columns.getColumnCount()];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = (i == 0 ? "{" : ",") + Values.json(columns.getColumnName(i + 1)) + ":";
    }
    String separator = "[";
    while (rows.next()) {
      out.write(separator);
      out.write('\n');
      for (int i = 0; i < keys.length; i++) {
        out.write(keys[i]);
        out.write(Values.json(Values.read(rows, i + 1)));
      }
      out.write('}');
      separator = ",";
    }
    out.write(separator.equals("[") ? "[]\n" : "\n]\n");
  }
}
