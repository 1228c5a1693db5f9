package dev.weir.transform;

import java.io.IOException;

/**
 * The SQL cannot be carried out on this data, now or later: change the SQL. Nothing of the attempt
 * has landed.
 */
public final class TransformFailedException extends IOException {
  private static final long serialVersionUID = 1L;

  TransformFailedException(String message) {
    super(message);
  }
}
