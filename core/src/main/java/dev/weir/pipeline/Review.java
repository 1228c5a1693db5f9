package dev.weir.pipeline;

import dev.weir.quality.Inspection;
import dev.weir.transform.Written;
import java.io.IOException;

/** Looks on at a batch on its way through the pipeline, and may keep some of it from landing. */
interface Review {
  /** Lets everything pass. */
  Review NONE = new Review() {};

  /** After step 2: what of the batch is to be written. */
  default Resolver.Resolution resolved(Inspection inspection, Resolver.Resolution resolution) {
    return resolution;
  }

  /**
   * After step 3: what was written.
   *
   * @throws IOException if it cannot be looked at; the attempt is given up
   */
  default void written(Resolver.Resolution resolution, Written written) throws IOException {}
}
