package dev.weir.lambda;

import java.util.regex.Pattern;

/**
 * An event that can never land as things are. Lambda's runtime logs the message, so it holds
 * nothing of the event's content.
 */
public final class InvocationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Where DuckDB's messages show a value. */
  private static final Pattern QUOTED = Pattern.compile("'[^']*'|(?<=value )\\S+");

  private InvocationException(String message) {
    super(message);
  }

  /** The failure that Lambda is shown in the place of another. */
  static InvocationException of(Exception failure) {
    String message = String.valueOf(failure.getMessage());
    return new InvocationException(
        failure instanceof EventException ? message : QUOTED.matcher(message).replaceAll("'…'"));
  }
}
