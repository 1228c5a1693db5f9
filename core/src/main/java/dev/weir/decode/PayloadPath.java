package dev.weir.decode;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a value stands in a payload: the names of the members that lead to it, from the outside in.
 *
 * <p>As text the names are parted by dots, {@code user.id}; a name that is empty or holds a dot or
 * a quote stands in quotes, its quotes doubled: {@code user."first.name"}. Two paths are equal if
 * their texts are.
 *
 * @param names the names, at least one and at most {@link PayloadFields#MAX_DEPTH}
 */
public record PayloadPath(List<String> names) {
  /** The longest text of a path, in characters. */
  public static final int MAX_CHARS = 500;

  public PayloadPath {
    names = List.copyOf(names);
    if (names.isEmpty() || names.size() > PayloadFields.MAX_DEPTH) {
      throw new IllegalArgumentException(
          "a path of %d names; allowed are 1 to %d"
              .formatted(names.size(), PayloadFields.MAX_DEPTH));
    }
  }

  /**
   * Reads the text of a path.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static PayloadPath parse(String text) {
    if (text.length() > MAX_CHARS) {
      throw refusal(text.substring(0, 40) + "…");
    }
    List<String> names = new ArrayList<>();
    int at = 0;
    while (true) {
      StringBuilder name = new StringBuilder();
      at =
          at < text.length() && text.charAt(at) == '"'
              ? quoted(text, at, name)
              : plain(text, at, name);
      names.add(name.toString());
      if (at == text.length()) {
        return new PayloadPath(names);
      }
      if (text.charAt(at) != '.') {
        throw refusal(text);
      }
      at++;
    }
  }

  private static int plain(String text, int at, StringBuilder name) {
    int end = at;
    while (end < text.length() && text.charAt(end) != '.' && text.charAt(end) != '"') {
      end++;
    }
    if (end == at) {
      throw refusal(text);
    }
    name.append(text, at, end);
    return end;
  }

  private static int quoted(String text, int at, StringBuilder name) {
    for (int i = at + 1; i < text.length(); i++) {
      if (text.charAt(i) != '"') {
        name.append(text.charAt(i));
      } else if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
        name.append('"');
        i++;
      } else {
        return i + 1;
      }
    }
    throw refusal(text);
  }

  private static IllegalArgumentException refusal(String text) {
    return new IllegalArgumentException(
        "'%s' is no path; allowed are names parted by dots, such as user.id, those with dots in quotes"
            .formatted(text));
  }

  /** The text of a path that goes one name further. */
  static String append(String path, String name) {
    boolean plain = !name.isEmpty() && name.indexOf('.') < 0 && name.indexOf('"') < 0;
    String text = plain ? name : '"' + name.replace("\"", "\"\"") + '"';
    return path.isEmpty() ? text : path + "." + text;
  }

  @Override
  public String toString() {
    String text = "";
    for (String name : names) {
      text = append(text, name);
    }
    return text;
  }
}
