package dev.weir.local;

import java.time.Duration;
import java.util.Optional;

/**
 * The settings of an event source mapping, with the names, ranges and meaning that Lambda gives
 * them: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html.
 *
 * @param batchSize records in an event at most, 1 to 10,000
 * @param batchingWindow how long records are gathered before the function is invoked with fewer, 0
 *     to 300 s
 * @param parallelizationFactor batches of a shard that are delivered at once, 1 to 10; records of
 *     one partition key stay in their order
 * @param start where shards begin
 * @param maximumRetryAttempts how often a batch is delivered again after a failure, 0 to 10,000, or
 *     -1: until its records expire
 * @param bisectOnError whether a batch that failed is cut in halves
 * @param reportsItemFailures whether the function's answer says which records have to come again
 * @param maximumRecordAge how old records are delivered at most, 60 s to 7 days; empty: as old as
 *     the stream keeps them
 * @param polling how often a shard without news is asked; Lambda does so once a second
 * @param backoff the pause before the first retry; it doubles with each further one
 * @param maxBackoff the longest pause
 * @param repetition what is delivered more often than need be
 */
public record MappingOptions(
    int batchSize,
    Duration batchingWindow,
    int parallelizationFactor,
    StartingPosition start,
    int maximumRetryAttempts,
    boolean bisectOnError,
    boolean reportsItemFailures,
    Optional<Duration> maximumRecordAge,
    Duration polling,
    Duration backoff,
    Duration maxBackoff,
    Repetition repetition) {
  /** The bytes of an event at most, base64 and all: what Lambda takes in a synchronous call. */
  public static final int PAYLOAD_BYTES = 6 * 1024 * 1024;

  /** Retries without an end. */
  public static final int UNTIL_EXPIRY = -1;

  public MappingOptions {
    check("batch size", batchSize, 1, 10_000);
    check("parallelization factor", parallelizationFactor, 1, 10);
    check("maximum retry attempts", maximumRetryAttempts, UNTIL_EXPIRY, 10_000);
    check("batching window", batchingWindow, Duration.ZERO, Duration.ofSeconds(300));
    check("polling", polling, Duration.ofMillis(1), Duration.ofMinutes(1));
    check("backoff", backoff, Duration.ZERO, Duration.ofMinutes(1));
    check("longest backoff", maxBackoff, backoff, Duration.ofMinutes(15));
    maximumRecordAge.ifPresent(
        age -> check("maximum record age", age, Duration.ofSeconds(60), Duration.ofDays(7)));
  }

  /** Lambda's defaults, with partial batch responses. */
  public static MappingOptions defaults() {
    return new MappingOptions(
        100,
        Duration.ZERO,
        1,
        StartingPosition.TRIM_HORIZON,
        UNTIL_EXPIRY,
        false,
        true,
        Optional.empty(),
        Duration.ofSeconds(1),
        Duration.ofMillis(500),
        Duration.ofSeconds(30),
        Repetition.NONE);
  }

  /** The same with other batches. */
  public MappingOptions withBatches(int size, Duration window, int factor) {
    return new MappingOptions(
        size,
        window,
        factor,
        start,
        maximumRetryAttempts,
        bisectOnError,
        reportsItemFailures,
        maximumRecordAge,
        polling,
        backoff,
        maxBackoff,
        repetition);
  }

  /** The same beginning elsewhere. */
  public MappingOptions withStart(StartingPosition other) {
    return new MappingOptions(
        batchSize,
        batchingWindow,
        parallelizationFactor,
        other,
        maximumRetryAttempts,
        bisectOnError,
        reportsItemFailures,
        maximumRecordAge,
        polling,
        backoff,
        maxBackoff,
        repetition);
  }

  /** The same with another way to go on after a failure. */
  public MappingOptions withFailures(
      int retries, boolean bisect, boolean reports, Optional<Duration> age) {
    return new MappingOptions(
        batchSize,
        batchingWindow,
        parallelizationFactor,
        start,
        retries,
        bisect,
        reports,
        age,
        polling,
        backoff,
        maxBackoff,
        repetition);
  }

  /** The same with other pauses. */
  public MappingOptions withPauses(Duration poll, Duration first, Duration longest) {
    return new MappingOptions(
        batchSize,
        batchingWindow,
        parallelizationFactor,
        start,
        maximumRetryAttempts,
        bisectOnError,
        reportsItemFailures,
        maximumRecordAge,
        poll,
        first,
        longest,
        repetition);
  }

  /** The same with other repetitions. */
  public MappingOptions withRepetition(Repetition other) {
    return new MappingOptions(
        batchSize,
        batchingWindow,
        parallelizationFactor,
        start,
        maximumRetryAttempts,
        bisectOnError,
        reportsItemFailures,
        maximumRecordAge,
        polling,
        backoff,
        maxBackoff,
        other);
  }

  private static void check(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "the %s is %d; allowed is %d to %d".formatted(name, value, min, max));
    }
  }

  private static void check(String name, Duration value, Duration min, Duration max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          "the %s is %s; allowed is %s to %s".formatted(name, value, min, max));
    }
  }
}
