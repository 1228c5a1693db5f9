package dev.weir.cli.letters;

import dev.weir.cli.CommandFailedException;
import dev.weir.cli.ExitCodes;
import dev.weir.cli.OptionHeading;
import dev.weir.cli.SettingsFlags;
import dev.weir.cli.StopSignal;
import dev.weir.cli.Streams;
import dev.weir.cli.UsageException;
import dev.weir.cli.WrongSql;
import dev.weir.cli.query.LakeReader;
import dev.weir.lake.WrongClaimsException;
import dev.weir.settings.Keys;
import dev.weir.settings.Settings;
import dev.weir.settings.SettingsException;
import dev.weir.settings.SettingsReader;
import dev.weir.transform.SqlException;
import dev.weir.wiring.RecordExaminer;
import dev.weir.wiring.Wiring;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code weir replay}: sends dead letters through the pipeline again, each exactly once. */
@Command(
    name = "replay",
    header = "Send dead letters through the pipeline again, each exactly once.",
    customSynopsis = "weir replay --lake DIR|s3://BUCKET/PREFIX [OPTION]...",
    description =
        "%nA record that is an event with the settings of today, or that --sql has mended, lands,"
            + " and its letter counts as replayed from then on. All others stay as they are. Run it"
            + " again after any failure: what has landed is recognised.",
    footer = {
      "",
      "Examples:",
      "  weir replay --lake lake --reason 'expectation:*' --since 7d --dry-run",
      "  weir replay --lake lake --reason missing_time --sql mend.sql",
      "  weir replay --lake lake --id 3b7c2a9e-51d4-4f60-9a3b-7d2e8c1f5a46 --sql mend.sql"
    })
public final class ReplayCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(25);
  private static final Pattern ID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final int MAX_LETTERS = 10_000_000;

  private final Streams streams;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private final FilterOptions which = new FilterOptions();
  @Mixin private final More more = new More();
  @Mixin private final Mending mending = new Mending();
  @Mixin private final LakeOptions lake = new LakeOptions();
  @Mixin private final How how = new How();

  @OptionHeading("Which dead letters")
  static final class More {
    @Option(
        names = "--id",
        split = ",",
        paramLabel = "UUID",
        converter = IdConverter.class,
        description = "Those with one of these ids (dead_letter_uuid).")
    private List<UUID> ids = List.of();

    @Option(
        names = "--limit",
        paramLabel = "N",
        description = "The most open letters of this replay (default: 1000000).")
    private int limit = 1_000_000;
  }

  @OptionHeading("What is done with them")
  static final class Mending {
    @Option(
        names = "--sql",
        paramLabel = "FILE",
        description =
            "One SELECT over the table dead_letters, with the bytes in raw and text: its columns"
                + " dead_letter_uuid and raw are the records to send. What it leaves out is not"
                + " replayed.")
    private @Nullable Path sql;

    @Option(
        names = "--dry-run",
        description = "Say what would be done; nothing is written or claimed.")
    private boolean dryRun;
  }

  @OptionHeading("How the work is done")
  static final class How {
    @Option(
        names = "--claims",
        paramLabel = "DIR|redis[s]://HOST:PORT",
        description = "Where the claims are kept, as for weir run.")
    @SuppressWarnings("UnusedVariable") // read as a setting
    private @Nullable String claims;

    @Option(
        names = "--summary-json",
        paramLabel = "FILE",
        description = "Write the summary as one JSON object, too.")
    @SuppressWarnings("UnusedVariable") // read as a setting
    private @Nullable String summaryJson;
  }

  /** A command on these streams. */
  public ReplayCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    if (more.limit < 1 || more.limit > MAX_LETTERS) {
      throw UsageException.of("--limit", more.limit, "a whole number from 1 to " + MAX_LETTERS);
    }
    LetterFilter filter = which.filter().withIds(more.ids);
    Settings settings = settings();
    requireWritable(settings.run().summaryJson());
    String sql = sql();
    LakeReader reader =
        new LakeReader(
            new Settings.Reading(settings.lake(), settings.s3(), settings.query()), streams);
    ReplayTotals totals = new ReplayTotals();
    try (RecordExaminer examiner = examiner(settings)) {
      if (mending.dryRun) {
        return replay(settings, reader, filter, sql, new Trial(examiner, totals), totals);
      }
      try (Wiring wiring = wire(settings)) {
        int tries = settings.run().attempts();
        BatchEnd landing = new LetterLanding(examiner, wiring.replay(), tries, totals);
        return replay(settings, reader, filter, sql, landing, totals);
      }
    }
  }

  private int replay(
      Settings settings,
      LakeReader reader,
      LetterFilter filter,
      @Nullable String sql,
      BatchEnd end,
      ReplayTotals totals)
      throws IOException {
    boolean complete;
    try (OpenLetters letters = OpenLetters.open(reader, filter);
        StopSignal signal = StopSignal.listen(PATIENCE, this::abandoned)) {
      long replayed =
          LetterSource.count(
              letters.connection(),
              "SELECT count(DISTINCT dead_letter_uuid) FROM letters WHERE outcome IS NOT NULL");
      try (LetterSource source = LetterSource.open(letters.connection(), sql, more.limit)) {
        totals.choose(source.chosen(), replayed);
        ReplayJob job =
            new ReplayJob(
                source,
                new LetterDecoder(new Settings.Decoding(settings.fields(), settings.limits())),
                new LakeLook(reader, hasOwnSql(settings)),
                end,
                settings,
                totals,
                signal::isRequested);
        complete = run(job);
      }
      report(totals, settings.run().summaryJson(), complete);
    } catch (SQLException e) {
      throw OpenLetters.failure(e);
    }
    return complete ? ExitCodes.OK : ExitCodes.INTERRUPTED;
  }

  private boolean run(ReplayJob job) throws SQLException {
    try {
      return job.run();
    } catch (IOException e) {
      throw new CommandFailedException(
          "%s; what was acknowledged is in the lake, run it again for the rest"
              .formatted(e.getMessage()),
          e);
    }
  }

  private void report(ReplayTotals totals, @Nullable Path json, boolean complete)
      throws IOException {
    if (complete) {
      totals.requireBalance();
    } else {
      streams.err().println("weir replay: stopped before the end; run it again to go on");
    }
    streams.out().write(totals.text(mending.dryRun).getBytes(StandardCharsets.UTF_8));
    streams.out().flush();
    if (json != null) {
      // Whoever waits for the file never sees half of it.
      Path draft = json.resolveSibling(json.getFileName() + ".draft");
      Files.write(draft, totals.json(mending.dryRun));
      Files.move(draft, json, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static void requireWritable(@Nullable Path json) {
    if (json != null) {
      Path folder = json.toAbsolutePath().getParent();
      if (folder == null || !Files.isWritable(folder) || Files.isDirectory(json)) {
        throw UsageException.of("--summary-json", json, "a file in a folder that can be written");
      }
    }
  }

  private void abandoned() {
    streams.err().println("weir replay: a batch was abandoned; run it again to go on");
  }

  /** SQL of the user's own may put an event into any folder. */
  private static boolean hasOwnSql(Settings settings) {
    return settings.transform().sql() != null || settings.transform().sqlText() != null;
  }

  private Settings settings() {
    Map<String, List<String>> flags = new LinkedHashMap<>();
    flags.putAll(SettingsFlags.of(spec));
    // For weir run the option of this name is the SQL over events.
    Keys.ofFlag("--sql").ifPresent(key -> flags.remove(key.name()));
    // One thread replays; what other workers would hold of the engine's memory is better used so.
    flags.put("run.workers", List.of("1"));
    try {
      return SettingsReader.ofThisProcess().read(lake.config, flags);
    } catch (SettingsException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private @Nullable String sql() {
    Path file = mending.sql;
    try {
      return file == null ? null : Files.readString(file);
    } catch (IOException e) {
      throw UsageException.of("--sql", String.valueOf(file), "a file with SQL that can be read");
    }
  }

  private static Wiring wire(Settings settings) throws IOException {
    try {
      return Wiring.open(settings, Clock.systemUTC());
    } catch (SqlException e) {
      throw WrongSql.in(settings, e);
    } catch (FileSystemException e) {
      throw e; // its message is a path only
    } catch (IOException | WrongClaimsException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()), e);
    }
  }

  private static RecordExaminer examiner(Settings settings) throws IOException {
    try {
      return RecordExaminer.open(settings);
    } catch (SqlException e) {
      throw WrongSql.in(settings, e);
    }
  }

  private static final class IdConverter implements ITypeConverter<UUID> {
    @Override
    public UUID convert(String text) {
      if (!ID.matcher(text).matches()) {
        throw new TypeConversionException("a dead_letter_uuid");
      }
      return UUID.fromString(text);
    }
  }
}
