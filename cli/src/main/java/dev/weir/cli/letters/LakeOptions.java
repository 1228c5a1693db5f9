package dev.weir.cli.letters;

import dev.weir.cli.OptionHeading;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The lake that a command reads. Most are settings, and read as such. */
@OptionHeading("Which lake")
final class LakeOptions {
  @Option(
      names = "--lake",
      paramLabel = "DIR|s3://BUCKET/PREFIX",
      description = "What weir run wrote to; of one in S3 the files that are needed are fetched.")
  @SuppressWarnings("UnusedVariable") // read as a setting
  private @Nullable String lake;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "Where fetched files are kept, up to query.cache_bytes (default: ~/.cache/weir).")
  @SuppressWarnings("UnusedVariable") // read as a setting
  private @Nullable String cache;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description = "Where an event's fields are, as for weir run.")
  @SuppressWarnings("UnusedVariable") // read as a setting
  private @Nullable String preset;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A YAML file with settings, as in weir run.")
  @Nullable Path config;
}
