package dev.weir.lambda;

/** What the function was invoked with is no event of a Kinesis stream; it never will be. */
final class EventException extends RuntimeException {
  private static final long serialVersionUID = 1;

  EventException(String message) {
    super(message);
  }
}
