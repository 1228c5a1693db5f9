package dev.weir.cli;

import dev.weir.cli.generate.EventGenerator;
import dev.weir.cli.generate.EventGenerator.Totals;
import dev.weir.cli.generate.GeneratorSettings;
import dev.weir.cli.generate.LineOutput;
import dev.weir.cli.generate.LineSink;
import dev.weir.cli.generate.Pace;
import dev.weir.cli.kinesis.KinesisAddress;
import dev.weir.cli.kinesis.KinesisSink;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code weir generate}. */
@Command(
    name = "generate",
    customSynopsis = "weir generate --events N | --rate N [OPTION]...",
    header = "Write a stream of synthetic events.",
    description =
        "%nThe events are JSON documents, one a line. The same options give the same bytes on any"
            + " machine. The totals go to standard error as one line of JSON.",
    footer = {
      "",
      "Examples:",
      "  weir generate --events 100000 --out events.ndjson",
      "  weir generate --events 2000000 --duplicates 5%% --seed 7 | gzip > events.ndjson.gz",
      "  weir generate --to 'kinesis://clicks?region=eu-west-1' --rate 1000"
    })
final class GenerateCommand implements Callable<Integer> {
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(15);

  private final Streams streams;

  private volatile @Nullable KinesisSink sink;

  @Mixin private final Content content = new Content();

  @Mixin private final Faults faults = new Faults();

  @Mixin private final Target target = new Target();

  @OptionHeading("What is generated")
  static final class Content {
    @Option(
        names = "--events",
        paramLabel = "N",
        converter = EventCount.class,
        description =
            "How many distinct events to write (default with --rate: as many as the days have at"
                + " that rate, so that it goes on until Ctrl-C).")
    private @Nullable Long events;

    @Option(
        names = "--seed",
        paramLabel = "N",
        defaultValue = "1",
        converter = Seed.class,
        description = "Another seed gives other events (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
        names = "--types",
        paramLabel = "N",
        defaultValue = "20",
        converter = TypeCount.class,
        description = "How many types of events, ten subtypes each (default: ${DEFAULT-VALUE}).")
    private long types;

    @Option(
        names = "--days",
        paramLabel = "N",
        defaultValue = "2",
        converter = DayCount.class,
        description = "Over how many days they spread (default: ${DEFAULT-VALUE}).")
    private long days;

    @Option(
        names = "--start",
        paramLabel = "DATE",
        defaultValue = "2026-01-01",
        converter = StartDate.class,
        description = "The first of these days, in UTC (default: ${DEFAULT-VALUE}).")
    private LocalDate start = GeneratorSettings.DEFAULT_START;
  }

  @OptionHeading("What is wrong with it")
  static final class Faults {
    @Option(
        names = "--duplicates",
        paramLabel = "SHARE",
        defaultValue = "2%",
        converter = Share.class,
        description = "Exact copies of earlier events, on top of N (default: 2%%).")
    private int duplicates;

    @Option(
        names = "--malformed",
        paramLabel = "SHARE",
        defaultValue = "0.1%",
        converter = Share.class,
        description = "Lines that are no events, on top of N (default: 0.1%%).")
    private int malformed;
  }

  @OptionHeading("Where it goes")
  static final class Target {
    @Option(
        names = "--out",
        paramLabel = "FILE",
        description = "Write the events to a file instead of standard output.")
    private @Nullable Path out;

    @Option(
        names = "--to",
        paramLabel = "kinesis://STREAM",
        converter = Address.class,
        description =
            "Put the events on a Kinesis stream instead, each as a record whose partition key is"
                + " its id. Credentials and region come from the environment, profile or role; or"
                + " ?region=REGION, and &endpoint=URL for another service than Amazon's.")
    private @Nullable KinesisAddress to;

    @Option(
        names = "--rate",
        paramLabel = "N",
        converter = Rate.class,
        description = "Lines a second (default: as many as are taken).")
    private @Nullable Long rate;

    @Option(
        names = "--manifest",
        paramLabel = "FILE",
        description =
            "Write a list for audits, too: CSV with event_uuid, event_name, created_at and"
                + " payload_md5 of each distinct event.")
    private @Nullable Path manifest;
  }

  GenerateCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    if (target.out != null && target.to != null) {
      throw new UsageException("--out and --to are given; allowed is one of them");
    }
    EventGenerator generator = new EventGenerator(settings());
    if (target.to == null && target.rate == null) {
      writeAtOnce(generator);
    } else {
      try (StopSignal stop = StopSignal.listen(STOP_PATIENCE, this::tellAbandoned)) {
        Pace pace = new Pace(target.rate == null ? Pace.UNLIMITED : target.rate, stop);
        if (target.to == null) {
          writeAtPace(generator, pace);
        } else {
          put(generator, target.to, pace);
        }
      }
    }
    return ExitCodes.OK;
  }

  private void writeAtOnce(EventGenerator generator) throws IOException {
    Totals totals;
    try (OutputStream manifest = manifest();
        OutputStream out = open("--out", target.out)) {
      totals = generator.write(out == null ? streams.out() : out, manifest);
    }
    tell(totals, "");
  }

  private void writeAtPace(EventGenerator generator, Pace pace) throws IOException {
    Totals totals;
    try (OutputStream manifest = manifest();
        OutputStream out = open("--out", target.out)) {
      LineSink lines = new LineOutput(out == null ? streams.out() : out);
      totals = generator.write(lines, manifest, pace);
    }
    tell(totals, "");
  }

  private void put(EventGenerator generator, KinesisAddress to, Pace pace) throws IOException {
    Totals totals;
    long sentAgain;
    try (KinesisSink records = KinesisSink.open(to);
        OutputStream manifest = manifest()) {
      sink = records;
      try (StatusLine status = showProgress(records)) {
        totals = generator.write(records, manifest, pace);
        records.finish();
      }
      sentAgain = records.sentAgain();
    }
    tell(totals, ",\"sent_again\":%d".formatted(sentAgain));
  }

  private @Nullable StatusLine showProgress(KinesisSink records) {
    if (!streams.errIsTerminal()) {
      return null;
    }
    long started = System.nanoTime();
    return new StatusLine(
        streams.err(),
        () ->
            String.format(
                Locale.ROOT,
                "%,d records  %,.0f/s  %,d sent again",
                records.sent(),
                records.sent() * 1e9 / (System.nanoTime() - started),
                records.sentAgain()));
  }

  private void tellAbandoned() {
    KinesisSink records = sink;
    streams
        .err()
        .println(
            records == null
                ? "weir generate: the output takes no more lines; it may end within one"
                : "weir generate: the stream has taken %d records; those on their way were abandoned"
                    .formatted(records.sent()));
  }

  private void tell(Totals totals, String more) {
    streams
        .err()
        .println(
            "{\"events\":%d,\"duplicates\":%d,\"malformed\":%d,\"lines\":%d,\"bytes\":%d%s}"
                .formatted(
                    totals.events(),
                    totals.duplicates(),
                    totals.malformed(),
                    totals.lines(),
                    totals.bytes(),
                    more));
  }

  private GeneratorSettings settings() {
    int days = Math.toIntExact(content.days);
    LocalDate last = GeneratorSettings.lastStart(days);
    if (content.start.isAfter(last)) {
      throw UsageException.of(
          "--start", content.start, "1970-01-01 to %s with --days %d".formatted(last, days));
    }
    return new GeneratorSettings(
        events(days),
        content.seed,
        Math.toIntExact(content.types),
        days,
        content.start,
        faults.duplicates,
        faults.malformed);
  }

  private long events(int days) {
    if (content.events != null) {
      return content.events;
    }
    if (target.rate == null) {
      throw new UsageException("--events is missing");
    }
    // Time in the events passes as it does for whoever watches them come.
    return Math.min(GeneratorSettings.MAX_EVENTS, target.rate * Duration.ofDays(days).toSeconds());
  }

  private @Nullable OutputStream manifest() {
    OutputStream file = open("--manifest", target.manifest);
    return file == null ? null : new BufferedOutputStream(file, 1 << 16);
  }

  private static @Nullable OutputStream open(String option, @Nullable Path path) {
    if (path == null) {
      return null;
    }
    try {
      return Files.newOutputStream(path);
    } catch (IOException e) {
      Path parent = path.toAbsolutePath().getParent();
      String problem =
          e instanceof NoSuchFileException
              ? "there is no folder " + parent
              : "it cannot be written";
      throw UsageException.of(option, path, "a file that can be written (" + problem + ")");
    }
  }

  private static final class EventCount extends WholeNumber {
    EventCount() {
      super(0, GeneratorSettings.MAX_EVENTS);
    }
  }

  private static final class Rate extends WholeNumber {
    Rate() {
      super(1, 1_000_000);
    }
  }

  private static final class Address implements ITypeConverter<KinesisAddress> {
    @Override
    public KinesisAddress convert(String text) {
      try {
        return KinesisAddress.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("%s (%s)".formatted(KinesisAddress.FORM, e.getMessage()));
      }
    }
  }

  private static final class Seed extends WholeNumber {
    Seed() {
      super(Long.MIN_VALUE, Long.MAX_VALUE);
    }
  }

  private static final class TypeCount extends WholeNumber {
    TypeCount() {
      super(1, GeneratorSettings.MAX_TYPES);
    }
  }

  private static final class DayCount extends WholeNumber {
    DayCount() {
      super(1, GeneratorSettings.MAX_DAYS);
    }
  }

  private static final class StartDate implements ITypeConverter<LocalDate> {
    @Override
    public LocalDate convert(String text) {
      try {
        LocalDate date = LocalDate.parse(text);
        if (!date.isBefore(LocalDate.EPOCH) && date.isBefore(GeneratorSettings.lastStart(0))) {
          return date;
        }
      } catch (DateTimeParseException e) {
        // Told below, with what is allowed, like a date beyond the bounds.
      }
      throw new TypeConversionException("a date from 1970-01-01 to 2199-12-31");
    }
  }
}
