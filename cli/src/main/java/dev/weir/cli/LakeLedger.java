package dev.weir.cli;

import dev.weir.cli.ledger.LedgerFiles;
import dev.weir.cli.ledger.LedgerTail;
import dev.weir.settings.Settings;
import dev.weir.settings.SettingsException;
import dev.weir.settings.SettingsReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options that say whose ledger is read, and how. */
@OptionHeading("Which lake")
public final class LakeLedger {
  /** A function has so long, and nobody lands longer after planning. */
  private static final Duration TRUST_REMOTE = Duration.ofMinutes(15);

  /** Looking at a file of this machine costs next to nothing. */
  private static final Duration TRUST_LOCAL = Duration.ofDays(7);

  @Option(
      names = "--lake",
      paramLabel = "DIR|s3://BUCKET/PREFIX",
      description = "What weir run or the function wrote to.")
  @SuppressWarnings("UnusedVariable") // read as a setting
  private @Nullable String lake;

  @Option(
      names = "--trust-after",
      paramLabel = "TIME",
      converter = TrustAfter.class,
      description =
          "Whether the files of a planned attempt are there is looked at up to this age, from 0s to"
              + " 36500d (default: 15m for a lake in S3, 7d for one in a folder).")
  private @Nullable Duration trustAfter;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A YAML file with settings, such as those of S3, as in weir run.")
  private @Nullable Path config;

  /** Where the lake is, as it was given. */
  public String location(CommandSpec command) {
    return settings(command).lake().path();
  }

  /**
   * A tail of the ledger. Nothing is read yet.
   *
   * @param since attempts that planned before do not count
   * @throws UsageException if there is no such lake, or a setting is wrong
   */
  public LedgerTail tail(CommandSpec command, Instant since, Clock clock) {
    Settings.Reading settings = settings(command);
    if (!settings.lake().isInS3()) {
      requireLake(Path.of(settings.lake().path()));
    }
    LedgerFiles files;
    try {
      files = LedgerFiles.open(settings);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    return new LedgerTail(files, since, trust(files.isRemote(), trustAfter), clock);
  }

  /**
   * How old a plan is that counts without a look at its files.
   *
   * @param given what was asked for
   */
  public static Duration trust(boolean remote, @Nullable Duration given) {
    if (given != null) {
      return given;
    }
    return remote ? TRUST_REMOTE : TRUST_LOCAL;
  }

  private Settings.Reading settings(CommandSpec command) {
    try {
      return SettingsReader.ofThisProcess().readForReading(config, SettingsFlags.of(command));
    } catch (SettingsException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private static void requireLake(Path folder) {
    if (!Files.isDirectory(folder)) {
      String problem = Files.exists(folder) ? "this is a file" : "there is nothing at this path";
      throw UsageException.of("--lake", folder, "the folder of a lake (" + problem + ")");
    }
  }

  private static final class TrustAfter extends TimeSpan {
    TrustAfter() {
      super(Duration.ZERO, Duration.ofDays(36_500));
    }
  }
}
