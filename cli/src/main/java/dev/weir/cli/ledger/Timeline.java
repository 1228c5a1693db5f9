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
  private final boolean partial;
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
   * @param partial whether it is made to be added to another one: each attempt is then in the
   *     finest resolution only that goes back to it, and counts once
   */
  Timeline(Instant newest, boolean partial) {
    this.newest = newest.getEpochSecond();
    this.partial = partial;
    for (int i = 0; i < LEVELS.length; i++) {
      buckets.add(new TreeMap<>());
    }
  }

  /**
   * Adds what an attempt counts, or takes it away again.
   *
   * @return whether there is a bucket for it; what is too old is in none
   */
  boolean add(AttemptEntry entry, int times) {
    long at = entry.at().getEpochSecond();
    advance(at);
    boolean kept = false;
    for (int i = 0; i < LEVELS.length && !(partial && kept); i++) {
      if (isKept(i, at)) {
        bucket(i, at).add(entry, times);
        kept = true;
      }
    }
    return kept;
  }

  /**
   * Adds a partial timeline.
   *
   * @param all receives each of its buckets once
   */
  void add(Timeline part, Totals all) {
    advance(part.newest);
    for (int i = 0; i < LEVELS.length; i++) {
      for (Map.Entry<Long, Totals> bucket : part.buckets.get(i).entrySet()) {
        long at = bucket.getKey() * LEVELS[i].seconds();
        for (int coarser = i; coarser < LEVELS.length; coarser++) {
          if (isKept(coarser, at)) {
            bucket(coarser, at).add(bucket.getValue());
          }
        }
        all.add(bucket.getValue());
      }
    }
  }

  private void advance(long at) {
    if (at > newest) {
      newest = at;
      // What a part has is nowhere else: it is added before it is forgotten.
      for (int i = 0; i < LEVELS.length && !partial; i++) {
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

  private Totals bucket(int level, long at) {
    return buckets.get(level).computeIfAbsent(at / LEVELS[level].seconds(), n -> new Totals());
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
