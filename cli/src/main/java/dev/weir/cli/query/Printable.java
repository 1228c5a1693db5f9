package dev.weir.cli.query;

/** Data as text that cannot steer a terminal. */
public final class Printable {
  private Printable() {}

  /** Bytes as text where they are ASCII, which lets a dead letter's bytes be read. */
  public static String of(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length);
    for (byte b : bytes) {
      if (b >= ' ' && b < 0x7f) {
        text.append((char) b);
      } else {
        text.append("\\x%02X".formatted(b & 0xff));
      }
    }
    return text.toString();
  }

  /** Text that neither moves the cursor of a terminal nor turns its direction of writing. */
  public static String of(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\n' -> clean.append("\\n");
                case '\t' -> clean.append("\\t");
                case '\r' -> clean.append("\\r");
                default -> append(clean, c);
              }
            });
    return clean.toString();
  }

  /** Whether a character could steer a terminal; line breaks and tabs are among them. */
  static boolean steers(int c) {
    return Character.isISOControl(c)
        || Character.getType(c) == Character.SURROGATE
        || turnsDirection(c);
  }

  private static void append(StringBuilder text, int c) {
    if (steers(c)) {
      text.append("\\u%04X".formatted(c));
    } else {
      text.appendCodePoint(c);
    }
  }

  private static boolean turnsDirection(int c) {
    return c == 0x061c
        || c == 0x200e
        || c == 0x200f
        || c == 0x2028
        || c == 0x2029
        || (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069);
  }
}
