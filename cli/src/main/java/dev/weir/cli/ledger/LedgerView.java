package dev.weir.cli.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger says about a span of time, at one moment; nobody changes it any more.
 *
 * @param from when the span begins; null if the ledger is empty
 * @param to when it was looked at
 * @param totals over the span
 * @param bucketWidth the resolution of the series
 * @param series what was counted by the beginning of each bucket in which an attempt landed,
 *     ascending
 * @param letters where the latest dead letters of each reason were
 * @param drift the latest findings about fields, newest first
 * @param unfinished attempts that have planned and whose files are not all there, whenever that was
 * @param damaged how many objects of the ledger could not be read, whenever they were written
 * @param damagedNames some of them
 * @param lastLanding when events landed last, whenever that was; null if none have
 */
public record LedgerView(
    @Nullable Instant from,
    Instant to,
    Totals totals,
    Duration bucketWidth,
    NavigableMap<Instant, SeriesPoint> series,
    List<LetterExample> letters,
    List<DriftFinding> drift,
    int unfinished,
    int damaged,
    List<String> damagedNames,
    @Nullable Instant lastLanding) {
  public LedgerView {
    letters = List.copyOf(letters);
    drift = List.copyOf(drift);
    damagedNames = List.copyOf(damagedNames);
  }
}
