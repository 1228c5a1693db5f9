package dev.weir.cli.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.cli.CommandFailedException;
import dev.weir.cli.ExitCodes;
import dev.weir.cli.OptionHeading;
import dev.weir.cli.StatusLine;
import dev.weir.cli.StopSignal;
import dev.weir.cli.Streams;
import dev.weir.cli.TimeSpan;
import dev.weir.cli.UsageException;
import dev.weir.cli.WholeNumber;
import dev.weir.local.ExitGrace;
import dev.weir.local.KinesisServer;
import dev.weir.local.LocalTools;
import dev.weir.transform.FolderTree;
import dev.weir.transform.SqlException;
import dev.weir.transform.SqlTransform;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weir local}: starts a playground, says what to do with it, and shows what comes of it. */
@Command(
    name = "local",
    customSynopsis = "weir local [OPTION]...",
    header = "Run all of it on this machine, as on AWS, to play with.",
    description =
        "%nStarts servers on 127.0.0.1 that speak the protocols of Kinesis, Redis and S3, and the"
            + " function that is deployed to AWS, called by the rules of Lambda. Prints lines to"
            + " paste into another shell, and shows what comes of the events until Ctrl-C. Needs"
            + " Linux, and Node 18 or newer with npm; nothing goes to AWS.",
    footer = {
      "",
      "Examples:",
      "  weir local",
      "  weir local --shards 4 --batch-size 10000 --window 10s --folder playground",
      "  weir local --sql transform.sql"
    })
public final class LocalCommand implements Callable<Integer> {
  /** The end of an invocation, of the servers, and of the folder. */
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(25);

  private static final Duration TICK = Duration.ofMillis(200);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(3);

  private static final long CHECK_BYTES = 64L << 20;

  /** Set by the launcher script: where the function's zips are, and how it was called. */
  private static final String FUNCTION = "weir.local.function";

  private static final String CALLED = "weir.local.command";

  private final Streams streams;

  private volatile @Nullable Play latest;

  @Mixin private final Calls calls = new Calls();
  @Mixin private final Place place = new Place();

  @OptionHeading("How the function is called")
  static final class Calls {
    @Option(
        names = "--shards",
        paramLabel = "N",
        defaultValue = "1",
        converter = Shards.class,
        description =
            "The stream's shards, each with an invocation of its own at a time (default:"
                + " ${DEFAULT-VALUE}).")
    private long shards;

    @Option(
        names = "--batch-size",
        paramLabel = "N",
        defaultValue = "1000",
        converter = BatchSize.class,
        description = "The most records of an invocation (default: ${DEFAULT-VALUE}).")
    private long batchSize;

    @Option(
        names = "--window",
        paramLabel = "TIME",
        defaultValue = "2s",
        converter = Window.class,
        description =
            "How long records are gathered before an invocation with fewer (default:"
                + " ${DEFAULT-VALUE}).")
    private Duration window = Duration.ZERO;

    @Option(
        names = "--memory",
        paramLabel = "MB",
        defaultValue = "512",
        converter = Memory.class,
        description = "The function's memory (default: ${DEFAULT-VALUE}).")
    private long memory;

    @Option(
        names = "--sql",
        paramLabel = "FILE",
        description = "One SELECT over the table events, to change what lands.")
    private @Nullable Path sql;
  }

  @OptionHeading("Where everything is kept")
  static final class Place {
    @Option(
        names = "--folder",
        paramLabel = "DIR",
        description =
            "The lake, the claims and the logs; another weir local can go on with them, but not with"
                + " what was left in the stream (default: a temporary folder, deleted at the end).")
    private @Nullable Path folder;
  }

  /** A command on these streams. */
  public LocalCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    LocalOptions options = options();
    Path zip = functionZip();
    KinesisServer.missing()
        .ifPresent(
            missing -> {
              throw new CommandFailedException(missing);
            });
    ExitGrace.allow(STOP_PATIENCE);
    try (StopSignal stop = StopSignal.listen(STOP_PATIENCE, this::tellAbandoned);
        Home home = Home.open(place.folder)) {
      play(new Playground.Parts(LocalTools.installed(), zip, options, home.folder()), stop);
      print(
          home.isKept()
              ? "stopped; all of it stays in %s%n".formatted(home.folder())
              : "stopped; %s is deleted%n".formatted(home.folder()));
    }
    return ExitCodes.OK;
  }

  private void play(Playground.Parts parts, StopSignal stop) throws IOException {
    print("starting Kinesis, Redis, S3 and the function in %s ...%n".formatted(parts.folder()));
    try (Playground playground = Playground.start(parts)) {
      print(playground.instructions(System.getProperty(CALLED, "weir")));
      watch(playground, stop);
      print(playground.finish().total() + System.lineSeparator());
    } catch (IOException | IllegalStateException e) {
      // What fails because everything is being ended is no news.
      if (!stop.isRequested()) {
        throw new CommandFailedException(String.valueOf(e.getMessage()), e);
      }
    }
  }

  /** Shows what comes of the events until the signal. */
  private void watch(Playground playground, StopSignal stop) throws IOException {
    Play shown = playground.look();
    latest = shown;
    long nextLine = System.nanoTime();
    try (StatusLine status =
        streams.errIsTerminal() ? new StatusLine(streams.err(), this::latestLines) : null) {
      while (!isOver(stop)) {
        for (String problem : playground.problems()) {
          tell("weir local: " + problem, status);
        }
        Play now = playground.look();
        latest = now;
        if (status == null && System.nanoTime() >= nextLine && now.isNewsAfter(shown)) {
          print(now.line() + System.lineSeparator());
          shown = now;
          nextLine = System.nanoTime() + BETWEEN_LINES.toNanos();
        }
      }
    }
  }

  private static boolean isOver(StopSignal stop) throws InterruptedIOException {
    try {
      return stop.await(TICK);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private String latestLines() {
    Play play = latest;
    return play == null ? "" : play.twoLines();
  }

  private void tell(String message, @Nullable StatusLine status) {
    if (status == null) {
      streams.err().println(message);
    } else {
      status.say(message);
    }
  }

  private void tellAbandoned() {
    streams.err().println("weir local: it does not end in order, so it is ended");
  }

  private void print(String text) throws IOException {
    streams.out().write(text.getBytes(UTF_8));
    streams.out().flush();
  }

  private LocalOptions options() throws IOException {
    Path sql = calls.sql;
    if (sql != null) {
      requireSql(sql);
    }
    return new LocalOptions(
        Math.toIntExact(calls.shards),
        Math.toIntExact(calls.batchSize),
        calls.window,
        Math.toIntExact(calls.memory),
        sql == null ? null : sql.toAbsolutePath().normalize());
  }

  /**
   * The function would refuse it as well, but a person would have to read its logs for the reason.
   */
  private static void requireSql(Path file) throws IOException {
    String sql;
    try {
      sql = Files.readString(file);
    } catch (IOException e) {
      throw UsageException.of("--sql", file, "a file that can be read");
    }
    Path staging = Files.createTempDirectory("weir-sql-");
    try {
      SqlTransform.open(new SqlTransform.Options(sql, false, CHECK_BYTES, staging, 1, 256)).close();
    } catch (SqlException e) {
      throw new UsageException("--sql is '%s': %s".formatted(file, e.getMessage()));
    } finally {
      FolderTree.delete(staging);
    }
  }

  /** The function's zip for this machine. */
  private static Path functionZip() {
    String machine =
        switch (System.getProperty("os.arch", "").toLowerCase(Locale.ROOT)) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "arm64";
          default -> "";
        };
    String system = System.getProperty("os.name", "");
    if (machine.isEmpty() || !system.startsWith("Linux")) {
      throw new CommandFailedException(
          "the function is made for Linux on x86_64 or arm64, and this is %s on %s; use a virtual"
                  .formatted(system, System.getProperty("os.arch"))
              + " machine or a container");
    }
    String folder = System.getProperty(FUNCTION);
    if (folder == null) {
      throw new CommandFailedException(
          "where the function's zip is was not told; start it as ./weir local from a clone");
    }
    return Path.of(folder, "weir-lambda-%s.zip".formatted(machine));
  }

  private static final class Shards extends WholeNumber {
    Shards() {
      super(1, 16);
    }
  }

  private static final class BatchSize extends WholeNumber {
    BatchSize() {
      super(1, 10_000);
    }
  }

  private static final class Memory extends WholeNumber {
    Memory() {
      super(256, 10_240);
    }
  }

  private static final class Window extends TimeSpan {
    Window() {
      super(Duration.ZERO, Duration.ofSeconds(300));
    }
  }
}
