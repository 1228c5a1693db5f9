package dev.weir.cli.monitor;

import dev.weir.cli.CommandFailedException;
import dev.weir.cli.LakeLedger;
import dev.weir.cli.ledger.LedgerFiles;
import dev.weir.cli.ledger.LedgerTail;
import dev.weir.pipeline.Outcome;
import dev.weir.pipeline.Pipeline;
import dev.weir.settings.Settings;
import java.net.InetAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The monitor of a run, in the run's own process: it shows the run's lake, has the metrics of the
 * process besides, and ends with it. Whatever it fails to read or to send, the run goes on; but the
 * two share one heap, and a run that has no memory left ends.
 */
public final class RunMonitor implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final MonitorServer server;
  private final RunMetrics metrics = new RunMetrics();
  private @Nullable Monitor monitor;

  private RunMonitor(MonitorServer server) {
    this.server = server;
  }

  /**
   * Listens on the loopback address, before anything else is done.
   *
   * @param port 0 for one that is free
   * @throws CommandFailedException if the port is taken
   */
  public static RunMonitor bind(int port) {
    return new RunMonitor(MonitorCommand.bind(InetAddress.getLoopbackAddress(), port));
  }

  /** Where its page is. */
  public URI uri() {
    return server.uri();
  }

  /**
   * Begins to show the lake.
   *
   * @param pipelines whose engines are asked for their memory
   */
  public void start(Settings.Reading settings, List<Pipeline> pipelines) {
    Clock clock = Clock.systemUTC();
    LedgerFiles files = LedgerFiles.open(settings);
    LedgerTail tail =
        new LedgerTail(files, Instant.MIN, LakeLedger.trust(files.isRemote(), null), clock);
    Monitor started =
        new Monitor(
            tail, settings.lake().path(), INTERVAL, () -> metrics.snapshots(pipelines), clock);
    monitor = started;
    server.serve(new MonitorPages(started));
    started.start();
  }

  /** A batch has landed. */
  public void landed(Outcome outcome) {
    metrics.landed(outcome);
  }

  @Override
  public void close() {
    server.close();
    Monitor started = monitor;
    if (started != null) {
      started.close();
    }
  }
}
