package dev.weir.cli.query;

import java.io.IOException;
import java.io.Writer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;

/** The forms in which a result can be written. None of them holds more than a page of rows. */
public enum ResultFormat {
  /** Aligned columns for people. */
  TABLE,
  /** RFC 4180, with a header. */
  CSV,
  /** One array of objects, one object a line. */
  JSON,
  /** A table of Markdown. */
  MD;

  /** What a text may be, to follow "allowed is". */
  public static final String ALLOWED = "table, csv, json or md";

  /**
   * The format that a text names.
   *
   * @throws IllegalArgumentException if it names none
   */
  public static ResultFormat of(String text) {
    for (ResultFormat format : values()) {
      if (format.name().toLowerCase(Locale.ROOT).equals(text)) {
        return format;
      }
    }
    throw new IllegalArgumentException(text);
  }

  /**
   * Writes all rows that are left.
   *
   * @param forTerminal whether a person looks at them: long values may be cut then, and nothing in
   *     them reaches the terminal that could steer it
   * @throws IOException if the writer fails
   * @throws SQLException if the query fails midway
   */
  public void write(ResultSet rows, Writer out, boolean forTerminal)
      throws IOException, SQLException {
    switch (this) {
      case TABLE -> new TableWriter(out, forTerminal).write(rows);
      case CSV -> CsvWriter.write(rows, forTerminal ? new DisarmedWriter(out) : out);
      case JSON -> JsonWriter.write(rows, forTerminal ? new DisarmedWriter(out) : out);
      case MD -> MarkdownWriter.write(rows, out);
    }
  }
}
