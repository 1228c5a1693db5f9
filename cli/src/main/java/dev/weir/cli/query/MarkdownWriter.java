package dev.weir.cli.query;

import java.io.IOException;
import java.io.Writer;
import java.sql.Blob;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A table of GitHub's Markdown. What would be markup in a cell is escaped. */
final class MarkdownWriter {
  private MarkdownWriter() {}

  static void write(ResultSet rows, Writer out) throws IOException, SQLException {
    ResultSetMetaData columns = rows.getMetaData();
    int count = columns.getColumnCount();
    for (int i = 1; i <= count; i++) {
      out.write("| " + escaped(Printable.of(columns.getColumnName(i))) + " ");
    }
    out.write("|\n" + "|---".repeat(count) + "|\n");
    while (rows.next()) {
      for (int i = 1; i <= count; i++) {
        out.write("| " + cell(Values.read(rows, i)) + " ");
      }
      out.write("|\n");
    }
  }

  private static String cell(@Nullable Object value) throws SQLException {
    if (value == null) {
      return "";
    }
    return escaped(
        value instanceof Blob blob
            ? Printable.of(Values.bytes(blob))
            : Printable.of(Values.text(value)));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replaceAll("([\\\\|`*_\\[\\]~#!>])", "\\\\$1");
  }
}
