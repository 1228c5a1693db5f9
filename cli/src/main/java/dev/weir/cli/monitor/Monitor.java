package dev.weir.cli.monitor;

import dev.weir.cli.ledger.LedgerFiles;
import dev.weir.cli.ledger.LedgerTail;
import dev.weir.cli.ledger.LedgerView;
import dev.weir.cli.ledger.Window;
import dev.weir.cli.report.ReportJson;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the ledger again and again, and knows at any moment what it says.
 *
 * <p>Nothing is told before all of the ledger was read once: counters that began lower than they
 * were would count everything again. A refresh that fails is counted and tried again after the
 * interval; what was known stays. {@link #refresh} is called by one thread, the rest by any.
 */
public final class Monitor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Monitor.class);

  /** How many refreshes may fail, and how much time they may take besides, before it is ill. */
  private static final int LATE_INTERVALS = 3;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final LedgerTail tail;
  private final String lake;
  private final Duration interval;
  private final Supplier<List<MetricSnapshot>> process;
  private final Clock clock;
  private volatile State state = new State(null, null, null, Duration.ZERO, 0);
  private final HeldCounters held = new HeldCounters();
  private final Map<Window, Report> reports = new EnumMap<>(Window.class);
  private @Nullable Thread thread;

  /**
   * What is known.
   *
   * @param ledger the ledger's metrics; null before it was read
   * @param refreshed when it was read last; null before
   * @param failure why the last refresh failed; null if it did not
   * @param took how long the last refresh took that did not fail
   * @param failures how many refreshes have failed
   */
  private record State(
      @Nullable List<MetricSnapshot> ledger,
      @Nullable Instant refreshed,
      @Nullable String failure,
      Duration took,
      long failures) {}

  /**
   * A report that was made.
   *
   * @param of what was known then
   * @param illness what it says about that
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Report(State of, @Nullable String illness, byte[] json) {
    boolean isOf(State now, @Nullable String ill) {
      return of == now && Objects.equals(illness, ill);
    }
  }

  /**
   * A monitor. Nothing is read yet.
   *
   * @param tail the ledger, closed with this
   * @param lake where the lake is, for people
   * @param interval the time between two refreshes
   * @param process the metrics of this process, if it does more than monitoring
   */
  public Monitor(
      LedgerTail tail,
      String lake,
      Duration interval,
      Supplier<List<MetricSnapshot>> process,
      Clock clock) {
    this.tail = tail;
    this.lake = lake;
    this.interval = interval;
    this.process = process;
    this.clock = clock;
  }

  /** Begins to refresh, in a thread that ends with {@link #close} or with the process. */
  public void start() {
    Thread refreshing = new Thread(this::refreshAgain, "weir-monitor");
    refreshing.setDaemon(true);
    thread = refreshing;
    refreshing.start();
  }

  private void refreshAgain() {
    while (!Thread.currentThread().isInterrupted()) {
      refresh();
      try {
        Thread.sleep(interval.toMillis());
      } catch (InterruptedException e) {
        return; // closed
      }
    }
  }

  /** Reads what is new in the ledger. */
  void refresh() {
    State before = state;
    long began = System.nanoTime();
    try {
      tail.refresh();
      LedgerView view = tail.view(Window.ALL);
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      List<MetricSnapshot> metrics = held.hold(LedgerMetrics.of(view));
      state = new State(metrics, view.to(), null, took, before.failures());
    } catch (IOException | RuntimeException e) {
      if (Thread.currentThread().isInterrupted()) {
        return; // closed
      }
      String why = String.valueOf(e.getMessage());
      log.warn("the ledger could not be read, and is read again soon; cause={}", why, e);
      state =
          new State(before.ledger(), before.refreshed(), why, before.took(), before.failures() + 1);
    }
  }

  /** Why it is not to be relied on now; empty if it was refreshed lately. */
  Optional<String> illness() {
    State now = state;
    if (now.refreshed() == null) {
      return Optional.of(
          now.failure() == null
              ? "the ledger is being read for the first time"
              : "the ledger could not be read yet: " + now.failure());
    }
    Duration age = Duration.between(now.refreshed(), clock.instant());
    if (age.compareTo(interval.multipliedBy(LATE_INTERVALS).plus(PATIENCE)) <= 0) {
      return Optional.empty();
    }
    return Optional.of(
        "the ledger was read %d seconds ago%s"
            .formatted(
                age.toSeconds(), now.failure() == null ? "" : ", and not since: " + now.failure()));
  }

  /** Whether all of the ledger was read once. */
  boolean isReady() {
    return state.refreshed() != null;
  }

  /**
   * What the ledger says about a window, as JSON. It is made once after a refresh, and one at a
   * time, however many ask: a run may share its memory with this.
   *
   * @throws IllegalStateException before all of it was read once
   */
  byte[] report(Window window) throws IOException {
    if (!isReady()) {
      throw new IllegalStateException("the ledger was not read yet");
    }
    synchronized (reports) {
      State now = state;
      @Nullable String illness = illness().orElse(null);
      Report made = reports.get(window);
      if (made == null || !made.isOf(now, illness)) {
        byte[] json = ReportJson.of(tail.view(window), lake, window.text(), illness);
        made = new Report(now, illness, json);
        reports.put(window, made);
      }
      return made.json();
    }
  }

  /**
   * All metrics in Prometheus' text format.
   *
   * @throws IllegalStateException before all of the ledger was read once
   */
  byte[] metrics() throws IOException {
    State now = state;
    List<MetricSnapshot> ledger = now.ledger();
    Instant refreshed = now.refreshed();
    if (ledger == null || refreshed == null) {
      throw new IllegalStateException("the ledger was not read yet");
    }
    List<MetricSnapshot> all = new ArrayList<>(ledger);
    all.addAll(own(now, refreshed));
    all.addAll(process.get());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new PrometheusTextFormatWriter(false)
        .write(out, new MetricSnapshots(all), EscapingScheme.UNDERSCORE_ESCAPING);
    return out.toByteArray();
  }

  private List<MetricSnapshot> own(State now, Instant refreshed) {
    LedgerFiles.Requests requests = tail.requests();
    Map<String, Long> byOperation = new TreeMap<>();
    byOperation.put("list", requests.lists());
    byOperation.put("get", requests.gets());
    byOperation.put("head", requests.heads());
    return List.of(
        LedgerMetrics.gauge(
            "weir_monitor_refresh_duration_seconds",
            "How long the last refresh took.",
            now.took().toNanos() / 1e9),
        LedgerMetrics.gauge(
            "weir_monitor_last_refresh_timestamp_seconds",
            "When the ledger was read last, in seconds since the epoch.",
            refreshed.toEpochMilli() / 1e3),
        LedgerMetrics.counter(
            "weir_monitor_refresh_failures",
            "Refreshes of this process that failed, and were tried again.",
            now.failures()),
        LedgerMetrics.counter(
            "weir_monitor_requests",
            "Questions of this process to the lake's store.",
            byOperation,
            "operation"));
  }

  /** Ends the refreshing, and releases the ledger. */
  @Override
  public void close() {
    Thread refreshing = thread;
    if (refreshing != null) {
      refreshing.interrupt();
    }
    tail.close();
  }
}
