package dev.weir.local;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One of the lanes that a shard's records are spread over by their partition keys. Its records stay
 * in order: a batch is delivered to its end before the next. One thread fills it, another runs it.
 */
final class Lane {
  /** Two events' worth: one on its way, one being gathered. */
  private static final int ROOM_BYTES = 2 * MappingOptions.PAYLOAD_BYTES;

  private static final Duration LOOK = Duration.ofMillis(100);

  /**
   * A record, or the end of the shard.
   *
   * @param goesOn whether the same read has given more for this lane
   */
  private record Item(@Nullable PackedRecord record, boolean goesOn) {}

  private final MappingContext context;
  private final Delivery delivery;
  private final BatchAssembly assembly;
  private final BlockingQueue<Item> items = new LinkedBlockingQueue<>();
  private final Semaphore room = new Semaphore(ROOM_BYTES);
  private boolean goesOn;

  Lane(MappingContext context, Delivery delivery) {
    this.context = context;
    this.delivery = delivery;
    MappingOptions options = context.options();
    this.assembly =
        new BatchAssembly(
            options.batchSize(), options.batchingWindow(), MappingOptions.PAYLOAD_BYTES);
  }

  /** Adds what a read has given, as soon as there is room, or the mapping is to stop. */
  void add(List<PackedRecord> records) throws InterruptedException {
    for (int i = 0; i < records.size() && context.running().getAsBoolean(); ) {
      PackedRecord record = records.get(i);
      if (room.tryAcquire(permits(record), LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        i++;
        items.add(new Item(record, i < records.size()));
      }
    }
  }

  /** Says that no further record comes. */
  void end() {
    items.add(new Item(null, false));
  }

  /**
   * Delivers until the end of the shard.
   *
   * @return whether it was reached; not if the mapping is to stop
   */
  boolean run() throws InterruptedException {
    while (context.running().getAsBoolean()) {
      Item item = next();
      if (item != null && item.record() == null) {
        deliver();
        return context.running().getAsBoolean();
      }
      if (item != null) {
        add(item);
      }
      if (assembly.isFull() || (!gathers() && assembly.isDue(context.clock().instant()))) {
        deliver();
      }
    }
    return false;
  }

  /** Without a window, an event has what one read has given. */
  private boolean gathers() {
    return goesOn && context.options().batchingWindow().isZero();
  }

  private @Nullable Item next() throws InterruptedException {
    Duration wait = gathers() ? LOOK : assembly.left(context.clock().instant(), LOOK);
    return items.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void add(Item item) throws InterruptedException {
    PackedRecord record = item.record();
    if (record != null) {
      goesOn = item.goesOn();
      if (!assembly.fits(record)) {
        deliver();
      }
      assembly.add(record, context.clock().instant());
    }
  }

  private void deliver() throws InterruptedException {
    List<PackedRecord> batch = assembly.take();
    if (!batch.isEmpty()) {
      delivery.deliver(batch);
      room.release(batch.stream().mapToInt(Lane::permits).sum());
    }
  }

  private static int permits(PackedRecord record) {
    return Math.min(record.bytes(), ROOM_BYTES);
  }
}
