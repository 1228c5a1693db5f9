package dev.weir.cli.local;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Since when the oldest record waits, told from two counts that only grow: how many records came,
 * and how many of them are over. It is as exact as it is asked often. Not safe for use by several
 * threads.
 */
final class Waiting {
  /** Beyond it the answer becomes coarser: an hour of looking five times a second. */
  private static final int MOST_MARKS = 18_000;

  private final Deque<Mark> marks = new ArrayDeque<>();

  /** How many records had come at a moment. */
  private record Mark(long nanos, long came) {}

  /**
   * Looks at the counts.
   *
   * @param nanos the time now
   * @return for how long the oldest record that is not over has waited
   */
  Duration look(long nanos, long came, long over) {
    while (!marks.isEmpty() && marks.getFirst().came <= over) {
      marks.removeFirst();
    }
    if (came > over
        && marks.size() < MOST_MARKS
        && (marks.isEmpty() || marks.getLast().came < came)) {
      marks.addLast(new Mark(nanos, came));
    }
    return marks.isEmpty() ? Duration.ZERO : Duration.ofNanos(nanos - marks.getFirst().nanos);
  }
}
