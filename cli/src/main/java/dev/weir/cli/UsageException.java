package dev.weir.cli;

/**
 * Something that the user wrote is not allowed: nothing was done, and the process ends with {@link
 * ExitCodes#USAGE}.
 *
 * <p>The message is one line of the form {@code --option is 'value'; allowed is …}; the command's
 * name and where to find help are added to it.
 */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message);
  }

  /** An option whose value is not allowed. */
  public static UsageException of(String option, Object value, String allowed) {
    return new UsageException("%s is '%s'; allowed is %s".formatted(option, value, allowed));
  }
}
