package dev.weir.settings;

/**
 * A setting that stops the start. The message is one line for a person: the key and where it was
 * set, its value unless that is a secret, and what is allowed.
 *
 * <p>A front end prints the message without a stack trace and ends with exit code 2; nothing was
 * started or written.
 */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Refuses the settings with one line for a person. */
  public SettingsException(String message) {
    super(message);
  }

  SettingsException(String message, Throwable cause) {
    super(message, cause);
  }
}
