package dev.weir.transform;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A SQL statement cannot be used: it is wrong, or does what a transformation may not do. The start
 * must stop; the message carries the engine's words and the position.
 */
public final class SqlException extends Exception {
  private static final long serialVersionUID = 1L;

  private final @Nullable String expectation;

  SqlException(String message) {
    super(message);
    this.expectation = null;
  }

  /** The condition of an expectation cannot be used. */
  SqlException(String expectation, String message) {
    super(message);
    this.expectation = expectation;
  }

  /** The name of the expectation whose condition it is; empty for the SQL of the transformation. */
  public Optional<String> expectation() {
    return Optional.ofNullable(expectation);
  }
}
