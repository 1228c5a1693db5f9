package dev.weir.cli.letters;

import dev.weir.record.Batch;
import dev.weir.record.Position;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Letters of one stream that are events now, on their way into a batch, each at its own position.
 *
 * <p>Used by one thread.
 */
final class LetterBatch {
  /**
   * A letter, without its bytes.
   *
   * @param letter its uuid
   * @param position where its record stood
   * @param arrivalMicros when its record arrived, in microseconds since the epoch
   * @param end where its record ends in the batch's bytes
   * @param event the uuid of the event that its record is
   * @param day the day of that event
   */
  record Item(
      UUID letter, Position position, long arrivalMicros, int end, UUID event, LocalDate day) {}

  private static final int FIRST_BYTES = 1 << 16;

  private final int maxRecords;
  private final int maxBytes;
  private final List<Item> items = new ArrayList<>();
  private byte[] bytes = new byte[FIRST_BYTES];
  private int size;

  /**
   * An empty batch.
   *
   * @param maxRecords the most records
   * @param maxBytes the most bytes; one record always fits
   */
  LetterBatch(int maxRecords, int maxBytes) {
    this.maxRecords = maxRecords;
    this.maxBytes = maxBytes;
  }

  /** Whether a letter may go with those that are here. */
  boolean takes(Letter letter) {
    return items.isEmpty()
        || (items.size() < maxRecords
            && size + (long) letter.record().length <= maxBytes
            && items.get(0).position().stream().equals(letter.position().stream()));
  }

  void add(Letter letter, LetterDecoder.Event event) {
    byte[] record = letter.record();
    if (size + record.length > bytes.length) {
      bytes =
          Arrays.copyOf(
              bytes, Math.max(size + record.length, (int) Math.min(maxBytes, 2L * bytes.length)));
    }
    System.arraycopy(record, 0, bytes, size, record.length);
    size += record.length;
    items.add(
        new Item(
            letter.uuid(),
            letter.position(),
            letter.arrivalMicros(),
            size,
            event.uuid(),
            event.day()));
  }

  List<Item> items() {
    return items;
  }

  /** The days whose folders the events belong into. */
  Set<LocalDate> days() {
    Set<LocalDate> days = new HashSet<>();
    items.forEach(item -> days.add(item.day()));
    return days;
  }

  /** The uuids of the events. */
  List<UUID> events() {
    return items.stream().map(Item::event).toList();
  }

  /** The records, as a source would have given them. */
  Batch batch() {
    Batch.Builder batch = Batch.over(items.get(0).position().stream(), bytes);
    String shard = null;
    int start = 0;
    for (Item item : items) {
      Position position = item.position();
      if (!position.shard().equals(shard)) {
        shard = position.shard();
        batch.shard(shard);
      }
      batch.add(
          start, item.end(), position.sequenceNumber(), position.subIndex(), item.arrivalMicros());
      start = item.end();
    }
    return batch.build();
  }
}
