package dev.weir.claim;

import java.util.function.Supplier;

/**
 * A password that is kept elsewhere and may be changed there: it is remembered, and read again when
 * the server refuses it. Safe for use by several threads.
 */
public interface RenewablePassword extends Supplier<String> {
  /** Forgets the password; the next {@link #get} reads it again. */
  void renew();
}
