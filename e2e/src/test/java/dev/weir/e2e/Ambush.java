package dev.weir.e2e;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Waits for a run at a point of the protocol and does something to it there, once. Safe for use by
 * several threads; a run has one of its own.
 */
final class Ambush {
  /** The points at which a run may be met. */
  enum Point {
    BEFORE_CLAIM,
    AFTER_CLAIM,
    BEFORE_PLAN,
    AFTER_PLAN,
    BEFORE_FIRST_LAND,
    BETWEEN_LANDS,
    AFTER_LAST_LAND,
    BEFORE_DONE,
    AFTER_DONE,
    BEFORE_FENCE,
    AFTER_FENCE,
    BEFORE_SEAL,
    AFTER_SEAL,
    BEFORE_REBIND,
    AFTER_REBIND,
    /** Any step of the protocol, however many have passed. */
    ANY_STEP;

    /** As in {@code between lands}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /** What is done to the run. */
  interface Deed {
    /** Does it; whether the step, or its answer, goes on afterwards. */
    boolean strike(WiredRun run, Step step) throws IOException, InterruptedException;
  }

  private final Point point;
  private final Deed deed;
  private final Random random;
  private final Map<String, Plan> plans = new HashMap<>();
  private int passes;
  private boolean struck;

  /** The plan of an attempt, and what has landed of it. */
  private record Plan(List<String> keys, int breakAfter, Set<String> landed) {}

  private Ambush(Point point, int passes, long seed, Deed deed) {
    this.point = point;
    this.passes = passes;
    this.random = new Random(seed);
    this.deed = deed;
  }

  /**
   * An ambush.
   *
   * @param passes how often the run gets past the point before it is met there
   * @param seed draws between which files of a plan it is met
   */
  static Ambush at(Point point, int passes, long seed, Deed deed) {
    return new Ambush(point, passes, seed, deed);
  }

  /** None: the run is left alone. */
  static Ambush none() {
    return at(Point.ANY_STEP, Integer.MAX_VALUE, 0, (run, step) -> true);
  }

  /** Where it waits. */
  Point point() {
    return point;
  }

  /** Whether the run was met. */
  synchronized boolean hasStruck() {
    return struck;
  }

  /** A step is about to be passed on; whether it is. */
  boolean before(Step step, WiredRun run) throws IOException {
    return !meets(pointBefore(step)) || strike(run, step);
  }

  /** A step was answered; whether the answer is passed on. */
  boolean after(Step step, boolean applied, WiredRun run) throws IOException {
    return !meets(pointAfter(step, applied)) || strike(run, step);
  }

  private boolean strike(WiredRun run, Step step) throws IOException {
    try {
      return deed.strike(run, step);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private synchronized boolean meets(Point here) {
    if (here != point || struck || passes-- > 0) {
      return false;
    }
    struck = true;
    return true;
  }

  private synchronized Point pointBefore(Step step) {
    if (step.kind() == Step.Kind.PLAN && !step.names().isEmpty()) {
      int files = step.names().size();
      plans.put(
          step.attempt(),
          new Plan(step.names(), files < 2 ? 0 : 1 + random.nextInt(files - 1), new HashSet<>()));
    }
    if (point == Point.ANY_STEP) {
      return step.kind() == Step.Kind.OTHER ? null : point;
    }
    Plan plan = plans.get(step.attempt());
    return switch (step.kind()) {
      case CLAIM -> Point.BEFORE_CLAIM;
      case REBIND -> Point.BEFORE_REBIND;
      case PLAN -> plan == null ? null : Point.BEFORE_PLAN;
      case LAND -> {
        int landed = plan == null ? 0 : plan.landed().size();
        yield landed == 0
            ? Point.BEFORE_FIRST_LAND
            : landed == plan.breakAfter() ? Point.BETWEEN_LANDS : null;
      }
      case DONE -> plan == null ? null : Point.BEFORE_DONE;
      case FENCE -> Point.BEFORE_FENCE;
      case SEAL -> Point.BEFORE_SEAL;
      case OTHER -> null;
    };
  }

  private synchronized Point pointAfter(Step step, boolean applied) {
    Plan plan = plans.get(step.attempt());
    return switch (step.kind()) {
      case CLAIM -> applied ? Point.AFTER_CLAIM : null;
      case REBIND -> applied ? Point.AFTER_REBIND : null;
      case PLAN -> applied && plan != null ? Point.AFTER_PLAN : null;
      case LAND -> {
        if (plan != null && applied) {
          plan.landed().addAll(step.names());
        }
        yield plan != null && plan.landed().containsAll(plan.keys()) ? Point.AFTER_LAST_LAND : null;
      }
      case DONE -> plan == null ? null : Point.AFTER_DONE;
      case FENCE -> Point.AFTER_FENCE;
      case SEAL -> applied ? Point.AFTER_SEAL : null;
      case OTHER -> null;
    };
  }
}
