package dev.weir.lake;

import dev.weir.claim.Attempt;

/**
 * This attempt was fenced by another one, which took its events over. Nothing more of it can land;
 * give it up. A new attempt over the same records is safe.
 */
public final class FencedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The attempt was fenced, as the object at {@code key} shows. */
  public FencedException(Attempt attempt, String key) {
    super("attempt %s was fenced: another one took the key %s".formatted(attempt, key));
  }
}
