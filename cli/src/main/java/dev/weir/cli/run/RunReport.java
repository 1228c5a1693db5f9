package dev.weir.cli.run;

import dev.weir.cli.ShellWord;
import dev.weir.cli.Streams;
import dev.weir.cli.UsageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * Tells what came of a run, once: the end of the job and a signal may both ask for it.
 *
 * <p>Safe for use by several threads.
 */
final class RunReport {
  private static final String NEXT_STEP =
      "%nweir query \"SELECT event_type, count(*) FROM events GROUP BY ALL\" --lake %s%n";

  private final Streams streams;
  private final boolean quiet;
  private final @Nullable Path json;
  private final String lake;
  private final RunTotals totals;
  private final long started = System.nanoTime();
  private boolean written;

  /**
   * A report to be written when the run ends; the run begins now.
   *
   * @param json where the summary goes as JSON, too; null for nowhere
   * @throws UsageException if nothing can be written there
   */
  RunReport(Streams streams, boolean quiet, @Nullable Path json, String lake, RunTotals totals) {
    this.streams = streams;
    this.quiet = quiet;
    this.json = json;
    this.lake = lake;
    this.totals = totals;
    if (json != null) {
      requireWritable(json.toAbsolutePath());
    }
  }

  /** Whether a path is where the summary goes. */
  boolean goesTo(Path path) throws IOException {
    return json != null && Files.exists(json) && Files.exists(path) && Files.isSameFile(json, path);
  }

  private static void requireWritable(Path file) {
    Path folder = file.getParent();
    if (folder == null || !Files.isWritable(folder) || Files.isDirectory(file)) {
      throw UsageException.of("--summary-json", file, "a file in a folder that can be written");
    }
  }

  /**
   * Writes the report, unless it was written.
   *
   * @param complete whether the run got to the end of its inputs
   */
  synchronized void write(boolean complete) throws IOException {
    if (written) {
      return;
    }
    written = true;
    RunTotals.Snapshot snapshot = totals.snapshot((System.nanoTime() - started) / 1e9);
    if (!quiet) {
      String text = SummaryText.of(snapshot);
      text =
          complete
              ? text + NEXT_STEP.formatted(ShellWord.of(lake))
              : "Stopped before the end; run it again to go on.\n" + text;
      streams.out().write(text.getBytes(StandardCharsets.UTF_8));
      streams.out().flush();
    }
    if (json != null) {
      // Whoever waits for the file never sees half of it.
      Path draft = json.resolveSibling(json.getFileName() + ".draft");
      Files.write(draft, snapshot.toJson());
      Files.move(draft, json, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
