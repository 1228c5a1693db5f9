package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.cli.letters.DeadLettersCommand;
import dev.weir.cli.letters.ReplayCommand;
import dev.weir.cli.local.LocalCommand;
import dev.weir.cli.monitor.MonitorCommand;
import dev.weir.cli.report.ReportCommand;
import dev.weir.cli.run.RunCommand;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code weir} command: finds the subcommand, runs it, and answers with an exit code. */
@Command(
    name = "weir",
    versionProvider = Version.class,
    customSynopsis = "weir COMMAND [OPTION]...",
    header = "Lands JSON events in a Parquet lake, each event once.",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Examples:",
      "  weir run --input examples/git-events.ndjson.gz --lake lake",
      "  weir query \"SELECT event_type, count(*) FROM events GROUP BY ALL\" --lake lake",
      "",
      "weir COMMAND --help tells more about a command."
    })
public final class Main implements Runnable {
  private static final int HELP_WIDTH = 88;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help and end.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the versions of Weir, DuckDB and Java, and end.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean version;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "When something fails, show where in the code.")
  boolean stacktrace;

  private Main() {}

  /** Runs the command line and ends the process. */
  public static void main(String[] args) {
    int code = execute(Streams.ofProcess(), args);
    System.exit(code);
  }

  /** Runs the command line and answers with one of the {@link ExitCodes}. */
  public static int execute(Streams streams, String... args) {
    return commandLine(streams).execute(args);
  }

  /** The whole command line, ready to parse. */
  static CommandLine commandLine(Streams streams) {
    CommandLine weir = new CommandLine(new Main());
    subcommands(streams).forEach(weir::addSubcommand);

    Failures failures = new Failures(streams.err());
    weir.setOut(new PrintWriter(streams.out(), true, UTF_8))
        .setErr(new PrintWriter(streams.err(), true, UTF_8))
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .setColorScheme(Help.defaultColorScheme(Ansi.OFF))
        .setUsageHelpWidth(HELP_WIDTH);
    // A misspelt option after the values of --input is not one more of them.
    Objects.requireNonNull(weir.getSubcommands().get("run"))
        .setUnmatchedOptionsAllowedAsOptionParameters(false);
    HelpLayout.applyTo(weir);
    return weir;
  }

  /** In the order in which the help lists them. */
  private static List<Object> subcommands(Streams streams) {
    return List.of(
        new RunCommand(streams),
        new GenerateCommand(streams),
        new QueryCommand(streams),
        new MonitorCommand(streams),
        new ReportCommand(streams),
        deadLetters(streams),
        new ReplayCommand(streams),
        new LocalCommand(streams),
        new DoctorCommand(streams),
        new CompletionCommand(streams));
  }

  private static CommandLine deadLetters(Streams streams) {
    DeadLettersCommand command = new DeadLettersCommand(streams);
    CommandLine line = new CommandLine(command);
    command.subcommands().forEach(line::addSubcommand);
    return line;
  }

  @Override
  public void run() {
    throw new UsageException("a command is missing");
  }
}
