package dev.weir.sim;

import dev.weir.record.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Where records come from: shards that deliver their records in order, in batches cut anew each
 * time, until they are acknowledged; now and then also records that were acknowledged already, or
 * records that another delivery holds.
 */
final class Source {
  private static final long ARRIVAL_MICROS = 1_790_121_600_000_000L;

  /** The folder of all dead letters: they lie by arrival. */
  static final String LETTERS = "dead_letters/date=2026-09-23";

  /** A record and what became of it. */
  static final class Record {
    final int index;
    final int shard;
    final Content content;
    boolean acknowledged;
    boolean discarded;

    Record(int index, int shard, Content content) {
      this.index = index;
      this.shard = shard;
      this.content = content;
    }

    /** Whether the source has to deliver it until it is acknowledged. */
    boolean isOpen() {
      return !acknowledged && !discarded;
    }

    @Override
    public String toString() {
      return "record %d (%s)"
          .formatted(
              index, content.isEvent() ? "event " + content.number() : content.reason().code());
    }
  }

  /**
   * Records on their way.
   *
   * @param records their indexes
   * @param batch the records
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Delivery(int[] records, Batch batch) {}

  private final SplittableRandom random;
  private final int shards;
  private final int longestBatch;
  private final List<Record> records = new ArrayList<>();
  private final Batch all;

  /** What the producers sent, some of it twice, some of it with a uuid that is taken. */
  Source(SplittableRandom random) {
    this.random = random;
    this.shards = 1 + random.nextInt(3);
    // Now and then producers that quarrel about a few uuids, and batches that hold it all.
    boolean quarrel = random.nextInt(6) == 0;
    this.longestBatch = quarrel ? 6 + random.nextInt(7) : 1 + random.nextInt(7);
    int count = quarrel ? 8 + random.nextInt(5) : 2 + random.nextInt(11);
    int ids = quarrel ? 2 + random.nextInt(3) : 1 + random.nextInt(Content.IDS);
    int malformedPercent = random.nextInt(3) * 12;
    int conflictPercent = quarrel ? 60 : random.nextInt(3) * 15;
    int[] shardOf = random.ints(count, 0, shards).sorted().toArray();
    int bytes = 0;
    for (int i = 0; i < count; i++) {
      Content content =
          random.nextInt(100) < malformedPercent
              ? Content.malformed(random.nextInt(3))
              : Content.event(
                  random.nextInt(ids),
                  random.nextInt(100) < conflictPercent ? random.nextInt(Content.VARIANTS) : 0);
      records.add(new Record(i, shardOf[i], content));
      bytes += content.bytes().length;
    }
    this.all = batch(new byte[bytes]);
  }

  private Batch batch(byte[] bytes) {
    Batch.Builder builder = Batch.over("stream", bytes);
    int at = 0;
    int shard = -1;
    for (Record record : records) {
      if (record.shard != shard) {
        shard = record.shard;
        builder.shard("shard-" + shard);
      }
      byte[] content = record.content.bytes();
      System.arraycopy(content, 0, bytes, at, content.length);
      builder.add(at, at + content.length, Integer.toString(record.index), 0, ARRIVAL_MICROS);
      at += content.length;
    }
    return builder.build();
  }

  List<Record> records() {
    return records;
  }

  boolean isDone() {
    for (Record record : records) {
      if (record.isOpen()) {
        return false;
      }
    }
    return true;
  }

  /** Some records of one shard, or of two: from the first open one on, or from elsewhere. */
  Delivery next(boolean healing) {
    int shard = random.nextInt(shards);
    if (healing) {
      List<Record> open = records.stream().filter(Record::isOpen).toList();
      shard = open.get(random.nextInt(open.size())).shard;
    }
    List<Integer> chosen = new ArrayList<>();
    int longest = healing ? 2 * longestBatch + 2 : longestBatch;
    choose(shard, longest, chosen);
    if (random.nextInt(8) == 0 && shard + 1 < shards) {
      choose(shard + 1, longest, chosen);
    }
    return delivery(chosen);
  }

  /** Everything again, as after a source was set back to its beginning. */
  Delivery everything() {
    return delivery(records.stream().filter(r -> !r.discarded).map(r -> r.index).toList());
  }

  private void choose(int shard, int longest, List<Integer> chosen) {
    List<Record> deliverable = new ArrayList<>();
    int firstOpen = -1;
    for (Record record : records) {
      if (record.shard == shard && !record.discarded) {
        if (firstOpen < 0 && record.isOpen()) {
          firstOpen = deliverable.size();
        }
        deliverable.add(record);
      }
    }
    if (deliverable.isEmpty()) {
      return;
    }
    int from =
        firstOpen < 0 || random.nextInt(10) == 0 ? random.nextInt(deliverable.size()) : firstOpen;
    int to = Math.min(deliverable.size(), from + 1 + random.nextInt(longest));
    for (int i = from; i < to; i++) {
      chosen.add(deliverable.get(i).index);
    }
  }

  private Delivery delivery(List<Integer> chosen) {
    int[] indexes = chosen.stream().mapToInt(Integer::intValue).toArray();
    return new Delivery(indexes, all.select(indexes));
  }
}
