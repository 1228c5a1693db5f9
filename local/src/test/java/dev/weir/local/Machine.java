package dev.weir.local;

import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** What tests need that a machine with a JDK alone lacks. */
final class Machine {
  private Machine() {}

  /** Skips the running test where there is no Node; with {@code -Dweir.require=all} it fails. */
  static void requireNode() {
    Optional<String> missing = KinesisServer.missing();
    if (missing.isEmpty()) {
      return;
    }
    if (System.getProperty("weir.require", "").equals("all")) {
      Assertions.fail(missing.get() + "; -Dweir.require=all asks for it");
    }
    System.out.println("skipped: " + missing.get());
    Assumptions.abort(missing.get());
  }
}
