package dev.weir.cli.query;

import java.io.IOException;
import java.io.Writer;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** RFC 4180: CRLF after each row. NULL is an empty field, an empty text a quoted empty field. */
final class CsvWriter {
  private CsvWriter() {}

  static void write(ResultSet rows, Writer out) throws IOException, SQLException {
    ResultSetMetaData columns = rows.getMetaData();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      field(i, columns.getColumnName(i), out);
    }
    out.write("\r\n");
    while (rows.next()) {
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        Object value = Values.read(rows, i);
        field(i, value == null ? null : Values.text(value), out);
      }
      out.write("\r\n");
    }
  }

  private static void field(int column, @Nullable String text, Writer out) throws IOException {
    if (column > 1) {
      out.write(',');
    }
    if (text == null) {
      return;
    }
    if (needsQuotes(text)) {
      out.write('"');
      out.write(text.replace("\"", "\"\""));
      out.write('"');
    } else {
      out.write(text);
    }
  }

  private static boolean needsQuotes(String text) {
    if (text.isEmpty()) {
      return true;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ',' || c == '"' || c == '\r' || c == '\n') {
        return true;
      }
    }
    return false;
  }
}
