package dev.weir.cli.letters;

import java.io.IOException;
import java.util.Set;
import java.util.UUID;

/** Brings batches of letters that are events now to their end. */
interface BatchEnd {
  /**
   * Brings a batch to its end, and counts what became of each letter.
   *
   * @param present the uuids of those of its events that are in the lake
   * @throws IOException if it could not; batches before it are at their end
   */
  void end(LetterBatch letters, Set<UUID> present) throws IOException;
}
