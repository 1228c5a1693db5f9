package dev.weir.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One way to get the input into a table, as a process.
 *
 * @param name short, for {@code --only} and as the key of its figures
 * @param what for people
 * @param command to be run; it writes below the output folder
 * @param environment added to that of the process
 * @param table the folder with the table's Parquet files
 * @param dropsDuplicates whether each event lands once
 */
record Contender(
    String name,
    String what,
    List<String> command,
    Map<String, String> environment,
    Path table,
    boolean dropsDuplicates) {

  Contender {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /** DuckDB alone, at its own zstd level if {@code level} is 0. */
  static Contender floor(String name, int threads, int level, Path input, Path output) {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            DuckDbFloor.class.getName(),
            input.toString(),
            output.toString(),
            Integer.toString(threads),
            Integer.toString(level));
    String what =
        "DuckDB read_json to partitioned zstd%s Parquet, threads=%d, nothing else"
            .formatted(level == 0 ? "" : " level " + level, threads);
    return new Contender(name, what, command, Map.of(), output, false);
  }

  /**
   * {@code weir run} of a clone, with the launcher's Java options.
   *
   * @param options more options of {@code weir run}; words such as {@code WEIR_HEAP=2g} go into the
   *     environment, where those for the same variable are joined by spaces
   */
  static Contender weir(String name, Path clone, List<String> options, Path input, Path output) {
    List<String> command =
        new ArrayList<>(
            List.of(
                clone.resolve("weir").toString(),
                "run",
                "--input",
                input.toString(),
                "--lake",
                output.toString()));
    Map<String, String> environment = new TreeMap<>();
    for (String option : options) {
      if (option.matches("[A-Z][A-Z_]*=.*")) {
        String key = option.substring(0, option.indexOf('='));
        environment.merge(key, option.substring(key.length() + 1), (a, b) -> a + " " + b);
      } else {
        command.add(option);
      }
    }
    return new Contender(
        name,
        "weir run, everything on: " + CommandText.of(options),
        command,
        environment,
        output.resolve("events"),
        true);
  }
}
