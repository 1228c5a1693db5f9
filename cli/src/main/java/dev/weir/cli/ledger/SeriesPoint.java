package dev.weir.cli.ledger;

/** What was counted within one bucket of time, over all event types; it does not change. */
public final class SeriesPoint {
  private final long[] counts;
  private final DelayCounts freshness;

  SeriesPoint(Totals totals) {
    counts = totals.counts();
    freshness = totals.freshness();
    freshness.raiseToZero();
  }

  /** A count over everything. */
  public long count(Count count) {
    return Math.max(0, counts[count.ordinal()]);
  }

  /** Landing time minus event time. */
  public DelayCounts freshness() {
    return freshness;
  }
}
