package dev.weir.cli;

import java.io.PrintStream;
import java.util.function.Supplier;

/**
 * A line on a terminal, or a few, painted anew several times a second and wiped at the end.
 *
 * <p>Safe for use by several threads.
 */
public final class StatusLine implements AutoCloseable {
  private static final long REFRESH_MILLIS = 200;
  private static final String WIPE_LINE = "\u001B[K";
  private static final String WIPE_BELOW = "\u001B[J";

  private final PrintStream terminal;
  private final Supplier<String> text;
  private final Thread painter;
  private long linesAbove;

  /**
   * Starts to paint.
   *
   * @param text what to paint: called by a thread of its own; a line that is longer than the
   *     terminal is wide would leave traces
   */
  public StatusLine(PrintStream terminal, Supplier<String> text) {
    this.terminal = terminal;
    this.text = text;
    this.painter = new Thread(this::paint, "weir-progress");
    painter.setDaemon(true);
    painter.start();
  }

  private void paint() {
    try {
      while (true) {
        print(text.get());
        Thread.sleep(REFRESH_MILLIS);
      }
    } catch (InterruptedException e) {
      print("");
    }
  }

  /** Leaves a line above. */
  public synchronized void say(String line) {
    print(line + "\n");
    linesAbove = 0;
  }

  private synchronized void print(String lines) {
    String first = linesAbove == 0 ? "\r" : "\r\u001B[" + linesAbove + "A";
    terminal.print(first + lines.replace("\n", WIPE_LINE + "\n") + WIPE_BELOW);
    terminal.flush();
    linesAbove = lines.chars().filter(c -> c == '\n').count();
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
