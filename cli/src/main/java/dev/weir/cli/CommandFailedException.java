package dev.weir.cli;

/**
 * The job could not be finished, for a reason that the message tells in full: it is printed without
 * a stack trace, and the process ends with {@link ExitCodes#FAILED}.
 */
public final class CommandFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CommandFailedException(String message, Throwable cause) {
    super(message, cause);
  }

  public CommandFailedException(String message) {
    super(message);
  }
}
