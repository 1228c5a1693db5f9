package dev.weir.settings;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The definition of one setting: its name, what it may be, and what a person needs to know of it.
 * Immutable.
 *
 * @param <T> the type of its value
 */
public final class Key<T> {
  private static final int LONGEST_VALUE_SHOWN = 200;

  private final String name;
  private final ValueType<T> type;
  private final @Nullable List<String> defaults;
  private final String defaultText;
  private final @Nullable String flag;
  private final String help;
  private final boolean required;
  private final boolean secret;
  private final boolean structured;

  private Key(
      String name,
      ValueType<T> type,
      @Nullable List<String> defaults,
      String defaultText,
      @Nullable String flag,
      String help,
      boolean required,
      boolean secret,
      boolean structured) {
    this.name = name;
    this.type = type;
    this.defaults = defaults;
    this.defaultText = defaultText;
    this.flag = flag;
    this.help = help;
    this.required = required;
    this.secret = secret;
    this.structured = structured;
  }

  /**
   * A key without a default.
   *
   * @param name the section and the key's name in it, {@code run.workers}
   * @param help one sentence on what it is for
   */
  static <T> Key<T> of(String name, ValueType<T> type, String help) {
    return new Key<>(name, type, null, "none", null, help, false, false, false);
  }

  /** The same key with a default, written as a person would; none at all is the empty list. */
  Key<T> defaultsTo(String... texts) {
    String text = type.isList() ? List.of(texts).toString() : String.join("", texts);
    return new Key<>(name, type, List.of(texts), text, flag, help, required, secret, structured);
  }

  /** The same key with a default that follows from something else, in words. */
  Key<T> defaultsToWhat(String words) {
    return new Key<>(name, type, null, words, flag, help, required, secret, structured);
  }

  /** The same key, which has to be set. */
  Key<T> mustBeSet() {
    return new Key<>(name, type, null, "none, must be set", flag, help, true, secret, structured);
  }

  /** The same key with a flag of its own on the command line. */
  Key<T> withFlag(String newFlag) {
    return new Key<>(
        name, type, defaults, defaultText, newFlag, help, required, secret, structured);
  }

  /** The same key, whose value in a file may be built of lists and mappings. */
  Key<T> structured() {
    return new Key<>(name, type, defaults, defaultText, flag, help, required, secret, true);
  }

  /** The same key, whose value may appear in no message. */
  Key<T> keptSecret() {
    return new Key<>(name, type, defaults, defaultText, flag, help, required, true, structured);
  }

  /** The section and the key's name in it: {@code run.workers}. */
  public String name() {
    return name;
  }

  /** The first part of the name: {@code run}. */
  public String section() {
    return name.substring(0, name.indexOf('.'));
  }

  /** The second part of the name: {@code workers}. */
  public String nameInSection() {
    return name.substring(name.indexOf('.') + 1);
  }

  /** The environment variable that sets it: {@code WEIR_RUN_WORKERS}. */
  public String environmentVariable() {
    return "WEIR_" + name.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  /** The flag that sets it on the command line, {@code --workers}, if there is one. */
  public Optional<String> flag() {
    return Optional.ofNullable(flag);
  }

  /** The default as a person would write it, or what it follows from. */
  public String defaultText() {
    return defaultText;
  }

  /** The unit of a number, else the kind of value. */
  public String unit() {
    return type.unit();
  }

  /** What is allowed; empty if the unit says it all. */
  public String range() {
    return type.range();
  }

  /** One sentence on what it is for. */
  public String help() {
    return help;
  }

  /** Whether its value may appear in no message, log or report. */
  public boolean isSecret() {
    return secret;
  }

  /** Whether its value is a list. */
  public boolean isList() {
    return type.isList();
  }

  /** Whether its value in a file may be built of lists and mappings, as its text in YAML. */
  boolean isStructured() {
    return structured;
  }

  /** Whether nothing works without it. */
  boolean isRequired() {
    return required;
  }

  /** The default as a person would write it; empty if there is none or it follows from others. */
  Optional<List<String>> defaults() {
    return Optional.ofNullable(defaults);
  }

  /**
   * Reads a value.
   *
   * @throws SettingsException if it is not allowed
   */
  T read(Given given) {
    try {
      return type.read(given.texts())
          .orElseThrow(() -> refusal("is " + shown(given.texts()), given.origin()));
    } catch (ValueType.NotAllowedException e) {
      throw refusal("cannot be read, " + oneLine(String.valueOf(e.getMessage())), given.origin());
    }
  }

  /** The refusal of a value that is described as {@code what}. */
  SettingsException refusal(String what, String origin) {
    return new SettingsException(
        "%s %s (%s); allowed is %s".formatted(name, what, origin, type.allowed()));
  }

  /**
   * Checks a value where it enters a record of {@link Settings}, whoever made it.
   *
   * @throws IllegalArgumentException if it is not allowed
   */
  void check(T value) {
    if (!type.accepts(value)) {
      throw new IllegalArgumentException(
          "%s is %s; allowed is %s"
              .formatted(name, shown(List.of(value.toString())), type.allowed()));
    }
  }

  private String shown(List<String> texts) {
    if (secret) {
      return "a secret that is not shown";
    }
    return texts.size() == 1 ? quoted(texts.get(0)) : oneLine(texts.toString());
  }

  /** The text in quotes, on one line and cut where it is too long for one. */
  static String quoted(String text) {
    return "'" + oneLine(text) + "'";
  }

  /** The text on one line, cut where it is too long for one. */
  static String oneLine(String text) {
    String cut =
        text.length() <= LONGEST_VALUE_SHOWN ? text : text.substring(0, LONGEST_VALUE_SHOWN) + "…";
    StringBuilder line = new StringBuilder();
    cut.chars()
        .forEach(
            c -> {
              if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                line.append("\\u%04x".formatted(c));
              } else {
                line.append((char) c);
              }
            });
    return line.toString();
  }

  @Override
  public String toString() {
    return name;
  }
}
