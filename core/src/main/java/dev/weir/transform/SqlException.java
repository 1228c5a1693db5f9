package dev.weir.transform;

/**
 * A SQL statement cannot be used: it is wrong, or does what a transformation may not do. The start
 * must stop; the message carries the engine's words and the position.
 */
public final class SqlException extends Exception {
  private static final long serialVersionUID = 1L;

  SqlException(String message) {
    super(message);
  }
}
