package dev.weir.benchmarks;

import dev.weir.cli.generate.EventGenerator;
import dev.weir.cli.generate.GeneratorSettings;
import dev.weir.local.Folders;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The whole pipeline against DuckDB alone: over one generated file, round by round, each run a
 * process of its own that is measured from outside and whose result is checked.
 */
@Command(
    name = "benchmarks/run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures weir run side by side with DuckDB alone; see benchmarks/README.md.")
final class PipelineBenchmark implements Callable<Integer> {
  private static final int DUPLICATES_PER_MILLION = 20_000;
  private static final Duration LONGEST_RUN = Duration.ofMinutes(30);

  private final Clock clock = Clock.systemUTC();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--events",
      defaultValue = "2000000",
      description = "Distinct events of the input (default: ${DEFAULT-VALUE}).")
  private long events;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "How often each contender runs (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--workers",
      defaultValue = "2",
      description = "Workers of weir and threads of DuckDB (default: ${DEFAULT-VALUE}).")
  private int workers;

  @Option(
      names = "--batch-records",
      description = "Records of a batch of weir (default: weir's own).")
  private @Nullable Integer batchRecords;

  @Option(
      names = "--only",
      split = ",",
      description =
          "The contenders, by name (default: floor, floor-level1 and those of weir; besides there is"
              + " floor-thread1).")
  private List<String> only = List.of();

  @Option(
      names = "--weir-options",
      description =
          "Options of weir run, in one word; given several times, there is a contender for each:"
              + " weir, weir-2 and so on. Words such as WEIR_HEAP=2g are for the environment.")
  private List<String> weirOptions = List.of();

  @Option(
      names = "--redis",
      paramLabel = "redis://HOST:PORT",
      description =
          "A Redis for one more contender, weir-redis, whose claims are there; every run takes a"
              + " name of its own on it.")
  private @Nullable String redis;

  @Option(
      names = "--against",
      description = "Another clone of this repository, built: one more contender, weir-against.")
  private @Nullable Path against;

  @Option(names = "--keep", description = "Keep the input and all tables.")
  private boolean keep;

  @Option(
      names = "--root",
      hidden = true,
      defaultValue = "${weir.root:-.}",
      description = "The clone that is measured.")
  private Path root = Path.of("");

  @Option(names = "--work", hidden = true, description = "Where the input and the tables go.")
  private @Nullable Path work;

  @Option(names = "--results", hidden = true, description = "Where the results go.")
  private @Nullable Path resultsFolder;

  private PipelineBenchmark() {}

  /** Runs the benchmark and ends the process. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The benchmark, ready to run. */
  static CommandLine commandLine() {
    return new CommandLine(new PipelineBenchmark());
  }

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    root = root.toRealPath();
    Path works = work == null ? root.resolve("benchmarks/target/work") : work;
    Path folder =
        Files.createTempDirectory(Files.createDirectories(works.toAbsolutePath()), "run-");
    Path input = folder.resolve("events.ndjson");
    List<Contender> contenders = contenders(input, folder);
    Map<String, String> circumstances = circumstances();
    try {
      say("generating %,d events ...".formatted(events));
      EventGenerator.Totals generated = generate(input);
      Contents contents = check(input, generated);
      Map<String, List<Results.Run>> runs = runRounds(contenders, contents, folder);
      circumstances.put("load at the end", "%.1f".formatted(Machine.load()));
      report(
          new Results(
              circumstances, generated.lines(), generated.bytes(), runs, whatTheyAre(contenders)));
    } finally {
      if (!keep) {
        Folders.delete(folder);
      }
    }
    return 0;
  }

  private EventGenerator.Totals generate(Path input) throws IOException {
    GeneratorSettings settings = GeneratorSettings.of(events).withFaults(DUPLICATES_PER_MILLION, 0);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(input), 1 << 20)) {
      return new EventGenerator(settings).write(out);
    }
  }

  /** Reads the whole input, so that it is in the page cache for everybody. */
  private static Contents check(Path input, EventGenerator.Totals generated)
      throws SQLException, IOException {
    Contents contents = Contents.ofJson(input);
    if (contents.rows() != generated.lines() || contents.distinct() != generated.events()) {
      throw new IOException("generated %s, but the file has %s".formatted(generated, contents));
    }
    return contents;
  }

  private Map<String, List<Results.Run>> runRounds(
      List<Contender> contenders, Contents contents, Path folder)
      throws IOException, InterruptedException, SQLException {
    Map<String, List<Results.Run>> runs = new LinkedHashMap<>();
    contenders.forEach(contender -> runs.put(contender.name(), new ArrayList<>()));
    List<Contender> order = new ArrayList<>(contenders);
    for (int round = 1; round <= rounds; round++) {
      for (Contender contender : order) {
        Results.Run run = run(contender, contents, folder);
        Objects.requireNonNull(runs.get(contender.name())).add(run);
        say(
            "round %d of %d, %s: %.2f s, CPU %.2f s, %d MiB"
                .formatted(
                    round,
                    rounds,
                    contender.name(),
                    run.usage().seconds(),
                    run.usage().cpuSeconds(),
                    run.usage().peakRssBytes() >> 20));
      }
      // Nobody always comes first after a pause, or always after the same neighbour.
      Collections.reverse(order);
    }
    return runs;
  }

  private Results.Run run(Contender contender, Contents contents, Path folder)
      throws IOException, InterruptedException, SQLException {
    Path output = folder.resolve(contender.name());
    Folders.delete(output);
    sync();
    ProcessBuilder builder = new ProcessBuilder(contender.command());
    // What the caller has set for weir does not count: a result names all that does.
    builder.environment().keySet().removeIf(key -> key.startsWith("WEIR_"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    // Claims of a run before would make duplicates of everything.
    builder.environment().put("WEIR_REDIS_NAME", "benchmark-" + UUID.randomUUID());
    builder.environment().putAll(contender.environment());
    Usage usage =
        MeasuredProcess.run(builder, folder.resolve(contender.name() + ".log"), LONGEST_RUN);
    Contents wanted = contender.dropsDuplicates() ? contents.once() : contents;
    Contents landed = Contents.ofParquet(contender.table());
    if (!landed.equals(wanted)) {
      throw new IOException("%s left %s; right is %s".formatted(contender.name(), landed, wanted));
    }
    long files = 0;
    long bytes = 0;
    for (Path file : files(contender.table())) {
      files++;
      bytes += Files.size(file);
    }
    if (!keep) {
      Folders.delete(output);
    }
    return new Results.Run(usage, files, bytes);
  }

  private List<Contender> contenders(Path input, Path folder) {
    List<Contender> all = new ArrayList<>();
    all.add(floor("floor", workers, 0, input, folder));
    all.add(floor("floor-level1", workers, 1, input, folder));
    if (only.contains("floor-thread1")) {
      all.add(floor("floor-thread1", 1, 0, input, folder));
    }
    List<String> variants = weirOptions.isEmpty() ? List.of("") : weirOptions;
    for (int i = 0; i < variants.size(); i++) {
      all.add(weir(i == 0 ? "weir" : "weir-" + (i + 1), root, variants.get(i), input, folder));
    }
    String quality = " --config " + root.resolve("benchmarks/quality.yaml").toAbsolutePath();
    all.add(weir("weir-quality", root, variants.get(0) + quality, input, folder));
    if (redis != null) {
      String variant = variants.get(0) + " --claims " + redis;
      all.add(weir("weir-redis", root, variant, input, folder));
    }
    if (against != null) {
      all.add(weir("weir-against", against.toAbsolutePath(), variants.get(0), input, folder));
    }
    List<String> names = all.stream().map(Contender::name).toList();
    for (String name : only) {
      if (!names.contains(name)) {
        throw new CommandLine.ParameterException(
            spec.commandLine(),
            "--only is '%s'; allowed are %s and floor-thread1".formatted(name, names));
      }
    }
    return all.stream().filter(c -> only.isEmpty() || only.contains(c.name())).toList();
  }

  private static Contender floor(String name, int threads, int level, Path input, Path folder) {
    return Contender.floor(name, threads, level, input, folder.resolve(name));
  }

  private Contender weir(String name, Path clone, String variant, Path input, Path folder) {
    List<String> options = new ArrayList<>(List.of("--workers", Integer.toString(workers)));
    if (batchRecords != null) {
      options.addAll(List.of("--batch-records", Integer.toString(batchRecords)));
    }
    Arrays.stream(variant.strip().split("\\s+")).filter(w -> !w.isEmpty()).forEach(options::add);
    return Contender.weir(name, clone, options, input, folder.resolve(name));
  }

  private Map<String, String> circumstances()
      throws IOException, InterruptedException, SQLException {
    Machine machine = Machine.ofThis();
    List<String> command = new ArrayList<>(List.of("benchmarks/run"));
    command.addAll(spec.commandLine().getParseResult().originalArgs());
    Map<String, String> all = new LinkedHashMap<>();
    all.put("date", LocalDate.now(clock.withZone(ZoneOffset.UTC)).toString());
    all.put("commit", Commit.of(root));
    all.put("command", CommandText.of(command));
    all.put(
        "input", "%,d distinct events, 20 types, 2 days, 2%% duplicates on top".formatted(events));
    all.put("rounds", Integer.toString(rounds));
    all.put(
        "machine",
        "%d cores of %s, %.1f GiB"
            .formatted(machine.cores(), machine.cpu(), machine.memoryBytes() / (double) (1 << 30)));
    all.put("system", machine.system());
    all.put("jdk", machine.jdk());
    all.put("duckdb", duckDbVersion());
    all.put("load at the start", "%.1f".formatted(Machine.load()));
    return all;
  }

  private static String duckDbVersion() throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:")) {
      return connection.getMetaData().getDatabaseProductVersion();
    }
  }

  private void report(Results results) throws IOException {
    Path folder =
        Files.createDirectories(
            resultsFolder == null ? root.resolve("benchmarks/results") : resultsFolder);
    String name = results.circumstances().get("date") + "-" + results.circumstances().get("commit");
    Files.writeString(folder.resolve(name + ".md"), MarkdownReport.page(results));
    Files.writeString(folder.resolve(name + ".json"), JsonReport.of(results));
    spec.commandLine().getOut().println(MarkdownReport.table(results));
    spec.commandLine().getOut().flush();
    say("written: %s.md and %s.json".formatted(name, name));
  }

  private static Map<String, String> whatTheyAre(List<Contender> contenders) {
    Map<String, String> what = new LinkedHashMap<>();
    contenders.forEach(contender -> what.put(contender.name(), contender.what()));
    return what;
  }

  private void say(String line) {
    spec.commandLine().getErr().println(line);
    spec.commandLine().getErr().flush();
  }

  /** Waits until what others have written is on disk, so that nobody pays for it. */
  private static void sync() throws IOException, InterruptedException {
    new ProcessBuilder("sync").start().waitFor();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.filter(Files::isRegularFile).toList();
    }
  }
}
