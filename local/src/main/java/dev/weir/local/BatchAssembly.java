package dev.weir.local;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Gathers the records of the next event: until there are as many as may be, one more would make the
 * event too large, or the batching window of the first is over. One thread's.
 */
final class BatchAssembly {
  private final int size;
  private final Duration window;
  private final int payloadBytes;
  private List<PackedRecord> records = new ArrayList<>();
  private int bytes = EventJson.FRAME_BYTES;
  private Instant due = Instant.MAX;

  BatchAssembly(int size, Duration window, int payloadBytes) {
    this.size = size;
    this.window = window;
    this.payloadBytes = payloadBytes;
  }

  /** Whether a record can be added; an event of one record takes it, however large it is. */
  boolean fits(PackedRecord record) {
    return records.isEmpty() || (records.size() < size && bytes + record.bytes() <= payloadBytes);
  }

  /** Adds a record that fits. */
  void add(PackedRecord record, Instant now) {
    if (!fits(record)) {
      throw new IllegalStateException(
          "%d records of %d bytes are a whole batch".formatted(records.size(), bytes));
    }
    if (records.isEmpty()) {
      due = now.plus(window);
    }
    records.add(record);
    bytes += record.bytes();
  }

  /** Whether there are as many records as may be. */
  boolean isFull() {
    return records.size() == size;
  }

  /** Whether no further record is waited for: there are as many as may be, or it is time. */
  boolean isDue(Instant now) {
    return isFull() || !now.isBefore(due);
  }

  /** How long to wait for further records at most. */
  Duration left(Instant now, Duration most) {
    if (records.isEmpty()) {
      return most;
    }
    Duration left = Duration.between(now, due);
    return left.isNegative() ? Duration.ZERO : left.compareTo(most) < 0 ? left : most;
  }

  /** Hands the records over and begins anew. */
  List<PackedRecord> take() {
    List<PackedRecord> taken = records;
    records = new ArrayList<>();
    bytes = EventJson.FRAME_BYTES;
    due = Instant.MAX;
    return taken;
  }
}
