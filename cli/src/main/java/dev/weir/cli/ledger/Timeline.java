package dev.weir.cli.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Totals by time, the finer the nearer to the newest attempt: minutes of two hours, tens of minutes
 * of a day, hours of a week and days of a year. What is older is in no bucket. Not safe for use by
 * several threads.
 */
final class Timeline {
  private static final Level[] LEVELS = {
    new Level(60, 125), new Level(600, 150), new Level(3600, 175), new Level(86_400, 400)
  };

  private final List<NavigableMap<Long, Totals>> buckets = new ArrayList<>();
  private long newest;

  /** A resolution: the seconds of a bucket, and how many buckets are kept. */
  private record Level(long seconds, int count) {}

  /**
   * A part of a timeline.
   *
   * @param width the length of a bucket
   * @param buckets by the time of their beginning, ascending; those without attempts are left out
   */
  record Part(Duration width, NavigableMap<Instant, Totals> buckets) {}

  /**
   * An empty one.
   *
   * @param newest when the newest attempt began, or before
   */
  Timeline(Instant newest) {
    this.newest = newest.getEpochSecond();
    for (int i = 0; i < LEVELS.length; i++) {
      buckets.add(new TreeMap<>());
    }
  }

  /** Adds what an attempt counts, or takes it away again. */
  void add(AttemptEntry entry, int times) {
    long at = entry.at().getEpochSecond();
    advance(at);
    for (int i = 0; i < LEVELS.length; i++) {
      if (isKept(i, at)) {
        bucket(i, at / LEVELS[i].seconds()).add(entry, times);
      }
    }
  }

  /** Adds another timeline. */
  void add(Timeline other) {
    advance(other.newest);
    for (int i = 0; i < LEVELS.length; i++) {
      for (Map.Entry<Long, Totals> bucket : other.buckets.get(i).entrySet()) {
        if (isKept(i, bucket.getKey() * LEVELS[i].seconds())) {
          bucket(i, bucket.getKey()).add(bucket.getValue());
        }
      }
    }
  }

  private void advance(long at) {
    if (at > newest) {
      newest = at;
      for (int i = 0; i < LEVELS.length; i++) {
        buckets.get(i).headMap(oldest(i), false).clear();
      }
    }
  }

  private boolean isKept(int level, long at) {
    return at / LEVELS[level].seconds() >= oldest(level);
  }

  private long oldest(int level) {
    return newest / LEVELS[level].seconds() - LEVELS[level].count() + 1;
  }

  private Totals bucket(int level, long number) {
    return buckets.get(level).computeIfAbsent(number, n -> new Totals());
  }

  /** When the newest attempt was. */
  Instant newest() {
    return Instant.ofEpochSecond(newest);
  }

  /**
   * The buckets since a time, of the finest resolution that reaches back to it. The first one may
   * begin before it.
   */
  Part since(Instant time) {
    int level = 0;
    while (level < LEVELS.length - 1 && !isKept(level, time.getEpochSecond())) {
      level++;
    }
    long seconds = LEVELS[level].seconds();
    NavigableMap<Instant, Totals> part = new TreeMap<>();
    buckets
        .get(level)
        .tailMap(Math.floorDiv(time.getEpochSecond(), seconds), true)
        .forEach((number, totals) -> part.put(Instant.ofEpochSecond(number * seconds), totals));
    return new Part(Duration.ofSeconds(seconds), part);
  }
}
