package dev.weir.e2e;

import dev.weir.cli.generate.EventGenerator;
import dev.weir.cli.generate.GeneratorSettings;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * A generated input with its producer's list.
 *
 * @param settings what it is made of
 * @param file the events, one a line
 * @param manifest the list
 */
record SyntheticStream(GeneratorSettings settings, Path file, Path manifest) {
  /** Writes a stream with 2 % duplicates and 0.5 % malformed lines into a folder. */
  static SyntheticStream write(Path folder, long events, long seed) throws IOException {
    return write(folder, GeneratorSettings.of(events).withSeed(seed).withFaults(20_000, 5_000));
  }

  /** Writes any stream into a folder. */
  static SyntheticStream write(Path folder, GeneratorSettings settings) throws IOException {
    long seed = settings.seed();
    Path file = folder.resolve("events-" + seed + ".ndjson");
    Path manifest = folder.resolve("events-" + seed + ".csv");
    try (OutputStream lines = new BufferedOutputStream(Files.newOutputStream(file));
        OutputStream rows = new BufferedOutputStream(Files.newOutputStream(manifest))) {
      new EventGenerator(settings).write(lines, rows);
    }
    return new SyntheticStream(settings, file, manifest);
  }

  /** How many dead letters it makes, by reason. */
  Map<String, Long> deadLetters() {
    Map<String, Long> counts = new TreeMap<>();
    settings.malformedByReason().forEach((reason, count) -> counts.put(reason.code(), count));
    return counts;
  }
}
