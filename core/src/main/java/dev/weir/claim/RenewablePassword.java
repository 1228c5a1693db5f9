package dev.weir.claim;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A password that is kept elsewhere and may be changed there: it is remembered, and read again when
 * the server refuses it. Safe for use by several threads.
 */
public interface RenewablePassword extends Supplier<String> {
  /**
   * The password cannot be read, and somebody has to do something; the message says what, and never
   * holds the password.
   */
  final class UnreadableException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** A failure, with its cause where that does not show the password. */
    public UnreadableException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * The password.
   *
   * @throws UnreadableException if it cannot be read; not worth another try
   */
  @Override
  String get();

  /** Forgets the password; the next {@link #get} reads it again. */
  void renew();
}
