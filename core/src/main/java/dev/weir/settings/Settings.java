package dev.weir.settings;

import dev.weir.decode.EventFields;
import dev.weir.decode.ParserLimits;
import dev.weir.lake.S3Options;
import dev.weir.quality.QualityOptions;
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
 * @param redis how claims in Redis are reached, where they are there
 * @param s3 how a lake in S3 is reached, where it is there
 * @param fields which members hold an event's fields: the sections {@code fields} and {@code time}
 * @param limits bounds on what is read
 * @param transform what is made of the events
 * @param quality what is expected of the data, and measured
 * @param run how the work is cut and done
 * @param query what a query keeps on this machine
 * @param lambda what only the Lambda function needs to know
 */
public record Settings(
    Input input,
    Lake lake,
    Claims claims,
    Redis redis,
    S3 s3,
    EventFields fields,
    Limits limits,
    Transform transform,
    QualityOptions quality,
    Run run,
    Query query,
    Lambda lambda) {

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
    if (claims.isInRedis() && redis.user() != null && !redis.hasPassword()) {
      throw new IllegalArgumentException(
          "redis.user is '%s' and redis.password is not set; allowed is a user with a password"
              .formatted(redis.user()));
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
   * @param path its root: a folder, or {@code s3://bucket/prefix}
   * @param maxEventTypes distinct event types that a batch may open folders for
   * @param compressionLevel the level of zstd
   * @param parallelPuts files that are put at once, over all workers
   */
  public record Lake(String path, int maxEventTypes, int compressionLevel, int parallelPuts) {
    public Lake {
      Keys.LAKE_PATH.check(path);
      Keys.LAKE_MAX_EVENT_TYPES.check(maxEventTypes);
      Keys.LAKE_COMPRESSION_LEVEL.check(compressionLevel);
      Keys.LAKE_PARALLEL_PUTS.check(parallelPuts);
    }

    /** Whether it is in S3, and not in a folder. */
    public boolean isInS3() {
      return path.startsWith("s3://");
    }
  }

  /**
   * The memory of which events have landed.
   *
   * @param path its folder, or the addresses of Redis servers, parted by commas
   * @param window how long an event is remembered
   * @param lagAllowance kept on top of the window for consumers that are behind
   * @param takeoverAfter how long after its start another process's unfinished attempt is taken for
   *     dead, where claims are shared
   */
  public record Claims(
      String path, Duration window, Duration lagAllowance, Duration takeoverAfter) {
    public Claims {
      Keys.CLAIMS_PATH.check(path);
      Keys.CLAIMS_WINDOW.check(window);
      Keys.CLAIMS_LAG_ALLOWANCE.check(lagAllowance);
      Keys.CLAIMS_TAKEOVER_AFTER.check(takeoverAfter);
    }

    /** Whether they are in Redis, and not in a folder. */
    public boolean isInRedis() {
      return path.startsWith("redis://") || path.startsWith("rediss://");
    }

    /** How long a claim is kept after its attempt began. */
    public Duration keep() {
      return window.plus(lagAllowance);
    }
  }

  /**
   * How claims in Redis or Valkey are reached.
   *
   * @param name keeps the claims of several lakes apart
   * @param user the ACL user, or null for the default user
   * @param password the password, or null for none or one from elsewhere
   * @param passwordFrom the ARN of a secret or a parameter with the password, or null
   * @param passwordMember the member that holds it where that is a JSON object
   * @param certificates a PEM file of the certificates to trust, or null for the platform's
   * @param expectedClaims events within the window and its allowance
   * @param connections the most connections to one server
   * @param connectTimeout for a new connection
   * @param answerTimeout for the next bytes of an answer
   * @param retries how often a call that failed in passing is tried again
   * @param backoff the pause before the first retry
   * @param maxBackoff the longest pause between retries
   */
  public record Redis(
      String name,
      @Nullable String user,
      @Nullable String password,
      @Nullable String passwordFrom,
      String passwordMember,
      @Nullable Path certificates,
      long expectedClaims,
      int connections,
      Duration connectTimeout,
      Duration answerTimeout,
      int retries,
      Duration backoff,
      Duration maxBackoff) {
    public Redis {
      Keys.REDIS_NAME.check(name);
      Keys.REDIS_PASSWORD_MEMBER.check(passwordMember);
      if (password != null && passwordFrom != null) {
        throw new IllegalArgumentException(
            "redis.password and redis.password_from are both set; allowed is one of them");
      }
      Keys.REDIS_EXPECTED_CLAIMS.check(expectedClaims);
      Keys.REDIS_CONNECTIONS.check(connections);
      Keys.REDIS_CONNECT_TIMEOUT.check(connectTimeout);
      Keys.REDIS_ANSWER_TIMEOUT.check(answerTimeout);
      Keys.REDIS_RETRIES.check(retries);
      Keys.REDIS_BACKOFF.check(backoff);
      Keys.REDIS_MAX_BACKOFF.check(maxBackoff);
    }

    /** Whether there is a password, here or elsewhere. */
    public boolean hasPassword() {
      return password != null || passwordFrom != null;
    }

    /** Everything but the password. */
    @Override
    public String toString() {
      return "Redis[name=%s, user=%s, password=%s]"
          .formatted(name, user, hasPassword() ? "hidden" : "none");
    }
  }

  /**
   * How a lake in S3 is reached.
   *
   * @param endpoint which service answers
   * @param checksum what a request's body is sealed with on its way
   * @param multipart how large files are sent
   * @param network bounds on connections, waiting and retrying
   */
  public record S3(
      S3Options.Endpoint endpoint,
      S3Options.Checksum checksum,
      S3Options.Multipart multipart,
      S3Options.Network network) {}

  /**
   * Bounds on what is read.
   *
   * @param document the bounds on one document
   * @param maxRecordBytes bytes of one record as the source gives it
   * @param maxDecompressedBytes bytes that one compressed input may become
   * @param maxCompressionRatio how many times larger a compressed input may become
   * @param maxDocumentsPerRecord documents in one record of a stream
   */
  public record Limits(
      ParserLimits document,
      int maxRecordBytes,
      long maxDecompressedBytes,
      int maxCompressionRatio,
      int maxDocumentsPerRecord) {
    public Limits {
      Keys.LIMITS_MAX_RECORD_BYTES.check((long) maxRecordBytes);
      Keys.LIMITS_MAX_DECOMPRESSED_BYTES.check(maxDecompressedBytes);
      Keys.LIMITS_MAX_COMPRESSION_RATIO.check(maxCompressionRatio);
      Keys.LIMITS_MAX_DOCUMENTS_PER_RECORD.check(maxDocumentsPerRecord);
    }
  }

  /**
   * What is made of the events.
   *
   * @param sql a file with the SQL, or null for the built-in {@code events.sql}; whether it can
   *     still be read is known when it is
   * @param sqlText the SQL itself, or null for that of the file or the built-in one
   */
  public record Transform(@Nullable Path sql, @Nullable String sqlText) {
    public Transform {
      if (sql != null && sqlText != null) {
        throw new IllegalArgumentException(
            "transform.sql and transform.sql_text are both set; allowed is one of them");
      }
    }
  }

  /**
   * What only the Lambda function needs to know.
   *
   * @param deadlineMargin how long before its timeout it gives a batch up
   */
  public record Lambda(Duration deadlineMargin) {
    public Lambda {
      Keys.LAMBDA_DEADLINE_MARGIN.check(deadlineMargin);
    }
  }

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
   * @param staging a folder for files that have not landed yet, or null for the default
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
      @Nullable Path staging,
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

  /**
   * What a query keeps on this machine of a lake in S3.
   *
   * @param cache the folder, or null for the user's
   * @param cacheBytes what it may hold
   */
  public record Query(@Nullable Path cache, long cacheBytes) {
    public Query {
      Keys.QUERY_CACHE_BYTES.check(cacheBytes);
    }
  }

  /**
   * The settings that reading a lake takes, which needs no claims.
   *
   * @param lake the table of Parquet files
   * @param s3 how a lake in S3 is reached
   * @param query what a query keeps on this machine
   */
  public record Reading(Lake lake, S3 s3, Query query) {}

  /**
   * The settings that decoding a record takes, which needs no lake.
   *
   * @param fields which members hold an event's fields
   * @param limits bounds on what is read
   */
  public record Decoding(EventFields fields, Limits limits) {}
}
