package dev.weir.cli.query;

import java.io.PrintStream;
import java.util.Locale;

/** One line on a terminal that says how much of a lake is fetched, and how much was in the end. */
public final class FetchProgress implements LakeCache.Progress {
  private static final long REFRESH_NANOS = 200_000_000;

  private final PrintStream terminal;
  private long lastPaint = System.nanoTime() - REFRESH_NANOS;

  /** Paints on a terminal. */
  public FetchProgress(PrintStream terminal) {
    this.terminal = terminal;
  }

  @Override
  public void fetched(int files, int ofFiles, long bytes, long ofBytes) {
    boolean done = files == ofFiles;
    if (!done && System.nanoTime() - lastPaint < REFRESH_NANOS) {
      return;
    }
    lastPaint = System.nanoTime();
    String line =
        done
            ? String.format(Locale.ROOT, "fetched %,d files, %s", files, size(bytes))
            : String.format(
                Locale.ROOT,
                "fetching %,d of %,d files, %s of %s",
                files,
                ofFiles,
                size(bytes),
                size(ofBytes));
    terminal.print("\r" + line + "\u001B[K" + (done ? "\n" : ""));
    terminal.flush();
  }

  private static String size(long bytes) {
    return bytes < 1 << 20
        ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0)
        : String.format(Locale.ROOT, "%,.1f MiB", bytes / 1048576.0);
  }
}
