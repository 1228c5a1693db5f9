package dev.weir.lambda;

import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The engine's driver registers an event with the JVM's Flight Recorder when it is loaded, which
 * starts half of the recorder: a fifth of the whole start. The zip leaves the event's class out,
 * and the driver does without, as on a JVM that has no recorder; only its warning would be in every
 * log.
 */
final class EngineMonitor {
  /** Held, because the logging system forgets the level of a logger that nobody holds. */
  private static final Logger MONITOR = Logger.getLogger("org.duckdb.DuckDBMemoryMonitor");

  private EngineMonitor() {}

  /** Keeps the warning out of the logs; to be called before the engine is. */
  static void silence() {
    MONITOR.setLevel(Level.OFF);
  }
}
