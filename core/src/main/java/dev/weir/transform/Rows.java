package dev.weir.transform;

import dev.weir.decode.Events;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of a decoded batch is to be written by an attempt.
 *
 * @param events the decoded batch
 * @param rows the events to write, as indexes into its columns, ascending
 * @param count how many elements of {@code rows} are in use
 * @param deadLetters the dead letters to write, in the order of the batch
 */
@SuppressWarnings("ArrayRecordComponent") // a column, never compared
public record Rows(Events events, int[] rows, int count, List<Letter> deadLetters) {
  /**
   * A dead letter to write.
   *
   * @param high the upper 64 bits of the letter's own uuid
   * @param low the lower 64 bits of the letter's own uuid
   * @param record the index of its record in the batch
   * @param reason the reason code
   * @param detail where and what, for people
   * @param event the row of the event that it is, for one that could be decoded: a conflict, or one
   *     that does not meet an expectation; else null
   */
  public record Letter(
      long high, long low, int record, String reason, String detail, @Nullable Integer event) {}

  public Rows {
    deadLetters = List.copyOf(deadLetters);
  }
}
