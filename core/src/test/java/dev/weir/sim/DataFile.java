package dev.weir.sim;

import dev.weir.claim.Attempt;
import dev.weir.record.Reason;
import java.util.List;
import java.util.UUID;

/**
 * A data file in memory.
 *
 * @param attempt whose data it is; null for a seal
 * @param sealed which attempt it fences; null for data
 * @param layout how the attempt partitions
 * @param rows what it holds
 */
record DataFile(Attempt attempt, Attempt sealed, Layout layout, List<Row> rows) {
  /**
   * A row.
   *
   * @param uuid the event's or the dead letter's
   * @param record the index of its record in the source
   * @param number the number in an event's payload
   * @param reason a dead letter's reason; null for an event
   */
  record Row(UUID uuid, int record, int number, Reason reason) {}

  boolean isSeal() {
    return sealed != null;
  }
}
