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
 * of a day, hours of a week and days of a year. What is older than a month is not told apart by
 * event type, and what is older than that year is in no bucket. Not safe for use by several
 * threads.
 */
final class Timeline {
  private static final Level[] LEVELS = {
    new Level(60, 125, 125),
    new Level(600, 150, 150),
    new Level(3600, 175, 175),
    new Level(86_400, 400, 32) // no window but that of everything goes back further than a month
  };

  private final List<NavigableMap<Long, Totals>> buckets = new ArrayList<>();
  private final boolean partial;
  private final LabelSets labels;
  private final LabelSets none = LabelSets.none();
  private long newest;

  /**
   * A resolution.
   *
   * @param seconds of a bucket
   * @param count how many buckets are kept
   * @param detailed how many of them, the newest ones, are kept by event type
   */
  private record Level(long seconds, int count, int detailed) {}

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
   * @param labels those of its totals
   */
  Timeline(Instant newest, boolean partial, LabelSets labels) {
    this.newest = newest.getEpochSecond();
    this.partial = partial;
    this.labels = labels;
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
      long before = newest;
      newest = at;
      // What a part has is nowhere else: it is added before it is forgotten.
      for (int i = 0; i < LEVELS.length && !partial; i++) {
        buckets.get(i).headMap(oldest(i), false).clear();
        buckets
            .get(i)
            .subMap(oldestDetailed(i, before), oldestDetailed(i, newest))
            .replaceAll((number, totals) -> undetailed(totals));
      }
    }
  }

  private static long oldestDetailed(int level, long newest) {
    return newest / LEVELS[level].seconds() - LEVELS[level].detailed() + 1;
  }

  private Totals undetailed(Totals totals) {
    Totals undetailed = new Totals(none);
    undetailed.add(totals);
    return undetailed;
  }

  private boolean isKept(int level, long at) {
    return at / LEVELS[level].seconds() >= oldest(level);
  }

  private long oldest(int level) {
    return newest / LEVELS[level].seconds() - LEVELS[level].count() + 1;
  }

  private Totals bucket(int level, long at) {
    boolean detailed = partial || at / LEVELS[level].seconds() >= oldestDetailed(level, newest);
    return buckets
        .get(level)
        .computeIfAbsent(at / LEVELS[level].seconds(), n -> new Totals(detailed ? labels : none));
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
