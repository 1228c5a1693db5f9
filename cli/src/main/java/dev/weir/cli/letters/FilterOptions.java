package dev.weir.cli.letters;

import dev.weir.cli.OptionHeading;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which dead letters a command is about; all if none of it is given. */
@OptionHeading("Which dead letters")
final class FilterOptions {
  @Option(
      names = "--reason",
      split = ",",
      paramLabel = "CODE",
      description = "Those with one of these reasons; a * at the end stands for any rest.")
  private List<String> reasons = List.of();

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

  /** What was asked for. */
  LetterFilter filter() {
    return new LetterFilter(reasons, since, until, List.of());
  }
}
