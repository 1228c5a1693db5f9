package dev.weir.claim;

import java.io.IOException;
import java.nio.file.Path;

/** Another run holds the claim directory. Nothing was changed; wait for it, or stop it. */
public final class ClaimsLockedException extends IOException {
  private static final long serialVersionUID = 1L;

  ClaimsLockedException(Path directory, String pid) {
    super(
        "the claims in %s are in use by another run%s; wait until it ends, or stop it"
            .formatted(directory, pid.isEmpty() ? "" : " (process " + pid + ")"));
  }
}
