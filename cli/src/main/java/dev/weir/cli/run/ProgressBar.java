package dev.weir.cli.run;

import dev.weir.cli.StatusLine;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/** One line on a terminal that says how far the run is; wiped when it ends. */
final class ProgressBar implements AutoCloseable {
  private static final int WIDTH = 30;

  private final LongSupplier bytesRead;
  private final LongSupplier records;
  private final long totalBytes;
  private final long started = System.nanoTime();
  private final StatusLine status;

  /**
   * Starts to paint.
   *
   * @param totalBytes the size of the inputs as stored; -1 if it is not known
   */
  ProgressBar(PrintStream terminal, LongSupplier bytesRead, LongSupplier records, long totalBytes) {
    this.bytesRead = bytesRead;
    this.records = records;
    this.totalBytes = totalBytes;
    this.status = new StatusLine(terminal, this::line);
  }

  private String line() {
    double seconds = (System.nanoTime() - started) / 1e9;
    long done = records.getAsLong();
    String counts =
        String.format(Locale.ROOT, "%,d records  %,.0f/s", done, seconds > 0 ? done / seconds : 0);
    if (totalBytes <= 0) {
      return counts;
    }
    double share = Math.min(1, bytesRead.getAsLong() / (double) totalBytes);
    int filled = (int) (share * WIDTH);
    return String.format(
        Locale.ROOT,
        "[%s%s] %3.0f%%  %s",
        "#".repeat(filled),
        "-".repeat(WIDTH - filled),
        share * 100,
        counts);
  }

  @Override
  public void close() {
    status.close();
  }
}
