package dev.weir.local;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** The counts of a mapping. Safe for use by several threads; snapshots are consistent. */
final class Counters {
  /** What is counted. */
  enum Count {
    RECORDS,
    DONE,
    DISCARDED,
    EXPIRED,
    INVOCATIONS,
    FAILURES,
    THROTTLES,
    PARTIAL,
    RETRIES,
    BISECTIONS,
    REPETITIONS,
    READ_FAILURES,
    DESTINATION_FAILURES
  }

  private final Map<Count, Long> counts = new EnumMap<>(Count.class);
  private final Map<String, Long> answers = new TreeMap<>();
  private final Map<String, Duration> open = new HashMap<>();
  private int finished;

  synchronized void add(Count count, long n) {
    counts.merge(count, n, Long::sum);
  }

  synchronized void addAnswer(Map<String, Long> answer) {
    answer.forEach((name, value) -> answers.merge(name, value, Long::sum));
  }

  /** A shard was read, or is about to be. */
  synchronized void behind(String shard, Duration duration) {
    open.put(shard, duration);
  }

  /** A shard is read to its end and delivered. */
  synchronized void finished(String shard) {
    open.remove(shard);
    finished++;
  }

  synchronized MappingSnapshot snapshot() {
    return new MappingSnapshot(
        of(Count.RECORDS),
        of(Count.DONE),
        of(Count.DISCARDED),
        of(Count.EXPIRED),
        of(Count.INVOCATIONS),
        of(Count.FAILURES),
        of(Count.THROTTLES),
        of(Count.PARTIAL),
        of(Count.RETRIES),
        of(Count.BISECTIONS),
        of(Count.REPETITIONS),
        of(Count.READ_FAILURES),
        of(Count.DESTINATION_FAILURES),
        open.size(),
        finished,
        answers,
        open.values().stream().max(Duration::compareTo).orElse(Duration.ZERO));
  }

  private long of(Count count) {
    return counts.getOrDefault(count, 0L);
  }
}
