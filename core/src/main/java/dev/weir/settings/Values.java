package dev.weir.settings;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The values that were given, read by key, with the defaults of the table beneath them. */
final class Values {
  private final Map<Key<?>, Given> given;

  Values(Map<Key<?>, Given> given) {
    this.given = Map.copyOf(given);
  }

  /**
   * The value of a key that has a default or has to be set.
   *
   * @throws SettingsException if it has to be set and is not
   */
  <T> T get(Key<T> key) {
    return find(key).orElseThrow(() -> missing(key));
  }

  /** The value of a key, empty if it is not set and its default follows from something else. */
  <T> Optional<T> find(Key<T> key) {
    return Optional.ofNullable(given.get(key))
        .or(() -> key.defaults().map(texts -> new Given(texts, "default")))
        .map(key::read);
  }

  /**
   * Makes a part of the settings from several keys.
   *
   * @throws SettingsException if the values do not go together, with where each was given
   */
  <T> T together(Supplier<T> part, Key<?>... keys) {
    try {
      return part.get();
    } catch (IllegalArgumentException e) {
      String origins =
          Stream.of(keys)
              .flatMap(
                  key ->
                      Optional.ofNullable(given.get(key))
                          .map(g -> key + ": " + g.origin())
                          .stream())
              .collect(Collectors.joining(", "));
      String message = String.valueOf(e.getMessage());
      throw new SettingsException(origins.isEmpty() ? message : message + " (" + origins + ")", e);
    }
  }

  private static SettingsException missing(Key<?> key) {
    return new SettingsException(
        "%s is not set; set it by %s%s or %s in the settings file"
            .formatted(
                key.name(),
                key.flag().map(flag -> flag + ", ").orElse(""),
                key.environmentVariable(),
                key.name()));
  }
}
