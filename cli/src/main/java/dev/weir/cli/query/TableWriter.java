package dev.weir.cli.query;

import java.io.IOException;
import java.io.Writer;
import java.sql.Blob;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Aligned columns. Widths follow from the first page of rows; later rows that do not fit stick out,
 * because a result may be larger than memory.
 */
final class TableWriter {
  private static final int PAGE_ROWS = 1_000;

  /** The width at which values are cut on a terminal. */
  private static final int MAX_WIDTH = 60;

  private static final String NULL = "NULL";

  private final Writer out;
  private final boolean cut;

  TableWriter(Writer out, boolean cut) {
    this.out = out;
    this.cut = cut;
  }

  void write(ResultSet rows) throws IOException, SQLException {
    ResultSetMetaData metaData = rows.getMetaData();
    int columns = metaData.getColumnCount();
    String[] names = new String[columns];
    int[] widths = new int[columns];
    boolean[] numbers = new boolean[columns];
    for (int i = 0; i < columns; i++) {
      names[i] = fit(Printable.of(metaData.getColumnName(i + 1)));
      widths[i] = DisplayWidth.of(names[i]);
      numbers[i] = isNumber(metaData.getColumnTypeName(i + 1));
    }
    List<String[]> page = new ArrayList<>();
    while (page.size() < PAGE_ROWS && rows.next()) {
      String[] cells = cells(rows, columns);
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], DisplayWidth.of(cells[i]));
      }
      page.add(cells);
    }
    line(names, widths, new boolean[columns]);
    rule(widths);
    for (String[] cells : page) {
      line(cells, widths, numbers);
    }
    long count = page.size();
    // A driver's result set may fail on next() after its end, so it is not asked again.
    while (page.size() == PAGE_ROWS && rows.next()) {
      line(cells(rows, columns), widths, numbers);
      count++;
    }
    out.write("(%d %s)%n".formatted(count, count == 1 ? "row" : "rows"));
  }

  private String[] cells(ResultSet rows, int columns) throws SQLException {
    String[] cells = new String[columns];
    for (int i = 0; i < columns; i++) {
      cells[i] = fit(cell(Values.read(rows, i + 1)));
    }
    return cells;
  }

  private static String cell(@Nullable Object value) throws SQLException {
    if (value == null) {
      return NULL;
    }
    return value instanceof Blob blob
        ? Printable.of(Values.bytes(blob))
        : Printable.of(Values.text(value));
  }

  private String fit(String text) {
    return cut ? DisplayWidth.cut(text, MAX_WIDTH) : text;
  }

  private void line(String[] cells, int[] widths, boolean[] right) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.length; i++) {
      String space = " ".repeat(Math.max(0, widths[i] - DisplayWidth.of(cells[i])));
      line.append(i == 0 ? " " : " | ").append(right[i] ? space + cells[i] : cells[i] + space);
    }
    out.write(line.toString().stripTrailing());
    out.write(System.lineSeparator());
  }

  private void rule(int[] widths) throws IOException {
    for (int i = 0; i < widths.length; i++) {
      out.write(i == 0 ? "" : "+");
      out.write("-".repeat(widths[i] + 2));
    }
    out.write(System.lineSeparator());
  }

  private static boolean isNumber(String type) {
    String name = type.toUpperCase(Locale.ROOT);
    return !name.endsWith("]")
        && (name.endsWith("INT")
            || name.equals("INTEGER")
            || name.equals("UINTEGER")
            || name.equals("FLOAT")
            || name.equals("DOUBLE")
            || name.startsWith("DECIMAL"));
  }
}
