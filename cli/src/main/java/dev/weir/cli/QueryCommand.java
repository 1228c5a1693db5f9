package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.cli.query.LakeViews;
import dev.weir.cli.query.ReadOnlySql;
import dev.weir.cli.query.ResultFormat;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code weir query}. */
@Command(
    name = "query",
    header = "Run one SQL query on a lake.",
    customSynopsis = "weir query SQL --lake DIR [OPTION]...",
    description = {
      "%nDuckDB answers, with these views; nothing is ever written:",
      "  events        the events that have landed",
      "  dead_letters  the records that can never become events, with their bytes and reasons",
      "  attempts      the ledger: what each run over a batch planned and counted%n"
    },
    footer = {
      "",
      "Examples:",
      "  weir query \"SELECT event_type, count(*) AS n FROM events GROUP BY ALL\" --lake lake",
      "  weir query \"FROM dead_letters\" --lake lake --format json | jq .[0]",
      "  weir query - --lake lake --format csv < report.sql > report.csv"
    })
final class QueryCommand implements Callable<Integer> {
  /** No query that a person or a report writes is longer; a stream of data given by mistake is. */
  private static final int MAX_SQL_BYTES = 1 << 20;

  private final Streams streams;

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
        required = true,
        paramLabel = "DIR",
        description = "The folder that weir run wrote to.")
    private Path folder = Path.of("");
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
          "json   an array of objects; JSON columns as they are, blobs in base64"
        })
    private ResultFormat format = ResultFormat.TABLE;
  }

  QueryCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    requireLake();
    String query = sql.equals("-") ? readSql() : sql;
    try (Connection connection = LakeViews.open(lake.folder)) {
      ReadOnlySql.require(connection, query);
      Writer out = new BufferedWriter(new OutputStreamWriter(streams.out(), UTF_8), 1 << 16);
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(query)) {
        result.format.write(rows, out, streams.outIsTerminal());
      }
      out.flush();
    } catch (SQLException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()).strip(), e);
    }
    return ExitCodes.OK;
  }

  private void requireLake() {
    Path folder = lake.folder;
    if (!Files.isDirectory(folder)) {
      String problem = Files.exists(folder) ? "this is a file" : "there is nothing at this path";
      throw UsageException.of("--lake", folder, "the folder of a lake (" + problem + ")");
    }
    if (!LakeViews.canOpen(folder)) {
      throw UsageException.of("--lake", folder, "a path without backslashes");
    }
  }

  private String readSql() throws IOException {
    byte[] content = streams.in().readNBytes(MAX_SQL_BYTES + 1);
    if (content.length > MAX_SQL_BYTES) {
      throw new UsageException(
          "the SQL on standard input is longer than %d bytes".formatted(MAX_SQL_BYTES));
    }
    return new String(content, UTF_8);
  }

  private static final class FormatConverter implements ITypeConverter<ResultFormat> {
    @Override
    public ResultFormat convert(String text) {
      for (ResultFormat format : ResultFormat.values()) {
        if (format.name().toLowerCase(Locale.ROOT).equals(text)) {
          return format;
        }
      }
      throw new TypeConversionException("table, csv or json");
    }
  }
}
