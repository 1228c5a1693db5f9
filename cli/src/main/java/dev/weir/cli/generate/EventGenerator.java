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
    if (manifest != null) {
      manifest.write(EventBlock.manifestHeader());
    }
    EventNames names = new EventNames(settings.types());
    long blocks = EventBlock.count(settings);
    long bytes = 0;
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
        bytes += block.bytes();
        block.writeLines(lines);
        if (manifest != null) {
          block.writeRows(manifest);
        }
        if (next < blocks) {
          long number = next++;
          ahead.add(threads.submit(() -> block.fill(number)));
        }
      }
    } finally {
      threads.shutdownNow();
    }
    return new Totals(
        settings.events(), settings.duplicates(), settings.malformed(), settings.lines(), bytes);
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
}
