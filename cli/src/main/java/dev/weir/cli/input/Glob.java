package dev.weir.cli.input;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A pattern of paths, expanded by ourselves, because not every shell does: {@code *} and {@code ?}
 * within a name, {@code **} across folders, {@code [a-z]}, {@code [!a-z]} and {@code {a,b}}; a
 * backslash takes the special meaning away. As in a shell, hidden files match only a pattern with a
 * name that begins with a dot.
 */
final class Glob {
  private static final String SPECIAL = "*?[{\\";

  private final String base;
  private final Pattern pattern;
  private final int depth;
  private final boolean hidden;

  private Glob(String base, String rest) {
    this.base = base;
    this.pattern = Pattern.compile(new Translation(rest).regex(), Pattern.DOTALL);
    int levels = (int) rest.chars().filter(c -> c == '/').count() + 1;
    this.depth = rest.contains("**") ? Integer.MAX_VALUE : levels;
    this.hidden = rest.startsWith(".") || rest.contains("/.");
  }

  /** Whether the value has characters that only a glob gives a meaning. */
  static boolean looksLikeOne(String value) {
    return value.chars().anyMatch(c -> SPECIAL.indexOf(c) >= 0);
  }

  /** Parses a value that looks like a glob. */
  static Glob parse(String value) {
    // A shell completes the name of a folder with a slash, which none of our paths ends with.
    String glob = value.replaceAll("/+$", "");
    int special = 0;
    while (SPECIAL.indexOf(glob.charAt(special)) < 0) {
      special++;
    }
    int slash = glob.lastIndexOf('/', special);
    return new Glob(glob.substring(0, slash + 1), glob.substring(slash + 1));
  }

  /** The files that match, and the files in folders that match, sorted by path. */
  List<Path> expand() throws IOException {
    return FileTree.matching(Path.of(base.isEmpty() ? "." : base), this::matches, depth, hidden)
        .stream()
        .map(path -> base.isEmpty() ? Path.of(".").relativize(path) : path)
        .toList();
  }

  private boolean matches(Path path) {
    Path root = Path.of(base.isEmpty() ? "." : base);
    return pattern.matcher(root.relativize(path).toString()).matches();
  }

  /** Turns the part of a pattern behind its fixed folders into a regular expression. */
  private static final class Translation {
    private final String glob;
    private final StringBuilder regex = new StringBuilder();
    private int at;
    private int braces;

    Translation(String glob) {
      this.glob = glob;
    }

    String regex() {
      while (at < glob.length()) {
        char c = glob.charAt(at++);
        switch (c) {
          case '*' -> stars();
          case '?' -> regex.append("[^/]");
          case '[' -> characterClass();
          case '{' -> openBrace();
          case '}' -> regex.append(braces > 0 ? ")" : "\\}");
          case ',' -> regex.append(braces > 0 ? "|" : ",");
          case '\\' -> literal(at < glob.length() ? glob.charAt(at++) : '\\');
          default -> literal(c);
        }
        braces -= c == '}' && braces > 0 ? 1 : 0;
      }
      return regex.toString();
    }

    private void stars() {
      if (at >= glob.length() || glob.charAt(at) != '*') {
        regex.append("[^/]*");
        return;
      }
      at++;
      boolean wholeFolders = at < glob.length() && glob.charAt(at) == '/';
      at += wholeFolders ? 1 : 0;
      // No folder at all is a number of folders too: a/**/b matches a/b.
      regex.append(wholeFolders ? "(?:.*/)?" : ".*");
    }

    private void characterClass() {
      boolean negated = at < glob.length() && "!^".indexOf(glob.charAt(at)) >= 0;
      int from = at + (negated ? 1 : 0);
      // A bracket that comes first is one of the characters.
      int end = glob.indexOf(']', from + 1);
      if (end < 0) {
        literal('[');
        return;
      }
      String members = glob.substring(from, end).replaceAll("[\\[\\]\\\\&^]", "\\\\$0");
      regex.append("(?!/)[").append(negated ? "^" : "").append(members).append(']');
      at = end + 1;
    }

    private void openBrace() {
      if (glob.indexOf('}', at) < 0) {
        literal('{');
        return;
      }
      braces++;
      regex.append("(?:");
    }

    private void literal(char c) {
      regex.append(Pattern.quote(String.valueOf(c)));
    }
  }
}
