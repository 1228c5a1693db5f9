package dev.weir.sim;

/**
 * What must never be.
 *
 * @param kind which promise is broken
 * @param message by what
 */
record Violation(Kind kind, String message) {
  enum Kind {
    /** An event or a dead letter is in the lake twice. */
    DUPLICATED(true),
    /** What was acknowledged, or never given up by the source, is not in the lake. */
    LOST(true),
    /** A row that no record accounts for, or with content that its uuid's owner does not have. */
    ALTERED(true),
    /** A row outside its partition. */
    MISPLACED(true),
    /** Plans and entries do not add up to the lake. */
    BOOKS(true),
    /** I2: a key was written twice, or by another than its attempt or a seal. */
    KEY(false),
    /** I3: a claim moved before its owner was fenced. */
    REBIND(false),
    /** I4: a record was acknowledged before it was in the lake. */
    ACK(false),
    /** Faults are over, and it does not come to an end. */
    ENDLESS(false),
    /** The pipeline threw what it never throws. */
    BUG(false);

    private final boolean inTheEnd;

    Kind(boolean inTheEnd) {
      this.inTheEnd = inTheEnd;
    }

    /** Whether it is seen in the lake when all is over; else while the schedule runs. */
    boolean isSeenInTheEnd() {
      return inTheEnd;
    }
  }
}
