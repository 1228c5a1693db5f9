package dev.weir.cli.ledger;

import java.util.Locale;

/** What is counted; the definitions are those of docs/reference/metrics.md. */
public enum Count {
  RECEIVED,
  LANDED,
  DUPLICATES,
  /** Of the dead letters, those with a known uuid and other content. */
  CONFLICTS,
  DEAD_LETTERS,
  FILTERED,
  LATE,
  CHECKED,
  ACCURATE,
  BYTES_IN,
  FILES,
  BYTES_OUT,
  ATTEMPTS_LANDED,
  ATTEMPTS_SEALED,
  ATTEMPTS_FENCED,
  /** Attempts of which {@code received = landed + duplicates + dead letters + filtered} fails. */
  ATTEMPTS_UNBALANCED;

  static final int SIZE = values().length;

  /** The name in JSON. */
  public String json() {
    return name().toLowerCase(Locale.ROOT);
  }
}
