package dev.weir.transform;

import java.util.SplittableRandom;

/** Random documents of every shape that RFC 8259 allows. */
final class RandomJson {
  private static final String[] STRINGS = {
    "a", "é", "😀", "\\u0000", "\\uD83D\\uDE00", "\\/", "\\\\", "\\\"", "\\b\\f\\n\\r\\t", "\u007f",
    "\\uFFFF", "\uFFFE", "\\u00e9", "{", "]", "'", "--", "\\u001F", "\u0080", "\u202E"
  };
  private static final String[] NUMBERS = {
    "0",
    "-0",
    "-0.0",
    "0e0",
    "0E-5",
    "1e400",
    "-1e400",
    "1e-400",
    "18446744073709551616",
    "9223372036854775808",
    "-9223372036854775809",
    "0.1e+05",
    "1.7976931348623159e308",
    "5e-324",
    "123456789012345678901234567890.123456789e-12",
    "0e99999999999999999999"
  };
  private static final String[] SPACES = {"", "", "", " ", "\n", "\t", "\r", "  \r\n\t "};

  private RandomJson() {}

  static void append(StringBuilder out, SplittableRandom random, int depth) {
    int kind = random.nextInt(depth > 12 ? 5 : 8);
    switch (kind) {
      case 0 -> out.append("null");
      case 1 -> out.append(random.nextBoolean() ? "true" : "false");
      case 2 -> out.append(NUMBERS[random.nextInt(NUMBERS.length)]);
      case 3 -> number(out, random);
      case 4 -> string(out, random);
      case 5 -> {
        out.append('[').append(space(random));
        int n = random.nextInt(4);
        for (int i = 0; i < n; i++) {
          out.append(i == 0 ? "" : "," + space(random));
          append(out, random, depth + 1);
          out.append(space(random));
        }
        out.append(']');
      }
      default -> {
        out.append('{').append(space(random));
        int n = random.nextInt(4);
        for (int i = 0; i < n; i++) {
          out.append(i == 0 ? "" : "," + space(random));
          string(out, random);
          out.append(space(random)).append(':').append(space(random));
          append(out, random, depth + 1);
          out.append(space(random));
        }
        out.append('}');
      }
    }
  }

  private static void number(StringBuilder out, SplittableRandom random) {
    out.append(random.nextBoolean() ? "-" : "");
    if (random.nextInt(4) == 0) {
      out.append('0');
    } else {
      out.append(1 + random.nextInt(9));
      digits(out, random, 0);
    }
    if (random.nextBoolean()) {
      out.append('.');
      digits(out, random, 1);
    }
    if (random.nextBoolean()) {
      out.append(random.nextBoolean() ? 'e' : 'E');
      out.append(new String[] {"", "+", "-"}[random.nextInt(3)]);
      digits(out, random, 1);
    }
  }

  private static void digits(StringBuilder out, SplittableRandom random, int atLeast) {
    int n = atLeast + random.nextInt(random.nextInt(10) == 0 ? 60 : 6);
    for (int i = 0; i < n; i++) {
      out.append(random.nextInt(10));
    }
  }

  private static void string(StringBuilder out, SplittableRandom random) {
    out.append('"');
    int n = random.nextInt(5);
    for (int i = 0; i < n; i++) {
      out.append(STRINGS[random.nextInt(STRINGS.length)]);
    }
    out.append('"');
  }

  private static String space(SplittableRandom random) {
    return SPACES[random.nextInt(SPACES.length)];
  }
}
