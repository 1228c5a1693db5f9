package dev.weir.sim;

import dev.weir.claim.Attempt;
import dev.weir.lake.Lake;
import dev.weir.pipeline.LiveAttempts;
import dev.weir.pipeline.Pipeline;
import dev.weir.quality.Quality;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A process: some workers that share a lake, a set of live attempts and a clock. */
final class Process {
  /** How a process tells that another's attempt is dead. All of them are safe, if not equal. */
  enum Policy {
    /** What does not run here is dead: right where no other process has the claims. */
    LIVE_HERE,
    /** What does not run here is dead once it is old. */
    LIVE_HERE_OR_AGE,
    /** What is old is dead, even if it runs here. */
    AGE
  }

  static final Duration LIMIT = Duration.ofSeconds(100);
  private static final Duration ACKNOWLEDGE_TIMEOUT = Duration.ofMillis(2);

  final int index;
  final Layout layout;
  final List<Worker> workers = new ArrayList<>();
  boolean dead;
  int frozenUntil;

  private final Simulation simulation;
  private final Policy policy;
  private final long skewSeconds;
  private final LiveAttempts attempts;

  /** Attempts that the unwinding of their run has ended, though they are not over. */
  private final Set<Attempt> unwound = new HashSet<>();

  private final Set<Attempt> own = new HashSet<>();

  Process(Simulation simulation, int index, int workers, Policy policy, Layout layout, long skew) {
    this.simulation = simulation;
    this.index = index;
    this.policy = policy;
    this.layout = layout;
    this.skewSeconds = skew;
    this.attempts = LiveAttempts.alone(simulation::attemptOfCurrentRun);
    Lake lake =
        new Lake(
            simulation.objects,
            simulation.files,
            List.of(),
            List.of(),
            new SimulatedUploads(simulation));
    for (int i = 0; i < workers; i++) {
      this.workers.add(new Worker(this, pipeline(lake)));
    }
  }

  private Pipeline pipeline(Lake lake) {
    return new Pipeline(
        simulation.decoder,
        Quality.plain(),
        simulation.claims,
        lake,
        attempts,
        this::mayFence,
        simulation.files,
        ACKNOWLEDGE_TIMEOUT,
        simulation::pause,
        "simulated",
        new ProcessClock());
  }

  long epochSeconds() {
    return simulation.epochSeconds() + skewSeconds;
  }

  void begins(Attempt attempt) {
    own.add(attempt);
  }

  void unwound(Attempt attempt) {
    unwound.add(attempt);
  }

  void goesOn(Attempt attempt) {
    unwound.remove(attempt);
  }

  private boolean mayFence(Attempt owner) {
    return simulation.current().once(owner, () -> isDead(owner));
  }

  private boolean isDead(Attempt owner) {
    boolean old = owner.began().plus(LIMIT).isBefore(Instant.ofEpochSecond(epochSeconds()));
    boolean runsHere = !attempts.mayFence(owner) || unwound.contains(owner);
    return switch (policy) {
      case LIVE_HERE -> !runsHere;
      case LIVE_HERE_OR_AGE -> !runsHere && (own.contains(owner) || old);
      case AGE -> old;
    };
  }

  private final class ProcessClock extends Clock {
    @Override
    public Instant instant() {
      return simulation.current().once("clock", () -> Instant.ofEpochSecond(epochSeconds()));
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @Override
  public String toString() {
    return "P%d".formatted(index);
  }
}
