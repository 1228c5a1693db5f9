package dev.weir.cli.run;

import dev.weir.cli.CommandFailedException;
import dev.weir.cli.ExitCodes;
import dev.weir.cli.OptionHeading;
import dev.weir.cli.Streams;
import dev.weir.cli.UsageException;
import dev.weir.cli.input.InputFiles;
import dev.weir.cli.input.InputReader;
import dev.weir.cli.input.UnusableInputException;
import dev.weir.cli.monitor.MonitorCommand;
import dev.weir.cli.monitor.RunMonitor;
import dev.weir.lake.WrongClaimsException;
import dev.weir.settings.Keys;
import dev.weir.settings.Settings;
import dev.weir.settings.SettingsException;
import dev.weir.settings.SettingsReader;
import dev.weir.source.Framing;
import dev.weir.source.InputLimits;
import dev.weir.transform.SqlException;
import dev.weir.wiring.Wiring;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir run}: reads the settings, does the job, and says what came of it. */
@Command(
    name = "run",
    customSynopsis = "weir run --input PATH|GLOB|DIR|- ... --lake DIR [OPTION]...",
    header = "Land the events of files or of standard input in a lake, each once.",
    description =
        "%nRun it again after any failure: what has landed is recognised. Every option can also be"
            + " set in a YAML file (--config) or by an environment variable; options win, then"
            + " variables, then the file.",
    footer = {
      "",
      "Examples:",
      "  weir run --input examples/git-events.ndjson.gz --lake lake",
      "  weir run --input 'incoming/**/*.json.gz' --lake lake --summary-json summary.json",
      "  producer | weir run --input - --lake lake --sql transform.sql"
    })
public final class RunCommand implements Callable<Integer> {
  private static final long STOP_SECONDS = 25;
  private static final long READ_SECONDS = 2;
  private final Streams streams;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private final From from = new From();
  @Mixin private final To to = new To();
  @Mixin private final How how = new How();
  @Mixin private final Tell tell = new Tell();

  @OptionHeading("Where records come from")
  static final class From {
    @Option(
        names = "--input",
        arity = "1..*",
        paramLabel = "PATH",
        description = {
          "Files, globs, folders with all below them, or - for standard input, in this order. Plain,"
              + " gzip or zstd, told by content."
        })
    private List<String> input = List.of();

    @Option(
        names = "--framing",
        paramLabel = "KIND",
        description =
            "How documents follow each other: auto, ndjson, array or concatenated (default: auto,"
                + " an array if the first byte is [, else one document a line).")
    private @Nullable String framing;

    @Option(
        names = "--preset",
        paramLabel = "NAME",
        description = "Where an event's fields are: default, cloudevents, segment or github.")
    private @Nullable String preset;
  }

  @OptionHeading("Where events go")
  static final class To {
    @Option(
        names = "--lake",
        paramLabel = "DIR|s3://BUCKET/PREFIX",
        description = "The lake: a folder, or a place in S3.")
    private @Nullable String lake;

    @Option(
        names = "--claims",
        paramLabel = "DIR|redis[s]://HOST:PORT",
        description =
            "Where the claims are kept: a folder (default: _weir/claims in the lake), or Redis or"
                + " Valkey, which many processes may share.")
    private @Nullable String claims;

    @Option(
        names = "--sql",
        paramLabel = "FILE",
        description = "One SELECT over the table events, to change what lands.")
    private @Nullable String sql;

    @Option(
        names = "--dedup-window",
        paramLabel = "TIME",
        description = "How long an event is remembered (default: 7d).")
    private @Nullable String window;
  }

  @OptionHeading("How the work is done")
  static final class How {
    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "A YAML file with settings; config/reference.yaml has them all.")
    private @Nullable Path config;

    @Option(
        names = "--batch-records",
        paramLabel = "N",
        description = "The most records of one batch (default: 250000).")
    private @Nullable String batchRecords;

    @Option(
        names = "--batch-bytes",
        paramLabel = "SIZE",
        description = "The most bytes of one batch (default: 96MiB).")
    private @Nullable String batchBytes;

    @Option(
        names = "--workers",
        paramLabel = "N",
        description = "Batches that are processed at once (default: one per processor).")
    private @Nullable String workers;

    @Option(
        names = "--memory",
        paramLabel = "SIZE",
        description = "What DuckDB may use over all workers before it spills (default: 512MiB).")
    private @Nullable String memory;

    @Option(
        names = "--rebuild-claims",
        description =
            "Make lost claims anew from the lake, then go on. First stop every process that writes"
                + " to this lake.")
    private boolean rebuildClaims;
  }

  @OptionHeading("What it tells")
  static final class Tell {
    @Option(
        names = "--summary-json",
        paramLabel = "FILE",
        description = "Write the summary as one JSON object, too.")
    private @Nullable String summaryJson;

    @Option(
        names = "--monitor",
        arity = "0..1",
        paramLabel = "PORT",
        fallbackValue = MonitorCommand.DEFAULT_PORT,
        converter = MonitorCommand.Port.class,
        description =
            "While it runs, show the lake at http://127.0.0.1:PORT/, as weir monitor does, with the"
                + " metrics of this process (default port: "
                + MonitorCommand.DEFAULT_PORT
                + ").")
    private @Nullable Long monitor;

    @Option(names = "--quiet", description = "No progress and no summary.")
    private boolean quiet;
  }

  /** A command on these streams. */
  public RunCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    Settings settings = settings();
    InputFiles inputs = inputs(settings);
    checkHeap(settings);
    CountDownLatch ended = new CountDownLatch(1);
    try {
      return run(settings, inputs, ended);
    } finally {
      ended.countDown();
    }
  }

  private int run(Settings settings, InputFiles inputs, CountDownLatch ended) throws IOException {
    RunTotals totals = new RunTotals();
    RunReport report =
        new RunReport(
            streams,
            settings.run().quiet(),
            settings.run().summaryJson(),
            settings.lake().path(),
            totals);
    requireOther(inputs, report);
    try (@Nullable RunMonitor monitor = monitor();
        Wiring wiring = wire(settings, how.rebuildClaims);
        InputReader reader = reader(settings, inputs)) {
      wiring
          .rebuilt()
          .ifPresent(
              rebuilt ->
                  streams
                      .err()
                      .println(
                          "weir run: %,d claims of %,d attempts were made anew from the lake"
                              .formatted(rebuilt.claims(), rebuilt.attempts())));
      RunJob job =
          new RunJob(
              reader,
              wiring.pipelines(),
              Math.max(
                  settings.run().batchBytes(), InputReader.minBufferBytes(inputLimits(settings))),
              settings.run().attempts(),
              totals,
              monitor == null ? outcome -> {} : monitor::landed);
      if (monitor != null) {
        show(monitor, settings, wiring);
      }
      Thread onSignal = new Thread(() -> stop(job, report, ended), "weir-stop");
      Runtime.getRuntime().addShutdownHook(onSignal);
      try {
        boolean complete = runWithProgress(settings, job, reader, totals);
        report.write(complete);
        return exitCode(reader, complete);
      } finally {
        removeHook(onSignal);
      }
    }
  }

  /** Listens before anything is done: a port that is taken stops the start. */
  private @Nullable RunMonitor monitor() {
    Long port = tell.monitor;
    return port == null ? null : RunMonitor.bind(port.intValue());
  }

  private void show(RunMonitor monitor, Settings settings, Wiring wiring) {
    monitor.start(
        new Settings.Reading(settings.lake(), settings.s3(), settings.query()), wiring.pipelines());
    if (!settings.run().quiet()) {
      streams.err().println("weir run: the lake is shown at " + monitor.uri());
    }
  }

  private boolean runWithProgress(
      Settings settings, RunJob job, InputReader reader, RunTotals totals) {
    try {
      return settings.run().quiet() || !streams.errIsTerminal()
          ? job.run()
          : runShowingProgress(job, reader, totals);
    } catch (IOException e) {
      throw new CommandFailedException(
          "%s; what was acknowledged is in the lake, run it again for the rest"
              .formatted(e.getMessage()),
          e);
    }
  }

  private boolean runShowingProgress(RunJob job, InputReader reader, RunTotals totals)
      throws IOException {
    try (ProgressBar bar =
        new ProgressBar(streams.err(), reader::bytesRead, totals::received, reader.totalBytes())) {
      return job.run();
    }
  }

  private int exitCode(InputReader reader, boolean complete) {
    for (InputReader.Failure failure : reader.failures()) {
      streams
          .err()
          .println(
              "weir run: %s could not be read: %s".formatted(failure.shard(), failure.message()));
    }
    if (!complete) {
      return ExitCodes.INTERRUPTED;
    }
    return reader.failures().isEmpty() ? ExitCodes.OK : ExitCodes.FAILED;
  }

  private Settings settings() {
    Map<String, List<String>> flags = new LinkedHashMap<>();
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      Keys.ofFlag(option.longestName()).ifPresent(key -> flags.put(key.name(), values(option)));
    }
    try {
      return SettingsReader.ofThisProcess().read(how.config, flags);
    } catch (SettingsException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /** What was given; an option without a value says that it is so. */
  private static List<String> values(OptionSpec option) {
    return option.arity().max() == 0 ? List.of("true") : option.originalStringValues();
  }

  private static InputFiles inputs(Settings settings) {
    List<String> paths = settings.input().paths();
    if (paths.isEmpty()) {
      throw new UsageException(
          "input.paths (--input) is empty; allowed is a file, a glob, a folder or -");
    }
    InputFiles found;
    try {
      found = InputFiles.resolve(paths);
    } catch (UnusableInputException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    // A lake below an input folder would be read as input by the next run.
    InputFiles inputs = found.outside(folders(settings));
    if (inputs.count() == 0) {
      throw new UsageException(
          "input.paths (--input) is %s; allowed are inputs outside of the lake and its claims"
              .formatted(paths));
    }
    return inputs;
  }

  /** The folders of this machine that the run writes to. */
  private static List<Path> folders(Settings settings) {
    List<Path> folders = new ArrayList<>();
    if (!settings.lake().isInS3()) {
      folders.add(Path.of(settings.lake().path()));
    }
    if (!settings.claims().isInRedis()) {
      folders.add(Path.of(settings.claims().path()));
    }
    return folders;
  }

  private static void requireOther(InputFiles inputs, RunReport report) throws IOException {
    for (Path input : inputs.paths()) {
      if (report.goesTo(input)) {
        throw UsageException.of("--summary-json", input, "a file that is no input");
      }
    }
  }

  private InputReader reader(Settings settings, InputFiles inputs) {
    return new InputReader(
        inputs,
        streams.in(),
        Framing.valueOf(settings.input().framing().name()),
        inputLimits(settings),
        settings.run().batchRecords(),
        Clock.systemUTC());
  }

  private static InputLimits inputLimits(Settings settings) {
    return new InputLimits(
        settings.limits().maxDecompressedBytes(),
        settings.limits().maxCompressionRatio(),
        settings.limits().maxRecordBytes());
  }

  /** Refuses settings that the Java heap cannot hold, before it runs out half-way. */
  private static void checkHeap(Settings settings) {
    long heap = Runtime.getRuntime().maxMemory();
    long needed = (settings.run().workers() + 1L) * settings.run().batchBytes() / 2 * 3;
    if (needed > heap) {
      throw new UsageException(
          ("run.batch_bytes (--batch-bytes) is %dMiB with run.workers (--workers) %d, which takes"
                  + " about %d MiB of the Java heap; allowed is up to %dMiB with a heap of %d MiB,"
                  + " or a larger heap (WEIR_HEAP)")
              .formatted(
                  settings.run().batchBytes() >> 20,
                  settings.run().workers(),
                  needed >> 20,
                  (heap / 3 * 2 / (settings.run().workers() + 1)) >> 20,
                  heap >> 20));
    }
  }

  private static Wiring wire(Settings settings, boolean rebuildClaims) throws IOException {
    if (!settings.lake().isInS3()) {
      Path lake = Path.of(settings.lake().path());
      if (!settings.claims().isInRedis()) {
        requireApart(lake, Path.of(settings.claims().path()));
      }
      try {
        Files.createDirectories(lake);
      } catch (IOException e) {
        throw UsageException.of("lake.path (--lake)", lake, "a folder that can be written");
      }
    }
    try {
      return rebuildClaims
          ? Wiring.openRebuildingClaims(settings, Clock.systemUTC())
          : Wiring.open(settings, Clock.systemUTC());
    } catch (SqlException e) {
      throw new UsageException(
          e.expectation()
              .map(name -> "quality.expectations has '%s': %s".formatted(name, e.getMessage()))
              .orElseGet(
                  () ->
                      "transform.sql (--sql) is '%s': %s"
                          .formatted(settings.transform().sql(), e.getMessage())));
    } catch (FileSystemException e) {
      throw e; // its message is a path only
    } catch (IOException | WrongClaimsException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()), e);
    }
  }

  /** In the lake, claims may lie only where readers of its tables do not look. */
  private static void requireApart(Path lake, Path claims) {
    Path root = lake.toAbsolutePath().normalize();
    Path folder = claims.toAbsolutePath().normalize();
    if (folder.startsWith(root) && folder.getNameCount() - root.getNameCount() < 2
        || folder.startsWith(root) && !folder.startsWith(root.resolve("_weir"))) {
      throw UsageException.of(
          "claims.path (--claims)", claims, "a folder outside of the lake, or one in its _weir/");
    }
  }

  /** On Ctrl-C: lets the batches under way finish, within a bound; then the process ends. */
  private void stop(RunJob job, RunReport report, CountDownLatch ended) {
    job.stop();
    try {
      // A silent standard input keeps the reader for ever; nothing is lost by not waiting for it.
      boolean over =
          job.awaitWorkers(STOP_SECONDS)
              && (ended.await(READ_SECONDS, TimeUnit.SECONDS)
                  || job.isReading()
                  || ended.await(STOP_SECONDS, TimeUnit.SECONDS));
      if (!over) {
        streams.err().println("weir run: batches under way were abandoned; run it again to go on");
      }
      if (ended.getCount() > 0) {
        report.write(false);
      }
    } catch (IOException e) {
      streams.err().println("weir run: the summary could not be written: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already: the hook runs.
    }
  }
}
