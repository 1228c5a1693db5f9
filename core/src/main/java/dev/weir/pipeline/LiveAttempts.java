package dev.weir.pipeline;

import dev.weir.claim.Attempt;
import dev.weir.claim.AttemptSource;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The attempts that run in this process right now, and what that tells about others.
 *
 * <p>Where a claim store belongs to one process, an attempt that is not among them is dead, and may
 * be fenced at once. Where processes share it, an attempt of this process may be fenced as soon as
 * it is over, and another's when it is older than a bound. Safe for use by several threads.
 */
public final class LiveAttempts implements FencePolicy {
  /** What this process remembers of its own attempts that are over; the bound decides on others. */
  private static final int ENDED_REMEMBERED = 10_000;

  private final AttemptSource source;
  private final @Nullable Duration takeoverAfter;
  private final Clock clock;
  private final Set<Attempt> live = new LinkedHashSet<>();
  private final Set<Attempt> ended = new LinkedHashSet<>();

  private LiveAttempts(AttemptSource source, @Nullable Duration takeoverAfter, Clock clock) {
    this.source = source;
    this.takeoverAfter = takeoverAfter;
    this.clock = clock;
  }

  /** No attempts yet, of a process that has its claims to itself. */
  public static LiveAttempts alone(AttemptSource source) {
    return new LiveAttempts(source, null, Clock.systemUTC());
  }

  /**
   * No attempts yet, of a process that shares its claims.
   *
   * @param takeoverAfter how long after its start another process's attempt is taken for dead
   */
  public static LiveAttempts shared(AttemptSource source, Duration takeoverAfter, Clock clock) {
    return new LiveAttempts(source, takeoverAfter, clock);
  }

  /** A new attempt, live until {@link #end}. */
  synchronized Attempt begin() {
    Attempt attempt = source.next();
    live.add(attempt);
    return attempt;
  }

  /** The attempt is over, in whichever way; this process starts nothing more of it. */
  synchronized void end(Attempt attempt) {
    live.remove(attempt);
    if (takeoverAfter != null) {
      ended.add(attempt);
      if (ended.size() > ENDED_REMEMBERED) {
        Iterator<Attempt> oldest = ended.iterator();
        oldest.next();
        oldest.remove();
      }
    }
  }

  @Override
  public synchronized boolean mayFence(Attempt owner) {
    if (live.contains(owner)) {
      return false;
    }
    return takeoverAfter == null
        || ended.contains(owner)
        || owner.began().plus(takeoverAfter).isBefore(clock.instant());
  }
}
