package dev.weir.local;

import java.time.Duration;

/**
 * How long the programs that this one has started may go on when it is told to end, so that it can
 * end them in order. Without it they end at once. Safe for use by several threads.
 */
public final class ExitGrace {
  private static volatile Duration grace = Duration.ZERO;

  private ExitGrace() {}

  /**
   * From now on they are killed so long after this program was told to end, if they still run.
   * Those that are started from now on do not hear Ctrl-C themselves, where the machine has {@code
   * setsid}: a terminal sends it to all of its programs.
   */
  public static void allow(Duration time) {
    grace = time;
  }

  static Duration allowed() {
    return grace;
  }
}
