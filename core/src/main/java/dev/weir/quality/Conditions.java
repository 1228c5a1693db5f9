package dev.weir.quality;

import dev.weir.decode.Events;
import java.io.IOException;

/**
 * Evaluates those expectations that are put in SQL, over a batch at once. Not safe for use by
 * several threads.
 */
@FunctionalInterface
public interface Conditions {
  /** For where no expectation is put in SQL. */
  Conditions NONE = (events, asked, broken) -> {};

  /**
   * Sets a bit for each expectation that an event does not meet.
   *
   * @param asked for each of the batch's names, the bits of the expectations that are asked of its
   *     events
   * @param broken for each event, the bits of the expectations that it does not meet; those set
   *     already stay
   * @throws IOException if the engine failed; nothing is lost by asking again
   */
  void evaluate(Events events, long[] asked, long[] broken) throws IOException;
}
