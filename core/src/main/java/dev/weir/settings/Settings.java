package dev.weir.settings;

import dev.weir.decode.EventFields;
import dev.weir.decode.ParserLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a person set, checked: a value of this type is allowed in every part. Immutable.
 *
 * <p>Only the wiring and the front ends see it; a component is given the values it needs.
 *
 * @param input where records come from
 * @param lake the table of Parquet files
 * @param claims the memory of which events have landed
 * @param fields which members hold an event's fields: the sections {@code fields} and {@code time}
 * @param limits bounds on what is read
 * @param transform what is made of the events
 * @param run how the work is cut and done
 */
public record Settings(
    Input input,
    Lake lake,
    Claims claims,
    EventFields fields,
    Limits limits,
    Transform transform,
    Run run) {

  public Settings {
    // A record that fits no batch would stop its file for ever.
    if (run.batchBytes() < limits.maxRecordBytes()) {
      throw new IllegalArgumentException(
          ("run.batch_bytes is %s and limits.max_record_bytes is %s;"
                  + " allowed is a batch at least as large as a record")
              .formatted(
                  ValueType.sizeText(run.batchBytes()),
                  ValueType.sizeText(limits.maxRecordBytes())));
    }
  }

  /**
   * Where records come from.
   *
   * @param paths files, globs and directories in the order they are read, {@code -} for standard
   *     input; may be empty, where another source is used
   * @param framing how documents follow each other in a file
   */
  public record Input(List<String> paths, Framing framing) {
    /** How documents follow each other in a file. */
    public enum Framing {
      /** One array where the first byte is its bracket, else one document a line. */
      AUTO,
      /** One document a line, strictly. */
      NDJSON,
      /** The elements of one array. */
      ARRAY,
      /** Documents that follow each other, with or without space between them. */
      CONCATENATED
    }

    public Input {
      paths = List.copyOf(paths);
      Keys.INPUT_PATHS.check(paths);
    }
  }

  /**
   * The table of Parquet files.
   *
   * @param path its root
   * @param maxEventTypes distinct event types that a batch may open folders for
   * @param compressionLevel the level of zstd
   */
  public record Lake(String path, int maxEventTypes, int compressionLevel) {
    public Lake {
      Keys.LAKE_PATH.check(path);
      Keys.LAKE_MAX_EVENT_TYPES.check(maxEventTypes);
      Keys.LAKE_COMPRESSION_LEVEL.check(compressionLevel);
    }
  }

  /**
   * The memory of which events have landed.
   *
   * @param path its directory
   * @param window how long an event is remembered
   * @param lagAllowance kept on top of the window for consumers that are behind
   */
  public record Claims(String path, Duration window, Duration lagAllowance) {
    public Claims {
      Keys.CLAIMS_PATH.check(path);
      Keys.CLAIMS_WINDOW.check(window);
      Keys.CLAIMS_LAG_ALLOWANCE.check(lagAllowance);
    }
  }

  /**
   * Bounds on what is read.
   *
   * @param document the bounds on one document
   * @param maxRecordBytes bytes of one record as the source gives it
   * @param maxDecompressedBytes bytes that one compressed input may become
   * @param maxCompressionRatio how many times larger a compressed input may become
   */
  public record Limits(
      ParserLimits document,
      int maxRecordBytes,
      long maxDecompressedBytes,
      int maxCompressionRatio) {
    public Limits {
      Keys.LIMITS_MAX_RECORD_BYTES.check((long) maxRecordBytes);
      Keys.LIMITS_MAX_DECOMPRESSED_BYTES.check(maxDecompressedBytes);
      Keys.LIMITS_MAX_COMPRESSION_RATIO.check(maxCompressionRatio);
    }
  }

  /**
   * What is made of the events.
   *
   * @param sql a file with the SQL, or null for the built-in {@code events.sql}; whether it can
   *     still be read is known when it is
   */
  public record Transform(@Nullable Path sql) {}

  /**
   * How the work is cut and done.
   *
   * @param batchRecords records of one batch, at most
   * @param batchBytes bytes of one batch, at most
   * @param workers batches that are processed at once
   * @param memoryBytes memory that DuckDB may use over all workers
   * @param attempts tries per batch before the run gives up
   * @param acknowledgeTimeout how long a batch waits for other attempts that hold some of its
   *     events
   * @param summaryJson a file for the summary as JSON, or null for none
   * @param quiet whether to show neither progress nor summary
   */
  public record Run(
      int batchRecords,
      int batchBytes,
      int workers,
      long memoryBytes,
      int attempts,
      Duration acknowledgeTimeout,
      @Nullable Path summaryJson,
      boolean quiet) {
    public Run {
      Keys.RUN_BATCH_RECORDS.check(batchRecords);
      Keys.RUN_BATCH_BYTES.check((long) batchBytes);
      Keys.RUN_WORKERS.check(workers);
      Keys.RUN_MEMORY.check(memoryBytes);
      Keys.RUN_ATTEMPTS.check(attempts);
      Keys.RUN_ACKNOWLEDGE_TIMEOUT.check(acknowledgeTimeout);
    }
  }
}
