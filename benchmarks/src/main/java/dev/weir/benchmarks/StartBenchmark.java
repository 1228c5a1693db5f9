package dev.weir.benchmarks;

import dev.weir.local.Folders;
import dev.weir.local.FunctionOptions;
import dev.weir.local.LocalAws;
import dev.weir.local.LocalTools;
import dev.weir.local.RedisServer;
import dev.weir.local.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * How long the Lambda function takes from the start of its JVM until it is ready: as a plain fat
 * jar, from its zip, and from its zip with an archive of classes; with folders as stores, and with
 * S3 and Redis.
 */
@Command(
    name = "benchmarks/start",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures the start of the Lambda function; see benchmarks/README.md.")
final class StartBenchmark implements Callable<Integer> {
  private static final List<String> PHASES = List.of("before", "engine", "claims", "lake", "total");
  private static final String HANDLER = "dev.weir.lambda.EventHandler::handleRequest";

  private final LocalTools tools = LocalTools.installed();

  private enum Layout {
    FAT("fat jar"),
    ZIP("zip"),
    ARCHIVE("zip with archive");

    private final String text;

    Layout(String text) {
      this.text = text;
    }
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--rounds",
      defaultValue = "11",
      description = "How often each contender starts (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--warm-up",
      defaultValue = "1",
      description = "Rounds before these, which are not counted (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--only",
      split = ",",
      defaultValue = "fat,zip,archive",
      description = "The layouts of the function (default: ${DEFAULT-VALUE}).")
  private Set<Layout> layouts = EnumSet.noneOf(Layout.class);

  @Option(
      names = "--java",
      split = ",",
      description = "Homes of Java platforms (default: the one that runs this).")
  private List<Path> javas = List.of(Path.of(System.getProperty("java.home")));

  @Option(names = "--root", hidden = true, defaultValue = "${weir.root:-.}")
  private Path root = Path.of("");

  @Option(names = "--results", hidden = true)
  private Path results = Path.of("");

  private StartBenchmark() {}

  /** Runs the benchmark and ends the process. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The benchmark, ready to run. */
  static CommandLine commandLine() {
    return new CommandLine(new StartBenchmark()).setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public Integer call() throws Exception {
    root = root.toRealPath();
    Path works = Files.createDirectories(root.resolve("benchmarks/target/work"));
    Path folder = Files.createTempDirectory(works, "start-");
    Map<String, String> circumstances = circumstances();
    try (S3Server s3 = S3Server.start(tools, folder.resolve("s3"));
        RedisServer redis = RedisServer.start(tools, folder.resolve("redis"))) {
      s3.createBucket("start");
      Map<String, FunctionOptions> contenders = contenders(folder, s3, redis);
      report(circumstances, measure(contenders));
    } finally {
      Folders.delete(folder);
    }
    return 0;
  }

  private Map<String, FunctionOptions> contenders(Path folder, S3Server s3, RedisServer redis)
      throws IOException, InterruptedException {
    Map<String, FunctionOptions> all = new LinkedHashMap<>();
    for (Path java : javas) {
      Path archived = folder.resolve("archived-" + all.size());
      archive(java, archived);
      Path fat = folder.resolve("fat-" + all.size());
      if (layouts.contains(Layout.FAT)) {
        fat(archived, fat);
      }
      for (boolean remote : new boolean[] {false, true}) {
        Path own = Files.createTempDirectory(folder, "stores-");
        Map<String, String> environment = remote ? remote(s3, redis) : local(own);
        String name = "Java %s, %s, ".formatted(version(java), remote ? "S3 and Redis" : "folders");
        Map<String, String> wrapped = new HashMap<>(environment);
        wrapped.put("AWS_LAMBDA_EXEC_WRAPPER", archived.resolve("weir-start").toString());
        for (Layout layout : layouts) {
          FunctionOptions function =
              switch (layout) {
                case FAT -> function(java, fat, own, environment);
                case ZIP -> function(java, archived, own, environment);
                case ARCHIVE -> function(java, archived, own, wrapped);
              };
          all.put(name + layout.text, function);
        }
      }
    }
    return all;
  }

  private static FunctionOptions function(
      Path java, Path task, Path own, Map<String, String> environment) {
    return FunctionOptions.of(task, HANDLER, own.resolve("sandboxes"))
        .onJava(java, List.of())
        .withEnvironment(environment);
  }

  private static Map<String, String> local(Path folder) {
    return Map.of(
        "WEIR_LAKE_PATH", folder.resolve("lake").toString(),
        "WEIR_CLAIMS_PATH", folder.resolve("claims").toString());
  }

  private static Map<String, String> remote(S3Server s3, RedisServer redis) {
    return Map.of(
        "AWS_ACCESS_KEY_ID",
        LocalAws.ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY",
        LocalAws.SECRET_ACCESS_KEY,
        "WEIR_LAKE_PATH",
        "s3://start/lake",
        "WEIR_S3_ENDPOINT",
        s3.uri().toString(),
        "WEIR_S3_PATH_STYLE",
        "true",
        "WEIR_CLAIMS_PATH",
        redis.uri().toString(),
        "WEIR_REDIS_EXPECTED_CLAIMS",
        "100000");
  }

  /** Has the archive made, which leaves the unpacked function behind. */
  private void archive(Path java, Path task) throws IOException, InterruptedException {
    Path zip = root.resolve("lambda/target/weir-lambda-x86_64.zip");
    Path log = task.resolveSibling(task.getFileName() + ".log");
    Process process =
        new ProcessBuilder(
                root.resolve("lambda/archive").toString(),
                zip.toString(),
                task.resolveSibling(task.getFileName() + ".zip").toString(),
                "--java",
                java.toString(),
                "--runtime",
                tools.lambdaRuntime(),
                "--task",
                task.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new IOException("no archive was made: " + Files.readString(log));
    }
  }

  /** Every class and every platform's libraries in one jar; the driver unpacks its own. */
  private void fat(Path archived, Path task) throws IOException {
    List<Path> jars = new ArrayList<>();
    for (Path jar : jars(archived.resolve("lib"))) {
      if (!jar.endsWith("native-classes.jar")) {
        jars.add(jar);
      }
    }
    for (Path jar : jars(root.resolve("cli/target/lib"))) {
      if (jar.getFileName().toString().matches("(duckdb_jdbc|zstd-jni)-.*")) {
        jars.add(jar);
      }
    }
    FatJar.write(jars, Files.createDirectories(task.resolve("lib")).resolve("function.jar"));
  }

  private static List<Path> jars(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  /** Round by round, every other one backwards. */
  private Map<String, List<FunctionStart>> measure(Map<String, FunctionOptions> contenders)
      throws IOException, InterruptedException {
    Map<String, List<FunctionStart>> starts = new LinkedHashMap<>();
    contenders.keySet().forEach(name -> starts.put(name, new ArrayList<>()));
    List<Map.Entry<String, FunctionOptions>> order = new ArrayList<>(contenders.entrySet());
    for (int round = 0; round < warmUp + rounds; round++) {
      for (Map.Entry<String, FunctionOptions> contender : order) {
        FunctionStart start = FunctionStart.of(tools, contender.getValue());
        if (round >= warmUp) {
          starts.computeIfAbsent(contender.getKey(), name -> new ArrayList<>()).add(start);
        }
      }
      Collections.reverse(order);
    }
    return starts;
  }

  private Map<String, String> circumstances() throws IOException, InterruptedException {
    Map<String, String> all = new LinkedHashMap<>();
    Machine machine = Machine.ofThis();
    all.put("date", LocalDate.now(ZoneOffset.UTC).toString());
    all.put("commit", Commit.of(root));
    List<String> command = new ArrayList<>(List.of("benchmarks/start"));
    command.addAll(spec.commandLine().getParseResult().originalArgs());
    all.put("command", CommandText.of(command));
    all.put("rounds", Integer.toString(rounds));
    all.put(
        "machine",
        "%d cores of %s, %.1f GiB"
            .formatted(machine.cores(), machine.cpu(), machine.memoryBytes() / (double) (1 << 30)));
    all.put("system", machine.system());
    for (Path java : javas) {
      all.put(
          "Java " + version(java),
          release(java, "IMPLEMENTOR") + " " + release(java, "JAVA_RUNTIME_VERSION"));
    }
    all.put("load at the start", "%.1f".formatted(Machine.load()));
    return all;
  }

  private static String version(Path java) throws IOException {
    return release(java, "JAVA_VERSION").replaceAll("(\\d+).*", "$1");
  }

  private static String release(Path java, String key) throws IOException {
    return Machine.value(Files.readAllLines(java.resolve("release")), key, "=").replace("\"", "");
  }

  private void report(Map<String, String> circumstances, Map<String, List<FunctionStart>> starts)
      throws IOException {
    circumstances.put("load at the end", "%.1f".formatted(Machine.load()));
    String table = table(starts);
    StringBuilder page = new StringBuilder("# Start of the Lambda function\n\n");
    circumstances.forEach((key, value) -> page.append("- %s: %s\n".formatted(key, value)));
    page.append('\n').append(table);
    page.append(
        """

        Milliseconds from the start of the process until the runtime client asks for the first event;
        medians (least to most). CPU is user and system time until then. `before` is the JVM, the runtime
        client and the settings; `engine` and `claims` follow each other, and with S3 `lake` goes on
        beside them; `total` is from the first of them to the last. The figures of the phases are medians
        of their own.
        """);
    Path folder =
        Files.createDirectories(
            results.toString().isEmpty() ? root.resolve("benchmarks/results") : results);
    String name =
        "start-%s-%s.md".formatted(circumstances.get("date"), circumstances.get("commit"));
    Files.writeString(folder.resolve(name), page);
    spec.commandLine().getOut().println(table);
    spec.commandLine().getErr().println("written: " + name);
  }

  private static String table(Map<String, List<FunctionStart>> starts) {
    StringBuilder table = new StringBuilder("| start | ready | CPU |");
    PHASES.forEach(phase -> table.append(" ").append(phase).append(" |"));
    table.append("\n| --- | ---: | ---: |").append(" ---: |".repeat(PHASES.size())).append('\n');
    starts.forEach(
        (name, all) -> {
          Spread wall = spread(all.stream().map(FunctionStart::wallMillis).toList());
          Spread cpu = spread(all.stream().map(FunctionStart::cpuMillis).toList());
          table.append(
              String.format(
                  Locale.ROOT,
                  "| %s | %.0f (%.0f to %.0f) | %.0f (%.0f to %.0f) |",
                  name,
                  wall.median(),
                  wall.min(),
                  wall.max(),
                  cpu.median(),
                  cpu.min(),
                  cpu.max()));
          for (String phase : PHASES) {
            Spread part =
                spread(all.stream().map(start -> start.phases().getOrDefault(phase, 0.0)).toList());
            table.append(String.format(Locale.ROOT, " %.0f |", part.median()));
          }
          table.append('\n');
        });
    return table.toString();
  }

  private static Spread spread(List<Double> values) {
    return Spread.of(values.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
