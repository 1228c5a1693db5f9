package dev.weir.cli.query;

import java.io.IOException;
import java.io.Writer;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The forms in which a result can be written. None of them holds more than a page of rows. */
public enum ResultFormat {
  /** Aligned columns for people. */
  TABLE,
  /** RFC 4180, with a header. */
  CSV,
  /** One array of objects, one object a line. */
  JSON;

  /**
   * Writes all rows that are left.
   *
   * @param forTerminal whether long values may be cut, because a person looks at them
   * @throws IOException if the writer fails
   * @throws SQLException if the query fails midway
   */
  public void write(ResultSet rows, Writer out, boolean forTerminal)
      throws IOException, SQLException {
    switch (this) {
      case TABLE -> new TableWriter(out, forTerminal).write(rows);
      case CSV -> CsvWriter.write(rows, out);
      case JSON -> JsonWriter.write(rows, out);
    }
  }
}
