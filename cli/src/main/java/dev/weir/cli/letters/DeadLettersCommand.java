package dev.weir.cli.letters;

import dev.weir.cli.ExitCodes;
import dev.weir.cli.FormatConverter;
import dev.weir.cli.OptionHeading;
import dev.weir.cli.Streams;
import dev.weir.cli.query.ResultFormat;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code weir dead-letters}: how many there are, in groups. */
@Command(
    name = "dead-letters",
    header = "Count, list and show dead letters.",
    customSynopsis = {
      "weir dead-letters --lake DIR|s3://BUCKET/PREFIX [OPTION]...",
      "       weir dead-letters list|show|conflicts ..."
    },
    description =
        "%nCounts the records that could not become events, in groups: those still open, and those"
            + " that weir replay has brought to an end.",
    commandListHeading = "%nMore about single ones:%n",
    footer = {
      "",
      "Examples:",
      "  weir dead-letters --lake lake",
      "  weir dead-letters --lake lake --by reason,type,day --since 7d --format csv",
      "  weir dead-letters list --lake lake --reason missing_time --limit 10",
      "  weir dead-letters show 3b7c2a9e --lake lake"
    })
public final class DeadLettersCommand implements Callable<Integer> {
  private final Streams streams;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private final LakeOptions lake = new LakeOptions();
  @Mixin private final FilterOptions which = new FilterOptions();
  @Mixin private final Groups groups = new Groups();

  /** What groups can be made by, and the column that it is. */
  enum Key {
    REASON("reason"),
    TYPE("event_type"),
    DAY("day"),
    HOUR("hour");

    private final String column;

    Key(String column) {
      this.column = column;
    }
  }

  @OptionHeading("How they are shown")
  static final class Groups {
    @Option(
        names = "--by",
        split = ",",
        paramLabel = "KEY",
        defaultValue = "reason",
        converter = KeyConverter.class,
        description = "What groups are made by: reason, type, day, hour (default: reason).")
    private List<Key> by = List.of(Key.REASON);

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        defaultValue = "table",
        converter = FormatConverter.class,
        description = "table (default), csv, json or md.")
    private ResultFormat format = ResultFormat.TABLE;
  }

  /** A command on these streams, with its subcommands. */
  public DeadLettersCommand(Streams streams) {
    this.streams = streams;
  }

  /** The commands about single letters. */
  public List<Object> subcommands() {
    return List.of(
        new ListCommand(streams), new ShowCommand(streams), new ConflictsCommand(streams));
  }

  @Override
  public Integer call() throws IOException {
    LetterFilter filter = which.filter();
    LetterSettings settings = LetterSettings.of(spec, lake, streams);
    try (OpenLetters letters = OpenLetters.open(settings.reader(), filter)) {
      List<Key> by = groups.by.stream().distinct().toList();
      if (by.contains(Key.TYPE)) {
        letters.addTypes("SELECT dead_letter_uuid, raw FROM letters", settings.decoder());
      }
      letters.write(sql(by), groups.format, streams);
      return ExitCodes.OK;
    } catch (SQLException e) {
      throw OpenLetters.failure(e);
    }
  }

  private static String sql(List<Key> by) {
    String columns = by.stream().map(key -> key.column).collect(Collectors.joining(", "));
    return """
        SELECT %s,
          count(DISTINCT dead_letter_uuid) FILTER (WHERE outcome IS NULL) AS open,
          count(DISTINCT dead_letter_uuid) FILTER (WHERE outcome IS NOT NULL) AS replayed,
          min(arrival_time) AS first_arrival, max(arrival_time) AS last_arrival
        FROM (SELECT letters.* EXCLUDE (raw), "date" AS day, date_trunc('hour', arrival_time) AS hour%s
          FROM letters%s)
        GROUP BY %s ORDER BY open DESC, %s
        """
        .formatted(
            columns,
            by.contains(Key.TYPE) ? ", coalesce(types.event_type, '-') AS event_type" : "",
            by.contains(Key.TYPE) ? " LEFT JOIN types USING (dead_letter_uuid)" : "",
            columns,
            columns);
  }

  private static final class KeyConverter implements ITypeConverter<Key> {
    @Override
    public Key convert(String text) {
      for (Key key : Key.values()) {
        if (key.name().toLowerCase(Locale.ROOT).equals(text)) {
          return key;
        }
      }
      throw new TypeConversionException("reason, type, day or hour");
    }
  }
}
