package dev.weir.e2e;

import java.io.IOException;
import java.util.EnumSet;
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
    BEFORE_CLAIMS,
    AMONG_CLAIMS,
    /** All uuids are set that were absent, and nothing else is done. */
    AFTER_CLAIMS,
    BEFORE_SETTLE,
    /** Some of a batch's known uuids are settled; for a batch of more than a script call takes. */
    AMONG_SETTLES,
    AFTER_SETTLE,
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
    /** Some claims of a dead attempt are taken over; as with settling, many of them. */
    AMONG_REBINDS,
    AFTER_REBIND,
    /** Any step of the protocol, however many have passed; of an attempt's claims, a few count. */
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
  private final Map<String, Claiming> claimings = new HashMap<>();
  private Claiming claiming = new Claiming(1);
  private int passes;
  private boolean struck;

  /** The plan of an attempt, and what has landed of it. */
  private record Plan(List<String> keys, int breakAfter, Set<String> landed) {}

  /** How far an attempt has got with its claims. */
  private static final class Claiming {
    final int breakAfter;
    boolean begun;
    boolean passed;
    boolean ended;
    int taken;
    String lastCall = "";

    /**
     * A beginning.
     *
     * @param breakAfter how many it has when it is met among them
     */
    Claiming(int breakAfter) {
      this.breakAfter = breakAfter;
    }
  }

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
    return !meets(pointsBefore(step)) || strike(run, step);
  }

  /** A step was answered; whether the answer is passed on. */
  boolean after(Step step, boolean applied, WiredRun run) throws IOException {
    Point here = pointAfter(step, applied);
    return !meets(here == null ? Set.of() : Set.of(here)) || strike(run, step);
  }

  private boolean strike(WiredRun run, Step step) throws IOException {
    try {
      return deed.strike(run, step);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private synchronized boolean meets(Set<Point> here) {
    if (!here.contains(point) || struck || passes-- > 0) {
      return false;
    }
    struck = true;
    return true;
  }

  /** The points that a step is at; one may be the end of what came before it, too. */
  private synchronized Set<Point> pointsBefore(Step step) {
    Set<Point> here = EnumSet.noneOf(Point.class);
    switch (step.kind()) {
      case CLAIM, RENEW, SETTLE, REBIND -> addClaiming(here, step);
      case PLAN, LAND, DONE -> addLanding(here, step);
      case FENCE -> here.add(Point.BEFORE_FENCE);
      case SEAL -> here.add(Point.BEFORE_SEAL);
      case OTHER -> {
        return here;
      }
    }
    boolean many = step.kind() == Step.Kind.CLAIM || step.kind() == Step.Kind.RENEW;
    if (!many || !here.isEmpty()) {
      here.add(Point.ANY_STEP);
    }
    return here;
  }

  private void addClaiming(Set<Point> here, Step step) {
    if (step.kind() != Step.Kind.RENEW) { // which does not tell whose it is: the last one's
      claiming =
          claimings.computeIfAbsent(step.attempt(), a -> new Claiming(1 + random.nextInt(20)));
    }
    if (step.kind() == Step.Kind.CLAIM) {
      if (claiming.ended) { // it claims others, or the same again
        claiming.begun = false;
        claiming.ended = false;
        claiming.lastCall = "";
      }
      if (!claiming.begun) {
        here.add(Point.BEFORE_CLAIMS);
      } else if (claiming.taken >= claiming.breakAfter && !claiming.passed) {
        claiming.passed = true;
        here.add(Point.AMONG_CLAIMS);
      }
      claiming.begun = true;
      return;
    }
    if (claiming.begun && !claiming.ended && claiming.taken > 0) {
      here.add(Point.AFTER_CLAIMS);
    }
    claiming.ended = true;
    boolean again = call(step).equals(claiming.lastCall);
    if (step.kind() == Step.Kind.SETTLE) {
      here.add(again ? Point.AMONG_SETTLES : Point.BEFORE_SETTLE);
    } else if (step.kind() == Step.Kind.REBIND) {
      here.add(again ? Point.AMONG_REBINDS : Point.BEFORE_REBIND);
    }
  }

  private void addLanding(Set<Point> here, Step step) {
    if (step.kind() == Step.Kind.PLAN && !step.names().isEmpty()) {
      int files = step.names().size();
      plans.put(
          step.attempt(),
          new Plan(step.names(), files < 2 ? 0 : 1 + random.nextInt(files - 1), new HashSet<>()));
    }
    Plan plan = plans.get(step.attempt());
    if (step.kind() == Step.Kind.LAND) {
      int landed = plan == null ? 0 : plan.landed().size();
      if (landed == 0) {
        here.add(Point.BEFORE_FIRST_LAND);
      } else if (landed == plan.breakAfter()) {
        here.add(Point.BETWEEN_LANDS);
      }
    } else if (plan != null) {
      here.add(step.kind() == Step.Kind.PLAN ? Point.BEFORE_PLAN : Point.BEFORE_DONE);
    }
  }

  /** What calls of the script have in common that belong together. */
  private static String call(Step step) {
    return step.kind() + step.from();
  }

  private synchronized Point pointAfter(Step step, boolean applied) {
    Plan plan = plans.get(step.attempt());
    return switch (step.kind()) {
      case CLAIM -> {
        claimings.get(step.attempt()).taken += applied ? 1 : 0;
        yield null;
      }
      case SETTLE, REBIND -> {
        Claiming caller = claimings.get(step.attempt());
        caller.lastCall = call(step);
        yield step.kind() == Step.Kind.SETTLE
            ? caller.taken > 0 ? Point.AFTER_SETTLE : null
            : applied ? Point.AFTER_REBIND : null;
      }
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
      case RENEW, OTHER -> null;
    };
  }
}
