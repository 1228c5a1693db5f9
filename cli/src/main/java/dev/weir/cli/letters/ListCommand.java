package dev.weir.cli.letters;

import dev.weir.cli.ExitCodes;
import dev.weir.cli.FormatConverter;
import dev.weir.cli.OptionHeading;
import dev.weir.cli.Streams;
import dev.weir.cli.UsageException;
import dev.weir.cli.query.ResultFormat;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir dead-letters list}: single letters, the latest first, without their bytes. */
@Command(
    name = "list",
    header = "List dead letters, the latest first.",
    customSynopsis = "weir dead-letters list --lake DIR|s3://BUCKET/PREFIX [OPTION]...",
    description = "%nOne row for each; weir dead-letters show has the bytes.",
    footer = {
      "",
      "Examples:",
      "  weir dead-letters list --lake lake --reason missing_time,invalid_time",
      "  weir dead-letters list --lake lake --since 2026-01-31 --limit 1000 --format json"
    })
final class ListCommand implements Callable<Integer> {
  static final int MAX_LIMIT = 1_000_000;

  private final Streams streams;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private final LakeOptions lake = new LakeOptions();
  @Mixin private final FilterOptions which = new FilterOptions();
  @Mixin private final Rows rows = new Rows();

  @OptionHeading("How they are shown")
  static final class Rows {
    @Option(names = "--replayed", description = "Those that were replayed, too.")
    private boolean replayed;

    @Option(
        names = "--limit",
        paramLabel = "N",
        description = "The most that are listed (default: 100).")
    private int limit = 100;

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        defaultValue = "table",
        converter = FormatConverter.class,
        description = "table (default), csv, json or md.")
    private ResultFormat format = ResultFormat.TABLE;
  }

  ListCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    if (rows.limit < 1 || rows.limit > MAX_LIMIT) {
      throw UsageException.of("--limit", rows.limit, "a whole number from 1 to " + MAX_LIMIT);
    }
    LetterFilter filter = which.filter();
    LetterSettings settings = LetterSettings.of(spec, lake, streams);
    try (OpenLetters letters = OpenLetters.open(settings.reader(), filter)) {
      String chosen =
          """
          (FROM letters WHERE %s ORDER BY arrival_time DESC, dead_letter_uuid LIMIT %d)
          """
              .formatted(rows.replayed ? "true" : "outcome IS NULL", rows.limit);
      letters.addTypes("SELECT dead_letter_uuid, raw FROM " + chosen, settings.decoder());
      letters.write(
          """
          SELECT dead_letter_uuid, reason, coalesce(types.event_type, '-') AS event_type,
            arrival_time, stream, shard_id, sequence_number, sub_index, raw_bytes,
            outcome AS replayed, detail
          FROM %s LEFT JOIN types USING (dead_letter_uuid)
          ORDER BY arrival_time DESC, dead_letter_uuid
          """
              .formatted(chosen),
          rows.format,
          streams);
      return ExitCodes.OK;
    } catch (SQLException e) {
      throw OpenLetters.failure(e);
    }
  }
}
