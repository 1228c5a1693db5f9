package dev.weir.cli.local;

import dev.weir.local.MappingSnapshot;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * What came of a playground's events so far.
 *
 * @param mapping what the event source mapping counts, the sums of the function's answers included
 * @param files Parquet files of the lake
 * @param lag since when the oldest record waits that is not accounted for
 */
record Play(MappingSnapshot mapping, long files, Duration lag) {
  /** One line for a person. Each count stands behind its name, so that programs find it, too. */
  String line() {
    return books() + "  " + work();
  }

  /** The same on two lines, each of which fits on a terminal. */
  String twoLines() {
    return books() + "\n" + work();
  }

  private String books() {
    return String.format(
        Locale.ROOT,
        "received %,d  landed %,d  duplicates %,d  dead letters %,d",
        mapping.records(),
        answered("num_events_processed"),
        answered("num_duplicate_events"),
        answered("num_dead_letters"));
  }

  private String work() {
    return filtered()
        + String.format(
            Locale.ROOT,
            "files %,d  invocations %,d  failures %,d  lag %.1f s",
            files,
            mapping.invocations(),
            mapping.failures(),
            lag.toMillis() / 1e3);
  }

  /** The last line, when everything is over. */
  String total() {
    long left = mapping.underWay();
    return "in all: "
        + line()
        + (left == 0
            ? ""
            : String.format(
                Locale.ROOT,
                "%n%,d records were received and have not landed; they went with the stream",
                left));
  }

  /** Whether something happened between two moments, or is under way. */
  boolean isNewsAfter(Play before) {
    return mapping.underWay() > 0 || !mapping.equals(before.mapping) || files != before.files;
  }

  /** Only SQL leaves events out, so a column of zeros is left out, too. */
  private String filtered() {
    long count = answered("num_filtered_events");
    return count == 0 ? "" : String.format(Locale.ROOT, "filtered %,d  ", count);
  }

  private long answered(String name) {
    Map<String, Long> answers = mapping.answers();
    return answers.getOrDefault(name, 0L);
  }
}
