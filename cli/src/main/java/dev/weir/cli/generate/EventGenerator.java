package dev.weir.cli.generate;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Writes a synthetic stream: events, exact duplicates of them and malformed lines, one a line, each
 * line ended by a line feed.
 *
 * <p>An event is {@code {"event_uuid":…,"event_name":"type:subtype","created_at":…,"payload":{…}}}
 * with the time in seconds since the epoch to three decimals, about 385 bytes on average. The
 * stream is a function of its settings. Memory use does not depend on the number of events.
 */
public final class EventGenerator {
  private static final int THREADS = 2;

  /** Blocks that are being written or wait for their turn. */
  private static final int BLOCKS_AHEAD = 4;

  private final GeneratorSettings settings;

  /**
   * What was written.
   *
   * @param events distinct events
   * @param duplicates copies of earlier events
   * @param malformed lines that are no events
   * @param lines all of them
   * @param bytes the size of all lines
   */
  public record Totals(long events, long duplicates, long malformed, long lines, long bytes) {}

  public EventGenerator(GeneratorSettings settings) {
    this.settings = settings;
  }

  /**
   * Writes the whole stream.
   *
   * @throws IOException if the output cannot be written; it holds a part of the stream then
   */
  public Totals write(OutputStream lines) throws IOException {
    return write(lines, null);
  }

  /**
   * Writes the whole stream, and the producer's list for audits: CSV with the columns event_uuid,
   * event_name, created_at (as sent) and payload_md5 (of the payload's bytes, in hexadecimal), a
   * header and one row for each distinct event, in the order of the stream.
   *
   * @throws IOException if an output cannot be written; both hold a part then
   */
  public Totals write(OutputStream lines, @Nullable OutputStream manifest) throws IOException {
    long[] bytes = {0};
    eachBlock(
        manifest,
        block -> {
          bytes[0] += block.bytes();
          block.writeLines(lines);
          if (manifest != null) {
            block.writeRows(manifest);
          }
          return true;
        });
    return new Totals(
        settings.events(), settings.duplicates(), settings.malformed(), settings.lines(), bytes[0]);
  }

  /**
   * Writes the stream line by line, at a pace that may also end it early. The sink is flushed at
   * the end, and the manifest has the events that were handed to it.
   *
   * @return what the sink has taken
   * @throws IOException if an output cannot be written
   */
  public Totals write(LineSink lines, @Nullable OutputStream manifest, Pace pace)
      throws IOException {
    Taken taken = new Taken();
    eachBlock(manifest, block -> taken.addFrom(block, lines, manifest, pace));
    lines.flush();
    return taken.totals();
  }

  /** Does something with a block; false if no more are wanted. */
  private interface BlockUse {
    boolean accept(EventBlock block) throws IOException;
  }

  private void eachBlock(@Nullable OutputStream manifest, BlockUse use) throws IOException {
    if (manifest != null) {
      manifest.write(EventBlock.manifestHeader());
    }
    EventNames names = new EventNames(settings.types());
    long blocks = EventBlock.count(settings);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS, EventGenerator::daemon);
    try {
      ArrayDeque<Future<EventBlock>> ahead = new ArrayDeque<>();
      long next = 0;
      while (next < Math.min(BLOCKS_AHEAD, blocks)) {
        EventBlock block = new EventBlock(settings, names, manifest != null);
        long number = next++;
        ahead.add(threads.submit(() -> block.fill(number)));
      }
      while (!ahead.isEmpty()) {
        EventBlock block = await(ahead.remove());
        if (!use.accept(block)) {
          return;
        }
        if (next < blocks) {
          long number = next++;
          ahead.add(threads.submit(() -> block.fill(number)));
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "weir-generate");
    thread.setDaemon(true);
    return thread;
  }

  private static EventBlock await(Future<EventBlock> block) throws IOException {
    try {
      return block.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while events were generated");
    } catch (ExecutionException e) {
      throw new IllegalStateException("a block of events could not be generated", e.getCause());
    }
  }

  /** Counts the lines that a sink has taken. */
  private static final class Taken {
    private final long[] lines = new long[EventBlock.Kind.values().length];
    private long bytes;

    /** Hands over the lines of a block; false if it was not to be all of them. */
    boolean addFrom(EventBlock block, LineSink sink, @Nullable OutputStream manifest, Pace pace)
        throws IOException {
      int events = 0;
      int line = 0;
      try {
        for (; line < block.count() && pace.awaitNext(sink); line++) {
          // Counted first: a line whose taking fails may have arrived all the same.
          events += block.kind(line) == EventBlock.Kind.EVENT ? 1 : 0;
          block.giveLine(line, sink);
          bytes += block.bytes(line);
          lines[block.kind(line).ordinal()]++;
        }
      } finally {
        if (manifest != null) {
          block.writeRows(events, manifest);
        }
      }
      return line == block.count();
    }

    Totals totals() {
      long events = lines[EventBlock.Kind.EVENT.ordinal()];
      long duplicates = lines[EventBlock.Kind.DUPLICATE.ordinal()];
      long malformed = lines[EventBlock.Kind.MALFORMED.ordinal()];
      return new Totals(events, duplicates, malformed, events + duplicates + malformed, bytes);
    }
  }
}
