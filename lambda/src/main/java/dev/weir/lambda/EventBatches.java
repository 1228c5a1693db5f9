package dev.weir.lambda;

import dev.weir.record.Batch;
import dev.weir.source.RecordBuffer;
import dev.weir.source.RecordExpander;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records of one event, cut into batches that fit into memory: nearly always one, and several
 * where compressed records expand to much. A batch never ends inside of a record of the stream.
 *
 * <p>A document's sub-index is its number among those of its record, so it is the same whenever the
 * record is delivered, in whatever batch. Not safe for use by several threads.
 */
final class EventBatches {
  private static final int MORE_BYTES = 1 << 10;

  private final EventScanner scanner;
  private final RecordExpander expander;
  private final int maxRecords;
  private final int maxBytes;
  private final int firstCapacity;

  /** A record of the stream, whatever it holds. */
  record Received(String shard, String sequenceNumber) {}

  private final List<Received> received = new ArrayList<>();
  private int batchStart;
  private boolean over;

  /**
   * The batches of an event.
   *
   * @param maxRecords a batch that has so many documents takes no more records
   * @param maxBytes a batch that has so many bytes takes no more records
   */
  EventBatches(EventScanner scanner, RecordExpander expander, int maxRecords, int maxBytes) {
    this.scanner = scanner;
    this.expander = expander;
    this.maxRecords = maxRecords;
    this.maxBytes = maxBytes;
    this.firstCapacity =
        Math.min(maxBytes, Base64Bytes.mostBytes(scanner.eventBytes())) + MORE_BYTES;
  }

  /**
   * Reads the next batch.
   *
   * @return null if there are no more records; a batch may be empty, if its records are
   * @throws EventException if the event is none of a stream
   */
  @Nullable Batch next() {
    batchStart = received.size();
    if (over) {
      return null;
    }
    RecordBuffer buffer = new RecordBuffer(firstCapacity);
    Batch.Builder builder = null;
    String stream = "";
    String shard = "";
    while (buffer.size() < maxBytes
        && (builder == null || builder.count() < maxRecords)
        && read(buffer)) {
      if (builder == null) {
        stream = scanner.stream();
        builder = Batch.over(stream, buffer.bytes());
      } else if (!scanner.stream().equals(stream)) {
        throw new EventException(
            "the event holds records of two streams, %s and %s; Lambda sends those of one"
                .formatted(stream, scanner.stream()));
      }
      if (!scanner.shard().equals(shard)) {
        shard = scanner.shard();
        builder.shard(shard);
      }
      expand(buffer, builder);
    }
    return builder == null ? null : builder.build();
  }

  private void expand(RecordBuffer buffer, Batch.Builder builder) {
    String sequenceNumber = scanner.sequenceNumber();
    long arrivalMicros = scanner.arrivalMicros();
    int first = builder.count();
    expander.expand(
        buffer,
        scanner.dataStart(),
        scanner.dataEnd(),
        (start, end, refusal) ->
            builder
                .moved(buffer.bytes())
                .add(start, end, sequenceNumber, builder.count() - first, arrivalMicros, refusal));
  }

  private boolean read(RecordBuffer buffer) {
    over = !scanner.next(buffer);
    if (!over) {
      received.add(new Received(scanner.shard(), scanner.sequenceNumber()));
    }
    return !over;
  }

  /** The records of the stream from the first of the latest batch to the end of the event. */
  List<Received> fromLatestBatch() {
    RecordBuffer dropped = new RecordBuffer(MORE_BYTES);
    while (!over && read(dropped)) {
      dropped.cut(0);
    }
    return received.subList(batchStart, received.size());
  }

  /** The records of the stream that were read so far, in the order of the event. */
  List<Received> received() {
    return received;
  }
}
