package dev.weir.e2e;

import dev.weir.lake.FaultProxy.Fault;
import dev.weir.lake.FaultProxy.Request;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * A network and a store that fail at random requests, by a seed, in all ways in turn. Safe for use
 * by several threads.
 */
final class Storm {
  /** Claims come by the hundred: of each that many, one counts. */
  private static final int CLAIMS_PER_STEP = 30;

  private static final Storm NONE = new Storm(0, 0, 0, new Tally());
  private static final List<Fault> FAULTS =
      List.of(
          Fault.SLOW_DOWN,
          Fault.RESET,
          Fault.LOSE_ANSWER,
          Fault.CUT_ANSWER,
          Fault.CONFLICT,
          Fault.STALL);

  private final Random random;
  private final int percent;
  private final Tally tally;
  private int stallsLeft;
  private int next;

  private Storm(long seed, int percent, int stalls, Tally tally) {
    this.random = new Random(seed);
    this.percent = percent;
    this.stallsLeft = stalls;
    this.tally = tally;
  }

  /** Fair weather. */
  static Storm none() {
    return NONE;
  }

  /**
   * A storm.
   *
   * @param percent how many of a hundred requests it hits
   * @param stalls how many answers it holds back at most, each for as long as the run has patience
   */
  static Storm of(long seed, int percent, int stalls, Tally tally) {
    return new Storm(seed, percent, stalls, tally);
  }

  /** The kinds of faults that it is sure to bring. */
  static Set<String> kinds() {
    return Set.of(
        "S3 SlowDown",
        "S3 RESET",
        "S3 LOSE_ANSWER",
        "S3 CUT_ANSWER",
        "S3 ConditionalRequestConflict",
        "S3 STALL",
        lostAnswer(Step.Kind.CLAIM),
        lostAnswer(Step.Kind.SETTLE));
  }

  private static String lostAnswer(Step.Kind kind) {
    return "Redis LOSE_ANSWER of a " + kind.name().toLowerCase(Locale.ROOT);
  }

  /** What happens to a request; null for nothing. */
  synchronized Fault faultFor(Request request) {
    if (random.nextInt(100) >= percent) {
      return null;
    }
    Fault fault = FAULTS.get(next++ % FAULTS.size());
    boolean fits =
        fault == Fault.CONFLICT
            ? request.line().startsWith("PUT ")
            : fault != Fault.STALL || stallsLeft-- > 0;
    if (!fits) {
      fault = Fault.RESET;
    }
    tally.addFault("S3 " + (fault.code().isEmpty() ? fault.fate() : fault.code()));
    return fault;
  }

  /** Whether the connection to Redis is lost after a step was done, and its answer with it. */
  synchronized boolean losesAnswer(Step step) {
    int among =
        switch (step.kind()) {
          case OTHER -> 0;
          case CLAIM, RENEW -> 100 * CLAIMS_PER_STEP;
          default -> 100;
        };
    boolean lost = among > 0 && random.nextInt(among) < percent;
    if (lost) {
      tally.addFault(lostAnswer(step.kind()));
    }
    return lost;
  }
}
