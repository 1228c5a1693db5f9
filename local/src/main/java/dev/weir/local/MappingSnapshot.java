package dev.weir.local;

import java.time.Duration;
import java.util.Map;

/**
 * What a mapping has done so far, at one moment. {@code records = done + discarded + expired} when
 * nothing is under way.
 *
 * @param records read from the stream
 * @param done records that the function has accounted for
 * @param discarded records that were given up after the last retry
 * @param expired records that were given up for their age
 * @param invocations how often the function was invoked, in vain or not, repetitions included
 * @param failures invocations that failed: by an error, a timeout or the sandbox's end
 * @param throttles deliveries that no sandbox took; they are no invocations
 * @param partial answers that asked for some of the records again
 * @param retries deliveries of records that had been delivered before, halves included
 * @param bisections batches that were cut in halves
 * @param repetitions invocations that were made on purpose with what another one has
 * @param readFailures reads of the stream that failed
 * @param destinationFailures records of failed invocations that could not be kept
 * @param openShards shards that are being read or delivered
 * @param finishedShards shards that were read to their end and delivered
 * @param answers the sums of the whole numbers in the function's answers, by name
 * @param behind how far the reading of the slowest shard is behind its newest record
 */
public record MappingSnapshot(
    long records,
    long done,
    long discarded,
    long expired,
    long invocations,
    long failures,
    long throttles,
    long partial,
    long retries,
    long bisections,
    long repetitions,
    long readFailures,
    long destinationFailures,
    int openShards,
    int finishedShards,
    Map<String, Long> answers,
    Duration behind) {
  public MappingSnapshot {
    answers = Map.copyOf(answers);
  }

  /** Records that were read and are neither accounted for nor given up. */
  public long underWay() {
    return records - done - discarded - expired;
  }
}
