package dev.weir.quality;

import java.io.IOException;

/**
 * An event does not meet an expectation that lets the batch fail. Nothing of the batch was claimed
 * or has landed, and another try will come to the same: change the data, or the expectation.
 */
public final class ExpectationFailedException extends IOException {
  private static final long serialVersionUID = 1L;

  ExpectationFailedException(String message) {
    super(message);
  }
}
