package dev.weir.cli.report;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import org.jspecify.annotations.Nullable;

/**
 * Escapes for JSON that stands in a page or on a terminal: what begins or ends markup, and what
 * orders or hides text there, is written as its number. The JSON means the same.
 */
final class PageEscapes extends CharacterEscapes {
  private static final long serialVersionUID = 1L;

  private final int[] ascii;

  PageEscapes() {
    ascii = standardAsciiEscapesForJSON();
    for (char c : new char[] {'<', '>', '&', '\'', 0x7F}) {
      ascii[c] = ESCAPE_CUSTOM;
    }
  }

  @Override
  public int[] getEscapeCodesForAscii() {
    return ascii;
  }

  @Override
  public @Nullable SerializableString getEscapeSequence(int c) {
    boolean ordersText =
        Character.isISOControl(c)
            || Character.getType(c) == Character.FORMAT
            || Character.getType(c) == Character.LINE_SEPARATOR
            || Character.getType(c) == Character.PARAGRAPH_SEPARATOR;
    return c < 0x80 || ordersText ? new SerializedString(String.format("\\u%04x", c)) : null;
  }
}
