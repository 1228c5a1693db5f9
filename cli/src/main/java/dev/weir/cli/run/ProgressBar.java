package dev.weir.cli.run;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/** One line on a terminal that says how far the run is; wiped when it ends. */
final class ProgressBar implements AutoCloseable {
  private static final int WIDTH = 30;
  private static final long REFRESH_MILLIS = 200;

  private final PrintStream terminal;
  private final LongSupplier bytesRead;
  private final LongSupplier records;
  private final long totalBytes;
  private final long started = System.nanoTime();
  private final Thread painter;

  /**
   * Starts to paint.
   *
   * @param totalBytes the size of the inputs as stored; -1 if it is not known
   */
  ProgressBar(PrintStream terminal, LongSupplier bytesRead, LongSupplier records, long totalBytes) {
    this.terminal = terminal;
    this.bytesRead = bytesRead;
    this.records = records;
    this.totalBytes = totalBytes;
    this.painter = new Thread(this::paint, "weir-progress");
    painter.setDaemon(true);
    painter.start();
  }

  private void paint() {
    try {
      while (true) {
        terminal.print("\r" + line());
        terminal.flush();
        Thread.sleep(REFRESH_MILLIS);
      }
    } catch (InterruptedException e) {
      terminal.print("\r" + " ".repeat(WIDTH + 50) + "\r");
      terminal.flush();
    }
  }

  private String line() {
    double seconds = (System.nanoTime() - started) / 1e9;
    long done = records.getAsLong();
    String counts =
        String.format(Locale.ROOT, "%,d records  %,.0f/s", done, seconds > 0 ? done / seconds : 0);
    if (totalBytes <= 0) {
      return String.format(Locale.ROOT, "%-78s", counts);
    }
    double share = Math.min(1, bytesRead.getAsLong() / (double) totalBytes);
    int filled = (int) (share * WIDTH);
    return String.format(
        Locale.ROOT,
        "[%s%s] %3.0f%%  %-40s",
        "#".repeat(filled),
        "-".repeat(WIDTH - filled),
        share * 100,
        counts);
  }

  @Override
  public void close() {
    painter.interrupt();
    try {
      painter.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
