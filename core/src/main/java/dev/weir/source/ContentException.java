package dev.weir.source;

import dev.weir.record.Reason;
import java.io.IOException;

/**
 * The content of an input cannot be decoded any further. The rest of it becomes one dead letter;
 * reading it again would end the same way, unlike after any other {@link IOException}.
 */
public final class ContentException extends IOException {
  private static final long serialVersionUID = 1;

  private final Reason reason;

  ContentException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** The reason of the dead letter. */
  public Reason reason() {
    return reason;
  }
}
