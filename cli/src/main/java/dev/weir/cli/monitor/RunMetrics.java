package dev.weir.cli.monitor;

import dev.weir.pipeline.Outcome;
import dev.weir.pipeline.Pipeline;
import dev.weir.pipeline.StepTimes.Step;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.List;

/**
 * The metrics of a process that lands batches: its JVM, its engines' memory, and how long claims
 * and uploads take. They begin anew with each process. Safe for use by several threads.
 */
final class RunMetrics {
  private static final double[] BOUNDS = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60
  };

  private static final double NANOS = 1e9;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Histogram claims;
  private final Histogram uploads;

  RunMetrics() {
    JvmMetrics.builder().register(registry);
    claims =
        histogram("weir_claim_duration_seconds", "How long claiming a batch's events has taken.");
    uploads =
        histogram("weir_upload_duration_seconds", "How long landing a batch's files has taken.");
  }

  private Histogram histogram(String name, String help) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .classicOnly()
        .classicUpperBounds(BOUNDS)
        .register(registry);
  }

  /** A batch has landed. */
  void landed(Outcome outcome) {
    claims.observe(outcome.steps().of(Step.CLAIM).toNanos() / NANOS);
    uploads.observe(outcome.steps().of(Step.LAND).toNanos() / NANOS);
  }

  /**
   * The metrics as they are now.
   *
   * @param pipelines whose engines are asked for their memory
   */
  List<MetricSnapshot> snapshots(List<Pipeline> pipelines) {
    List<MetricSnapshot> all = new ArrayList<>();
    registry.scrape().forEach(all::add);
    all.add(
        LedgerMetrics.gauge(
            "weir_engine_memory_bytes",
            "What DuckDB holds now over all workers: next to nothing between two batches.",
            pipelines.stream().mapToLong(Pipeline::engineMemoryBytes).sum()));
    return all;
  }
}
