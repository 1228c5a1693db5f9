package dev.weir.pipeline;

import dev.weir.claim.Attempt;

/**
 * When an attempt of unknown fate may be fenced. Decides only about waiting: fencing is safe at any
 * time, but costs a live attempt its work.
 */
@FunctionalInterface
public interface FencePolicy {
  /** Whether the attempt is dead for sure, or older than any attempt can get. */
  boolean mayFence(Attempt owner);
}
