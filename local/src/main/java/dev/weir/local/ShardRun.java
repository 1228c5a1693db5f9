package dev.weir.local;

import dev.weir.local.Counters.Count;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one shard into its lanes. One thread reads; each lane has a thread of its own. */
final class ShardRun {
  private static final Logger log = LoggerFactory.getLogger(ShardRun.class);

  private final MappingContext context;
  private final StreamSource source;
  private final String shard;
  private final StartingPosition start;
  private final EventJson events;
  private final List<Lane> lanes = new ArrayList<>();

  ShardRun(MappingContext context, StreamSource source, String shard, StartingPosition start) {
    this.context = context;
    this.source = source;
    this.shard = shard;
    this.start = start;
    this.events = new EventJson(context.stream(), shard);
    MappingOptions options = context.options();
    for (int i = 0; i < options.parallelizationFactor(); i++) {
      long seed = options.repetition().seed() * 31 + shard.hashCode() * 17L + i;
      Delivery delivery = new Delivery(context, shard, new SplittableRandom(seed));
      lanes.add(new Lane(context, delivery));
    }
  }

  /** The lanes, each to be run by a thread of its own. */
  List<Lane> lanes() {
    return lanes;
  }

  /** Reads until the shard's end, or until the mapping is to stop. */
  void read() throws InterruptedException {
    StreamSource.Cursor cursor = null;
    while (context.running().getAsBoolean()) {
      try {
        cursor = cursor == null ? source.open(shard, start) : cursor;
        ShardPage page = cursor.next();
        handOn(page);
        if (page.end()) {
          lanes.forEach(Lane::end);
          return;
        }
        if (page.records().isEmpty()) {
          context.pause().pause(context.options().polling());
        }
      } catch (IOException e) {
        context.counters().add(Count.READ_FAILURES, 1);
        log.warn("a shard was not read; shard={} cause={}", shard, e.getMessage());
        context.pause().pause(context.options().polling());
      }
    }
  }

  private void handOn(ShardPage page) throws InterruptedException {
    context.counters().behind(shard, page.behind());
    context.counters().add(Count.RECORDS, page.records().size());
    List<List<PackedRecord>> spread = new ArrayList<>();
    lanes.forEach(lane -> spread.add(new ArrayList<>()));
    for (StreamRecord record : page.records()) {
      int lane = Math.floorMod(record.partitionKey().hashCode(), lanes.size());
      spread.get(lane).add(events.pack(record));
    }
    for (int i = 0; i < lanes.size(); i++) {
      lanes.get(i).add(spread.get(i));
    }
  }
}
