package dev.weir.cli.letters;

import dev.weir.cli.ExitCodes;
import dev.weir.cli.FormatConverter;
import dev.weir.cli.OptionHeading;
import dev.weir.cli.Streams;
import dev.weir.cli.UsageException;
import dev.weir.cli.query.ResultFormat;
import dev.weir.record.Reason;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir dead-letters conflicts}: what conflicting records say otherwise. */
@Command(
    name = "conflicts",
    header = "Show what conflicting records say otherwise than the events that have landed.",
    customSynopsis = "weir dead-letters conflicts --lake DIR|s3://BUCKET/PREFIX [OPTION]...",
    description =
        "%nA conflict is a record with the uuid of an event, and another name, time or payload. One"
            + " row for each member that differs; weir dead-letters show has the others, too.",
    footer = {
      "",
      "Examples:",
      "  weir dead-letters conflicts --lake lake",
      "  weir dead-letters conflicts --lake lake --since 7d --limit 1000 --format csv"
    })
final class ConflictsCommand implements Callable<Integer> {
  private static final int MAX_LIMIT = 10_000;

  private final Streams streams;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private final LakeOptions lake = new LakeOptions();
  @Mixin private final Which which = new Which();
  @Mixin private final How how = new How();

  @OptionHeading("Which conflicts")
  static final class Which {
    @Option(
        names = "--since",
        paramLabel = "TIME",
        converter = Moment.class,
        description = "Those whose records arrived since a day, a time, or so long ago (7d, 12h).")
    private @Nullable Instant since;

    @Option(
        names = "--until",
        paramLabel = "TIME",
        converter = Moment.class,
        description = "Those whose records arrived before that.")
    private @Nullable Instant until;

    @Option(
        names = "--limit",
        paramLabel = "N",
        description = "The most conflicts that are shown, the latest first (default: 20).")
    private int limit = 20;

    @Option(
        names = "--all-days",
        description =
            "Of a lake in S3, look for the landed event in all days, not only in the record's own.")
    private boolean allDays;
  }

  @OptionHeading("How they are shown")
  static final class How {
    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        defaultValue = "table",
        converter = FormatConverter.class,
        description = "table (default), csv, json or md.")
    private ResultFormat format = ResultFormat.TABLE;
  }

  ConflictsCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    if (which.limit < 1 || which.limit > MAX_LIMIT) {
      throw UsageException.of("--limit", which.limit, "a whole number from 1 to " + MAX_LIMIT);
    }
    LetterFilter filter =
        new LetterFilter(
            List.of(Reason.CONFLICTING_DUPLICATE.code()), which.since, which.until, List.of());
    LetterSettings settings = LetterSettings.of(spec, lake, streams);
    try (ResultRows rows =
        ResultRows.of(
            "dead_letter_uuid UUID",
            "event_uuid UUID",
            "member VARCHAR",
            "landed VARCHAR",
            "dead_letter VARCHAR")) {
      for (Conflicting conflicting : conflicts(settings, filter)) {
        add(conflicting, settings, rows);
      }
      rows.write(how.format, streams);
      return ExitCodes.OK;
    } catch (SQLException e) {
      throw OpenLetters.failure(e);
    }
  }

  private record Conflicting(UUID letter, UUID event, LetterDecoder.@Nullable Event record) {}

  private List<Conflicting> conflicts(LetterSettings settings, LetterFilter filter)
      throws IOException, SQLException {
    List<Conflicting> conflicts = new ArrayList<>();
    String sql =
        """
        SELECT DISTINCT ON (arrival_time, dead_letter_uuid) dead_letter_uuid, event_uuid, raw
        FROM letters WHERE outcome IS NULL ORDER BY arrival_time DESC, dead_letter_uuid LIMIT %d
        """
            .formatted(which.limit);
    try (OpenLetters letters = OpenLetters.open(settings.reader(), filter);
        Statement statement = letters.connection().createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        conflicts.add(
            new Conflicting(
                rows.getObject(1, UUID.class),
                rows.getObject(2, UUID.class),
                settings.decoder().decode(rows.getBytes(3)).event()));
      }
    }
    return conflicts;
  }

  private void add(Conflicting conflicting, LetterSettings settings, ResultRows rows)
      throws IOException, SQLException {
    String letter = conflicting.letter().toString();
    String event = String.valueOf(conflicting.event());
    LetterDecoder.Event record = conflicting.record();
    if (record == null) {
      rows.add(letter, event, "(the record is no event with the settings of today)", null, null);
      return;
    }
    Conflict conflict = Conflict.of(record, settings.reader(), days(record, settings));
    if (conflict == null) {
      rows.add(letter, event, "(no event with this uuid was found)", null, null);
      return;
    }
    for (Conflict.Member member : conflict.members()) {
      if (member.differs()) {
        rows.add(letter, event, member.name(), member.landed(), member.letter());
      }
    }
  }

  private @Nullable Set<LocalDate> days(LetterDecoder.Event record, LetterSettings settings) {
    return settings.reader().isRemote() && !which.allDays ? Set.of(record.day()) : null;
  }
}
