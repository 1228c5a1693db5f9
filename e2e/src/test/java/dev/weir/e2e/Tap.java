package dev.weir.e2e;

import java.io.IOException;

/** Sees every step of a run on its wires. Called by many threads; may block a step's own. */
interface Tap {
  /** Before the store sees it; whether it goes on to the store. */
  boolean before(Step step) throws IOException;

  /**
   * When the store has answered, before the run knows; whether the answer goes on to the run.
   *
   * @param applied whether the store did what was asked; false if it refused
   */
  boolean after(Step step, boolean applied) throws IOException;
}
