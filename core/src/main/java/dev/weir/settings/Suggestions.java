package dev.weir.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a person may have meant by a name that is not known.
 *
 * <p>The value that was given with it is never shown: the name may be that of a secret, misspelt.
 */
final class Suggestions {
  private Suggestions() {}

  /** The refusal of a section that is not known. */
  static SettingsException unknownSection(String section, String origin) {
    List<String> sections = Keys.all().stream().map(Key::section).distinct().toList();
    return new SettingsException(
        "%s is no section (%s); %s"
            .formatted(
                Key.quoted(section),
                origin,
                closest(section, sections)
                    .or(() -> withLastPart(section))
                    .map(Suggestions::question)
                    .orElse("the sections are " + String.join(", ", sections))));
  }

  /** The refusal of a key that is not known, in a section that is or is not. */
  static SettingsException unknownKey(String name, String origin) {
    List<String> names = Keys.all().stream().map(Key::name).toList();
    return new SettingsException(
        "%s is no key (%s); %s"
            .formatted(
                Key.quoted(name),
                origin,
                withLastPart(name.substring(name.indexOf('.') + 1))
                    .or(() -> closest(name, names))
                    .map(Suggestions::question)
                    .orElseGet(() -> keysLike(name))));
  }

  /** The refusal of an environment variable that is not known. */
  static SettingsException unknownVariable(String variable) {
    List<String> variables = Keys.all().stream().map(Key::environmentVariable).toList();
    return new SettingsException(
        "the environment variable %s sets no key; %s"
            .formatted(
                Key.quoted(variable),
                closest(variable, variables)
                    .map(Suggestions::question)
                    .orElse("docs/reference/settings.md lists those that do")));
  }

  /** The names of a section's keys, {@code paths, framing}. */
  static String keysOf(String section) {
    return Keys.all().stream()
        .filter(key -> key.section().equals(section))
        .map(Key::nameInSection)
        .collect(Collectors.joining(", "));
  }

  private static String keysLike(String name) {
    String section = name.substring(0, Math.max(name.indexOf('.'), 0));
    String keys = keysOf(section);
    return keys.isEmpty()
        ? "docs/reference/settings.md lists the keys"
        : "the keys of " + section + " are " + keys;
  }

  private static String question(String name) {
    return "did you mean " + name + "?";
  }

  private static Optional<String> withLastPart(String lastPart) {
    return Keys.all().stream()
        .filter(key -> key.nameInSection().equals(lastPart))
        .map(Key::name)
        .findFirst();
  }

  /** The known name with the fewest edits, if no more than a third of the letters are wrong. */
  private static Optional<String> closest(String unknown, Collection<String> known) {
    int bound = Math.min(Math.max(2, unknown.length() / 3), unknown.length() - 1);
    return known.stream()
        .filter(name -> edits(unknown, name) <= bound)
        .min(Comparator.comparingInt(name -> edits(unknown, name)));
  }

  /** Levenshtein's distance: insertions, deletions and replacements of one character. */
  private static int edits(String from, String to) {
    int[] previous = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] current = new int[to.length() + 1];
      current[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[to.length()];
  }
}
