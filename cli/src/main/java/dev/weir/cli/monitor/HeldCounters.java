package dev.weir.cli.monitor;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keeps the counters that this process shows from falling. A seal that comes late takes away what
 * its plan had counted; Prometheus would take the smaller number for a counter that began anew at
 * 0, and add all of it again. So a series stands still until the ledger has caught up with it.
 *
 * <p>It has one entry for each series, whose labels the ledger bounds. Used by one thread.
 */
final class HeldCounters {
  private final Map<String, Map<Labels, double[]>> highest = new HashMap<>();

  /** The same metrics, of which no counter and no histogram is less than it was. */
  List<MetricSnapshot> hold(List<MetricSnapshot> metrics) {
    return metrics.stream().map(this::hold).toList();
  }

  private MetricSnapshot hold(MetricSnapshot metric) {
    if (metric instanceof CounterSnapshot counter) {
      return counter(counter);
    }
    return metric instanceof HistogramSnapshot histogram ? histogram(histogram) : metric;
  }

  private CounterSnapshot counter(CounterSnapshot counter) {
    Map<Labels, double[]> held = held(counter);
    for (CounterDataPointSnapshot point : counter.getDataPoints()) {
      raise(held, point.getLabels(), new double[] {point.getValue()});
    }
    List<CounterDataPointSnapshot> points =
        held.entrySet().stream()
            .map(
                series ->
                    CounterDataPointSnapshot.builder()
                        .labels(series.getKey())
                        .value(series.getValue()[0])
                        .build())
            .toList();
    return new CounterSnapshot(counter.getMetadata(), points);
  }

  private HistogramSnapshot histogram(HistogramSnapshot histogram) {
    Map<Labels, double[]> held = held(histogram);
    for (HistogramDataPointSnapshot point : histogram.getDataPoints()) {
      raise(held, point.getLabels(), values(point));
    }
    List<HistogramDataPointSnapshot> points =
        held.entrySet().stream().map(series -> point(series.getKey(), series.getValue())).toList();
    return new HistogramSnapshot(histogram.getMetadata(), points);
  }

  private Map<Labels, double[]> held(MetricSnapshot metric) {
    return highest.computeIfAbsent(metric.getMetadata().getName(), name -> new TreeMap<>());
  }

  private static void raise(Map<Labels, double[]> held, Labels labels, double[] values) {
    double[] before = held.putIfAbsent(labels, values);
    for (int i = 0; before != null && i < before.length; i++) {
      before[i] = Math.max(before[i], values[i]);
    }
  }

  /** The number in each bucket, then the sum. */
  private static double[] values(HistogramDataPointSnapshot point) {
    ClassicHistogramBuckets buckets = point.getClassicBuckets();
    double[] values = new double[buckets.size() + 1];
    for (int i = 0; i < buckets.size(); i++) {
      values[i] = buckets.getCount(i);
    }
    values[buckets.size()] = point.getSum();
    return values;
  }

  private static HistogramDataPointSnapshot point(Labels labels, double[] values) {
    int buckets = values.length - 1;
    long[] counts = Arrays.stream(values, 0, buckets).mapToLong(Math::round).toArray();
    return HistogramDataPointSnapshot.builder()
        .labels(labels)
        .classicHistogramBuckets(ClassicHistogramBuckets.of(LedgerMetrics.delayBounds(), counts))
        .sum(values[buckets])
        .build();
  }
}
