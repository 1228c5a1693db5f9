package dev.weir.cli.input;

import dev.weir.record.Batch;
import dev.weir.record.Reason;
import dev.weir.source.Content;
import dev.weir.source.ContentException;
import dev.weir.source.Framing;
import dev.weir.source.InputLimits;
import dev.weir.source.Window;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads inputs one after the other and cuts them into batches of records.
 *
 * <p>The position of a record is the absolute path of its file and its byte offset in the
 * decompressed content; its arrival is the time at which the file was last modified, or for streams
 * the time at which the reader was made. Both are the same when a file is read again, and so is
 * every decision made here: none depends on where batches or reads end.
 *
 * <p>An input that is damaged, expands beyond a limit or cannot be read to its end does not stop
 * the others. Its records up to there are delivered, and then one refused record with the bytes
 * that were left over, which may be none. What could not be read is remembered in {@link
 * #failures()} besides, because reading it again may go better.
 *
 * <p>Uses memory for one record and one block, whatever the size of the inputs. To be used by one
 * thread; only {@link #bytesRead()} and {@link #totalBytes()} may be called by others.
 */
public final class InputReader implements AutoCloseable {
  /** The name of the stream that all batches come from. */
  public static final String STREAM = "file";

  /**
   * An input that could not be read to its end.
   *
   * @param shard the absolute path, or {@code -} for standard input
   * @param message what went wrong, in one line
   */
  public record Failure(String shard, String message) {}

  private final InputFiles inputs;
  private final InputStream standardInput;
  private final Framing framing;
  private final InputLimits limits;
  private final int maxBatchRecords;
  private final long startMicros;
  private final Window window;
  private final AtomicLong bytesRead = new AtomicLong();
  private final List<Failure> failures = new ArrayList<>();
  private int nextInput;
  private @Nullable OpenInput open;

  /**
   * A reader at the beginning of the first input.
   *
   * @param standardInput what {@code -} stands for
   * @param maxBatchRecords the most records of one batch; at least 1
   * @param clock tells when a stream arrives
   */
  public InputReader(
      InputFiles inputs,
      InputStream standardInput,
      Framing framing,
      InputLimits limits,
      int maxBatchRecords,
      Clock clock) {
    if (maxBatchRecords < 1) {
      throw new IllegalArgumentException(
          "the most records of a batch are %d; at least 1 is needed".formatted(maxBatchRecords));
    }
    this.inputs = inputs;
    this.standardInput = standardInput;
    this.framing = framing;
    this.limits = limits;
    this.maxBatchRecords = maxBatchRecords;
    this.startMicros = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    this.window = new Window(limits.maxRecordBytes());
  }

  /** The smallest buffer that {@link #next} takes: one record of the longest length fits in. */
  public static int minBufferBytes(InputLimits limits) {
    return limits.maxRecordBytes() + Window.LINE_END_BYTES;
  }

  /**
   * Reads the next batch.
   *
   * @param buffer holds the content of the batch's records from here on, so it must not be used
   *     again before the batch is finished with; its length, which may differ from call to call and
   *     is at least {@link #minBufferBytes}, bounds the batch
   * @return the batch, never empty; null when everything was read
   */
  public @Nullable Batch next(byte[] buffer) {
    if (buffer.length < minBufferBytes(limits)) {
      throw new IllegalArgumentException(
          "a buffer of %d bytes cannot hold a record of limits.max_record_bytes, %d; it takes %d"
              .formatted(buffer.length, limits.maxRecordBytes(), minBufferBytes(limits)));
    }
    window.continueIn(buffer);
    BatchUnderWay batch = new BatchUnderWay(buffer);
    while (batch.count() < maxBatchRecords) {
      OpenInput input = open;
      if (input == null) {
        if (nextInput == inputs.count()) {
          break;
        }
        openNext(batch);
      } else if (input.find(window)) {
        batch.addFound(input);
      } else if (input.atEnd()) {
        closeInput();
      } else if (window.makeRoom(batch.used)) {
        read(input, batch);
      } else {
        break;
      }
    }
    window.setAside();
    return batch.count() == 0 ? null : batch.builder.build();
  }

  /** How many bytes of the inputs, as stored, were read so far. */
  public long bytesRead() {
    return bytesRead.get();
  }

  /** The size of all inputs as stored, in bytes; -1 if there is a stream among them. */
  public long totalBytes() {
    return inputs.totalBytes();
  }

  /** The inputs that could not be read to their end so far. */
  public List<Failure> failures() {
    return List.copyOf(failures);
  }

  @Override
  public void close() {
    closeInput();
  }

  private void openNext(BatchUnderWay batch) {
    InputFile file = inputs.files().get(nextInput++);
    window.beginInput();
    try {
      InputStream stream = file.path() == null ? standardInput : Files.newInputStream(file.path());
      Content content = Content.of(stream, limits, bytesRead);
      open = new OpenInput(file, content, framing.newFramer(), arrivalMicros(file));
    } catch (IOException e) {
      batch.addLeftOver(file, arrivalMicros(file), remember(file, e));
    }
  }

  private void read(OpenInput input, BatchUnderWay batch) {
    try {
      input.read(window);
    } catch (IOException e) {
      batch.addLeftOver(input.file(), input.arrivalMicros(), remember(input.file(), e));
      closeInput();
    }
  }

  private Reason remember(InputFile file, IOException e) {
    if (e instanceof ContentException damage) {
      return damage.reason();
    }
    failures.add(new Failure(file.shard(), Failures.describe(e)));
    return Reason.UNREADABLE_INPUT;
  }

  private void closeInput() {
    if (open == null) {
      return;
    }
    try {
      open.close();
    } catch (IOException e) {
      // Everything was read, or the failure is known already: closing adds nothing to that.
    }
    open = null;
  }

  private long arrivalMicros(InputFile file) {
    Path path = file.path();
    if (path == null || file.isStream()) {
      return startMicros;
    }
    try {
      return Files.getLastModifiedTime(path).to(TimeUnit.MICROSECONDS);
    } catch (IOException e) {
      return linkMicros(path);
    }
  }

  /** The time of a link that leads nowhere; the epoch if even that cannot be told. */
  private static long linkMicros(Path path) {
    try {
      return Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).to(TimeUnit.MICROSECONDS);
    } catch (IOException e) {
      return 0;
    }
  }

  /** The batch that is being filled. */
  private final class BatchUnderWay {
    private final Batch.Builder builder;
    private @Nullable InputFile shardOf;
    // Where the content of its records ends in the buffer.
    private int used;

    BatchUnderWay(byte[] buffer) {
      this.builder = Batch.over(STREAM, buffer);
    }

    int count() {
      return builder.count();
    }

    void addFound(OpenInput input) {
      int start = window.recordStart;
      int end = window.recordEnd;
      add(input.file(), start, end, input.arrivalMicros(), window.refusal);
    }

    /** Adds what was read and is in no record, as a refused record; there may be none of it. */
    void addLeftOver(InputFile file, long arrivalMicros, Reason reason) {
      int end = Math.min(window.limit, window.start + limits.maxRecordBytes());
      add(file, window.start, end, arrivalMicros, reason);
      window.drop(window.limit);
    }

    private void add(
        InputFile file, int start, int end, long arrivalMicros, @Nullable Reason refusal) {
      if (shardOf != file) {
        shardOf = file;
        builder.shard(file.shard());
      }
      builder.add(start, end, window.offset(start), arrivalMicros, refusal);
      used = end;
    }
  }
}
