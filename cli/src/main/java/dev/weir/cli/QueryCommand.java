package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.cli.query.DateRange;
import dev.weir.cli.query.FailedQuery;
import dev.weir.cli.query.LakeReader;
import dev.weir.cli.query.LakeSelection;
import dev.weir.cli.query.LakeTable;
import dev.weir.cli.query.NamedTables;
import dev.weir.cli.query.ReadOnlySql;
import dev.weir.cli.query.ResultFormat;
import dev.weir.settings.Settings;
import dev.weir.settings.SettingsException;
import dev.weir.settings.SettingsReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code weir query}. */
@Command(
    name = "query",
    header = "Run one SQL query on a lake.",
    customSynopsis = "weir query SQL --lake DIR|s3://BUCKET/PREFIX [OPTION]...",
    description = {
      "%nDuckDB answers, with these views; nothing is ever written:",
      "  events        the events that have landed",
      "  dead_letters  the records that can never become events, with their bytes and reasons",
      "  attempts      the ledger: what each run over a batch planned and counted",
      "  replayed      the dead letters that weir replay has brought to an end%n"
    },
    footer = {
      "",
      "Examples:",
      "  weir query \"SELECT event_type, count(*) AS n FROM events GROUP BY ALL\" --lake lake",
      "  weir query \"FROM dead_letters\" --lake lake --format json | jq .[0]",
      "  weir query - --lake lake --format csv < report.sql > report.csv",
      "  weir query \"FROM events LIMIT 9\" --lake s3://data/lake --date 2026-01-31"
    })
final class QueryCommand implements Callable<Integer> {
  /** No query that a person or a report writes is longer; a stream of data given by mistake is. */
  private static final int MAX_SQL_BYTES = 1 << 20;

  private final Streams streams;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "SQL",
      description = "A SELECT, FROM, WITH, DESCRIBE or SUMMARIZE; - reads it from standard input.")
  private String sql = "";

  @Mixin private final Lake lake = new Lake();

  @Mixin private final Result result = new Result();

  @OptionHeading("Which lake")
  static final class Lake {
    @Option(
        names = "--lake",
        paramLabel = "DIR|s3://BUCKET/PREFIX",
        description =
            "What weir run wrote to. Of a lake in S3, the files of the tables that the query names"
                + " are fetched once and kept.")
    @SuppressWarnings("UnusedVariable") // read as a setting
    private @Nullable String lake;

    @Option(
        names = "--date",
        paramLabel = "FROM[..TO]",
        converter = DateConverter.class,
        description =
            "Read only the folders date=... of these days, both included; attempts and replayed are"
                + " read whole.")
    private @Nullable DateRange date;

    @Option(
        names = "--cache",
        paramLabel = "DIR",
        description =
            "Where fetched files are kept, up to query.cache_bytes (default: ~/.cache/weir).")
    @SuppressWarnings("UnusedVariable") // read as a setting
    private @Nullable String cache;

    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "A YAML file with settings, such as those of S3, as in weir run.")
    private @Nullable Path config;
  }

  @OptionHeading("How the result is written")
  static final class Result {
    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        defaultValue = "table",
        converter = FormatConverter.class,
        description = {
          "table  for people (default)",
          "csv    RFC 4180; NULL is empty, an empty text is \"\"",
          "json   an array of objects; JSON columns as they are, blobs in base64",
          "md     a table of Markdown"
        })
    private ResultFormat format = ResultFormat.TABLE;
  }

  QueryCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    Settings.Reading settings = settings();
    LakeReader reader = new LakeReader(settings, streams);
    String query = query();
    try (LakeReader.Opened opened = open(reader, query)) {
      return answer(opened.connection(), query);
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private LakeReader.Opened open(LakeReader reader, String query) throws IOException, SQLException {
    DateRange dates = lake.date;
    if (!reader.isRemote() && dates == null) {
      return reader.openAll();
    }
    try {
      Set<LakeTable> tables = reader.isRemote() ? tables(query) : EnumSet.allOf(LakeTable.class);
      return reader.open(tables, dates);
    } catch (LakeSelection.UnpartitionedException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()), e);
    }
  }

  private Settings.Reading settings() {
    try {
      return SettingsReader.ofThisProcess().readForReading(lake.config, SettingsFlags.of(spec));
    } catch (SettingsException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /** What is to be fetched, once it is known that the query may run. */
  private static Set<LakeTable> tables(String query) throws SQLException, IOException {
    try (Connection parser = DriverManager.getConnection("jdbc:duckdb:")) {
      ReadOnlySql.require(parser, query);
      return NamedTables.of(parser, query);
    }
  }

  private int answer(Connection connection, String query) throws IOException, SQLException {
    ReadOnlySql.require(connection, query);
    Writer out = new BufferedWriter(new OutputStreamWriter(streams.out(), UTF_8), 1 << 16);
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      result.format.write(rows, out, streams.outIsTerminal());
    } catch (SQLException e) {
      throw new CommandFailedException(FailedQuery.message(connection, query, e), e);
    }
    out.flush();
    return ExitCodes.OK;
  }

  private static CommandFailedException failure(SQLException e) {
    return new CommandFailedException(String.valueOf(e.getMessage()).strip(), e);
  }

  private String query() throws IOException {
    return sql.equals("-") ? readSql() : sql;
  }

  private String readSql() throws IOException {
    byte[] content = streams.in().readNBytes(MAX_SQL_BYTES + 1);
    if (content.length > MAX_SQL_BYTES) {
      throw new UsageException(
          "the SQL on standard input is longer than %d bytes".formatted(MAX_SQL_BYTES));
    }
    return new String(content, UTF_8);
  }

  private static final class DateConverter implements ITypeConverter<DateRange> {
    @Override
    public DateRange convert(String text) {
      try {
        return DateRange.of(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(DateRange.ALLOWED);
      }
    }
  }
}
