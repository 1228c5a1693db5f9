package dev.weir.cli.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.cli.CommandFailedException;
import dev.weir.cli.ExitCodes;
import dev.weir.cli.LakeLedger;
import dev.weir.cli.OptionHeading;
import dev.weir.cli.Streams;
import dev.weir.cli.UsageException;
import dev.weir.cli.ledger.LedgerTail;
import dev.weir.cli.ledger.LedgerView;
import dev.weir.cli.ledger.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code weir report}. */
@Command(
    name = "report",
    customSynopsis = "weir report --lake DIR|s3://BUCKET/PREFIX [OPTION]...",
    header = "Tell how a lake and its data are, as one page.",
    description =
        "%nWhat needs attention comes first; then throughput, freshness, duplicates, accuracy, dead"
            + " letters, missing values, file sizes and drift, from the lake's ledger alone.",
    footer = {
      "",
      "Examples:",
      "  weir report --lake lake --out report.html",
      "  weir report --lake s3://data/lake --since 7d --format md",
      "  weir report --lake lake --format json | jq .totals"
    })
public final class ReportCommand implements Callable<Integer> {
  private final Streams streams;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private final LakeLedger lake = new LakeLedger();

  @Mixin private final Result result = new Result();

  @OptionHeading("What it tells")
  static final class Result {
    @Option(
        names = "--since",
        paramLabel = "TIME",
        converter = Since.class,
        description = "How far back it looks, as in 90m, 24h or 7d (default: to the beginning).")
    private Since.@Nullable Span since;

    @Option(
        names = "--out",
        paramLabel = "FILE",
        description = "Where it is written (default: standard output).")
    private @Nullable Path out;

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        defaultValue = "html",
        converter = FormatConverter.class,
        description = {
          "html  one page, with plots, that needs nothing else (default)",
          "json  one object",
          "md    Markdown"
        })
    private Format format = Format.HTML;
  }

  private enum Format {
    HTML,
    JSON,
    MD
  }

  /** A command on these streams. */
  public ReportCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    Path out = result.out;
    if (out != null) {
      requireWritable(out);
    }
    byte[] report = report(Clock.systemUTC());
    if (out == null) {
      streams.out().write(report);
      streams.out().flush();
    } else {
      // Whoever waits for the file never sees half of it.
      Path draft = out.toAbsolutePath().resolveSibling(out.getFileName() + ".draft");
      Files.write(draft, report);
      Files.move(draft, out, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
    return ExitCodes.OK;
  }

  private byte[] report(Clock clock) throws IOException {
    Since.Span span = result.since;
    Instant since = span == null ? Instant.MIN : clock.instant().minus(span.length());
    try (LedgerTail tail = lake.tail(spec, since, clock)) {
      refresh(tail);
      LedgerView view = tail.view(Window.ALL);
      return switch (result.format) {
        case MD -> ReportMarkdown.of(view, lake.location(spec)).getBytes(UTF_8);
        case JSON -> json(view, span);
        case HTML -> ReportHtml.of(json(view, span));
      };
    }
  }

  private byte[] json(LedgerView view, Since.@Nullable Span span) throws IOException {
    return ReportJson.of(
        view, lake.location(spec), span == null ? Window.ALL.text() : span.text(), null);
  }

  private static void refresh(LedgerTail tail) {
    try {
      tail.refresh();
    } catch (IOException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()), e);
    }
  }

  private static void requireWritable(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isWritable(folder) || Files.isDirectory(file)) {
      throw UsageException.of("--out", file, "a file in a folder that can be written");
    }
  }

  private static final class FormatConverter implements ITypeConverter<Format> {
    @Override
    public Format convert(String text) {
      for (Format format : Format.values()) {
        if (format.name().toLowerCase(Locale.ROOT).equals(text)) {
          return format;
        }
      }
      throw new TypeConversionException("html, json or md");
    }
  }
}
