package dev.weir.transform;

import dev.weir.claim.Attempt;
import java.io.IOException;

/**
 * Step 3 of the protocol: what an attempt is to land becomes one file per partition, on local disk,
 * where nobody sees it yet.
 *
 * <p>A seam: a simulation keeps the files in memory. Not safe for use by several threads.
 */
@FunctionalInterface
public interface Transform {
  /**
   * Writes an attempt's events and dead letters, each at most once and under its own uuid.
   *
   * @return what was written; the caller closes it, which deletes the files
   * @throws TransformFailedException if this data can never be written
   * @throws IOException if it could not be written now; nothing is left behind
   */
  Written write(Attempt attempt, Rows rows) throws IOException;

  /**
   * The memory that its engine holds now, in bytes; 0 where that is not known. May be asked by any
   * thread at any time.
   */
  default long memoryBytes() {
    return 0;
  }
}
