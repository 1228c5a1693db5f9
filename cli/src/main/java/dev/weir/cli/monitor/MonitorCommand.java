package dev.weir.cli.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.cli.CommandFailedException;
import dev.weir.cli.ExitCodes;
import dev.weir.cli.LakeLedger;
import dev.weir.cli.OptionHeading;
import dev.weir.cli.StopSignal;
import dev.weir.cli.Streams;
import dev.weir.cli.TimeSpan;
import dev.weir.cli.UsageException;
import dev.weir.cli.WholeNumber;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir monitor}. */
@Command(
    name = "monitor",
    customSynopsis = "weir monitor --lake DIR|s3://BUCKET/PREFIX [OPTION]...",
    header = "Watch a lake: a live page, and metrics for Prometheus.",
    description =
        "%nFollows the lake's ledger, whoever writes it: one weir run, many, or a function. Needs"
            + " to read the lake only. Serves / (a page), /metrics, /healthz and /api/report until"
            + " Ctrl-C.",
    footer = {
      "",
      "Examples:",
      "  weir monitor --lake lake",
      "  weir monitor --lake s3://data/lake --address 0.0.0.0 --interval 30s",
      "  curl -s http://127.0.0.1:9464/metrics"
    })
public final class MonitorCommand implements Callable<Integer> {
  /** The port that exporters use by default in many tools for Prometheus. */
  public static final String DEFAULT_PORT = "9464";

  private static final Duration POLL = Duration.ofHours(1);

  private final Streams streams;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private final LakeLedger lake = new LakeLedger();

  @Mixin private final Served served = new Served();

  @OptionHeading("Where it is served")
  static final class Served {
    @Option(
        names = "--port",
        paramLabel = "PORT",
        defaultValue = DEFAULT_PORT,
        converter = Port.class,
        description = "Where it listens; 0 takes a free one (default: " + DEFAULT_PORT + ").")
    private long port;

    @Option(
        names = "--address",
        paramLabel = "ADDRESS",
        defaultValue = "127.0.0.1",
        description =
            "The address of this machine to listen at (default: 127.0.0.1). Whoever reaches another"
                + " one sees the page: there is no password and no encryption.")
    private String address = "";

    @Option(
        names = "--interval",
        paramLabel = "TIME",
        defaultValue = "10s",
        converter = Interval.class,
        description = "How often the ledger is read, from 1s to 1h (default: 10s).")
    private Duration interval = Duration.ZERO;
  }

  /** A command on these streams. */
  public MonitorCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    Clock clock = Clock.systemUTC();
    try (StopSignal stop = StopSignal.listen(Duration.ofSeconds(5), () -> {});
        Monitor monitor =
            new Monitor(
                lake.tail(spec, Instant.MIN, clock),
                lake.location(spec),
                served.interval,
                List::of,
                clock);
        MonitorServer server = bind()) {
      server.serve(new MonitorPages(monitor));
      monitor.start();
      streams
          .out()
          .write(
              "Watching %s at %s (Ctrl-C ends it)%n"
                  .formatted(lake.location(spec), server.uri())
                  .getBytes(UTF_8));
      streams.out().flush();
      while (!stop.await(POLL)) {
        // Everything is done by the threads of the monitor and of the server.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return ExitCodes.INTERRUPTED;
  }

  private MonitorServer bind() {
    InetAddress address;
    try {
      address = InetAddress.getByName(served.address);
    } catch (UnknownHostException e) {
      throw UsageException.of("--address", served.address, "an address of this machine");
    }
    return bind(address, (int) served.port);
  }

  /**
   * Listens for a command.
   *
   * @throws CommandFailedException if nobody can listen there
   */
  public static MonitorServer bind(InetAddress address, int port) {
    try {
      return MonitorServer.bind(address, port);
    } catch (IOException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()), e);
    }
  }

  /** A port, or 0. */
  public static final class Port extends WholeNumber {
    public Port() {
      super(0, 65_535);
    }
  }

  private static final class Interval extends TimeSpan {
    Interval() {
      super(Duration.ofSeconds(1), Duration.ofHours(1));
    }
  }
}
