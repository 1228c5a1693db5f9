package dev.weir.pipeline;

import dev.weir.claim.Attempt;
import dev.weir.claim.AttemptSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The attempts that run in this process right now.
 *
 * <p>Where a claim store belongs to one process, an attempt that is not among them is dead, and may
 * be fenced at once. Safe for use by several threads.
 */
public final class LiveAttempts implements FencePolicy {
  private final AttemptSource source;
  private final Set<Attempt> live = ConcurrentHashMap.newKeySet();

  /** No attempts yet. */
  public LiveAttempts(AttemptSource source) {
    this.source = source;
  }

  /** A new attempt, live until {@link #end}. */
  Attempt begin() {
    Attempt attempt = source.next();
    live.add(attempt);
    return attempt;
  }

  /** The attempt is over, in whichever way; it lands nothing more. */
  void end(Attempt attempt) {
    live.remove(attempt);
  }

  @Override
  public boolean mayFence(Attempt owner) {
    return !live.contains(owner);
  }
}
