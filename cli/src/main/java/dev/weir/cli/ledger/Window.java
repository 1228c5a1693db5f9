package dev.weir.cli.ledger;

import java.time.Duration;
import java.util.Optional;

/** The spans of time before now that can be looked at. */
public enum Window {
  HOUR("1h", Duration.ofHours(1)),
  DAY("24h", Duration.ofHours(24)),
  WEEK("7d", Duration.ofDays(7)),
  MONTH("30d", Duration.ofDays(30)),
  /** Everything that the ledger has. */
  ALL("all", Duration.ZERO);

  private final String text;
  private final Duration length;

  Window(String text, Duration length) {
    this.text = text;
    this.length = length;
  }

  /** As it is written, as in {@code 24h}. */
  public String text() {
    return text;
  }

  /** How long it is; zero for {@link #ALL}. */
  public Duration length() {
    return length;
  }

  /** The one that is written so. */
  public static Optional<Window> of(String text) {
    for (Window window : values()) {
      if (window.text.equals(text)) {
        return Optional.of(window);
      }
    }
    return Optional.empty();
  }
}
