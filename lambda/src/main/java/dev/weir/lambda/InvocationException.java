package dev.weir.lambda;

/**
 * An event that can never land as things are. Lambda's runtime logs the message, so it holds
 * nothing of the event's content.
 */
public final class InvocationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private InvocationException(String message) {
    super(message);
  }

  /** The failure that Lambda is shown in the place of another. */
  static InvocationException of(Exception failure) {
    return new InvocationException(FailureText.of(failure));
  }
}
