package dev.weir.sim;

/** What can go wrong at a {@link Site}. */
enum Fault {
  /** An error, and the operation was not applied: no connection, 503, a 409 too often. */
  LOST_REQUEST,
  /** An error, though the operation was applied. */
  LOST_ANSWER,
  /** An error, and the operation is applied at some later time, when nobody waits for it. */
  LATE,
  /** The adapter tried twice: the first try was applied, its answer lost. */
  RETRIED,
  /** An error, and of several uuids some were claimed. */
  PARTIAL,
  /** The process dies before the operation. */
  CRASH_BEFORE,
  /** The process dies after the operation. */
  CRASH_AFTER,
  /** The process dies, and its operation is applied later. */
  CRASH_IN_FLIGHT,
  /** The attempt, or its whole process, stands still before the operation and goes on later. */
  FREEZE
}
