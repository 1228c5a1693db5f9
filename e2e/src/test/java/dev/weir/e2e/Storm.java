package dev.weir.e2e;

import dev.weir.lake.FaultProxy.Fault;
import dev.weir.lake.FaultProxy.Request;
import java.util.List;
import java.util.Random;

/** A network and a store that fail at random, by a seed. Safe for use by several threads. */
final class Storm {
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

  /** What happens to a request; null for nothing. */
  synchronized Fault faultFor(Request request) {
    if (random.nextInt(100) >= percent) {
      return null;
    }
    Fault fault = FAULTS.get(random.nextInt(FAULTS.size()));
    boolean fits =
        fault == Fault.CONFLICT
            ? request.line().startsWith("PUT ")
            : fault != Fault.STALL || stallsLeft-- > 0;
    if (!fits) {
      fault = Fault.RESET;
    }
    tally.addFault(fault.code().isEmpty() ? fault.fate().name() : fault.code());
    return fault;
  }
}
