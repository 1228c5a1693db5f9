package dev.weir.cli.query;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;

/**
 * Escapes as {@code \\uXXXX} what could steer a terminal, but for the ends of lines. In JSON such a
 * character stands in a string only, where the escape means the same.
 */
final class DisarmedWriter extends FilterWriter {
  DisarmedWriter(Writer out) {
    super(out);
  }

  @Override
  public void write(int c) throws IOException {
    if (c != '\n' && c != '\r' && Printable.steers(c) && !Character.isSurrogate((char) c)) {
      out.write("\\u%04X".formatted(c));
    } else {
      out.write(c);
    }
  }

  @Override
  public void write(char[] text, int start, int length) throws IOException {
    for (int i = start; i < start + length; i++) {
      write(text[i]);
    }
  }

  @Override
  public void write(String text, int start, int length) throws IOException {
    for (int i = start; i < start + length; i++) {
      write(text.charAt(i));
    }
  }
}
