package dev.weir.quality;

/**
 * What became of the events of an attempt, as far as the measurement needs to know. Row numbers are
 * those of the decoded batch.
 */
public interface Fate {
  /** The rows of the events that were handed to the SQL, ascending. */
  int[] rows();

  /** How many elements of {@link #rows()} are in use. */
  int count();

  /** For each of the batch's names, how many of its events land. */
  long[] landedByName();

  /** For each row whether the event, or the dead letter that it became, is a duplicate. */
  boolean[] duplicates();

  /** How many records that are no events are duplicates. */
  long undecodedDuplicates();

  /** Visits the dead letters that land. */
  void deadLetters(LetterVisitor visitor);

  /** Takes a dead letter. */
  @FunctionalInterface
  interface LetterVisitor {
    /**
     * Takes a dead letter.
     *
     * @param row the row of the event that it was; negative if it was none
     * @param reason the reason code
     */
    void letter(int row, String reason);
  }
}
