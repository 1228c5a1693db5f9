package dev.weir.benchmarks;

import java.util.List;
import java.util.stream.Collectors;

/** Command lines as results show them: without anything that tells whose machine it was. */
final class CommandText {
  private CommandText() {}

  /** The words in a line; what looks like an absolute path is left out. */
  static String of(List<String> words) {
    return words.stream()
        .map(word -> word.replaceAll("(^|[=:,'\"\\s])(?:/|~/)[^\\s,'\"]*", "$1PATH"))
        .map(word -> word.contains(" ") ? "'" + word + "'" : word)
        .collect(Collectors.joining(" "));
  }
}
