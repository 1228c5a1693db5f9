package dev.weir.cli;

import dev.weir.doctor.Doctor;
import dev.weir.doctor.Finding;
import dev.weir.doctor.Finding.Verdict;
import dev.weir.settings.SettingsReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code weir doctor}. */
@Command(
    name = "doctor",
    customSynopsis = "weir doctor [OPTION]...",
    header = "Check a configuration, its lake and its claims.",
    description =
        "%nEach check passes, warns or fails, and says what was found and what to do."
            + " Create-if-absent is tried out at the lake's store, with objects below"
            + " _weir/doctor/ that are removed again; nothing else is changed. The exit code is 1"
            + " if anything fails.",
    footer = {
      "",
      "Examples:",
      "  weir doctor --lake lake",
      "  weir doctor --lake s3://data/lake --claims rediss://claims.example.com:6379",
      "  weir doctor --config weir.yaml --format json"
    })
final class DoctorCommand implements Callable<Integer> {
  private final Streams streams;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private final What what = new What();

  @Mixin private final Result result = new Result();

  @OptionHeading("What is checked")
  static final class What {
    @Option(
        names = "--lake",
        paramLabel = "DIR|s3://BUCKET/PREFIX",
        description = "The lake, as in weir run.")
    @SuppressWarnings("UnusedVariable") // read as a setting
    private @Nullable String lake;

    @Option(
        names = "--claims",
        paramLabel = "DIR|redis[s]://HOST:PORT",
        description = "The claims, as in weir run.")
    @SuppressWarnings("UnusedVariable") // read as a setting
    private @Nullable String claims;

    @Option(names = "--sql", paramLabel = "FILE", description = "The SQL, as in weir run.")
    @SuppressWarnings("UnusedVariable") // read as a setting
    private @Nullable String sql;

    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "A YAML file with settings; config/reference.yaml has them all.")
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
          "table  for people, as the checks end (default)",
          "json   one object, when all have ended"
        })
    private Format format = Format.TABLE;
  }

  DoctorCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    List<Finding> findings = new ArrayList<>();
    FindingsTable table = new FindingsTable(streams.out());
    Doctor doctor =
        new Doctor(
            Clock.systemUTC(),
            finding -> {
              findings.add(finding);
              if (result.format == Format.TABLE) {
                table.write(finding);
              }
            });
    doctor.examine(() -> SettingsReader.ofThisProcess().read(what.config, SettingsFlags.of(spec)));
    if (result.format == Format.JSON) {
      FindingsJson.write(findings, streams.out());
    } else {
      table.end();
    }
    boolean failed = findings.stream().anyMatch(finding -> finding.verdict() == Verdict.FAIL);
    return failed ? ExitCodes.FAILED : ExitCodes.OK;
  }

  private enum Format {
    TABLE,
    JSON
  }

  private static final class FormatConverter implements ITypeConverter<Format> {
    @Override
    public Format convert(String text) {
      return switch (text) {
        case "table" -> Format.TABLE;
        case "json" -> Format.JSON;
        default -> throw new TypeConversionException("table or json");
      };
    }
  }
}
