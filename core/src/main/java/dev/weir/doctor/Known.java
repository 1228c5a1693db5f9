package dev.weir.doctor;

import java.util.Optional;

/**
 * Something that was looked for: it is there, it is not there, or nobody could tell.
 *
 * @param isKnown whether it was found out
 * @param value what was found
 */
record Known<T>(boolean isKnown, Optional<T> value) {
  static <T> Known<T> of(Optional<T> value) {
    return new Known<>(true, value);
  }

  static <T> Known<T> nothing() {
    return new Known<>(false, Optional.empty());
  }
}
