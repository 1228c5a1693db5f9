package dev.weir.cli;

import java.io.PrintStream;
import java.util.function.Supplier;

/** One line on a terminal that is painted anew several times a second, and wiped at the end. */
public final class StatusLine implements AutoCloseable {
  private static final long REFRESH_MILLIS = 200;
  private static final String CLEAR = "\u001B[K";

  private final PrintStream terminal;
  private final Supplier<String> line;
  private final Thread painter;

  /**
   * Starts to paint.
   *
   * @param line what to paint: called by a thread of its own; longer than the terminal is wide, it
   *     would leave traces
   */
  public StatusLine(PrintStream terminal, Supplier<String> line) {
    this.terminal = terminal;
    this.line = line;
    this.painter = new Thread(this::paint, "weir-progress");
    painter.setDaemon(true);
    painter.start();
  }

  private void paint() {
    try {
      while (true) {
        print(line.get());
        Thread.sleep(REFRESH_MILLIS);
      }
    } catch (InterruptedException e) {
      print("");
    }
  }

  /** Leaves a line above. */
  public synchronized void say(String text) {
    print(text + CLEAR + "\n");
  }

  private synchronized void print(String text) {
    terminal.print("\r" + text + CLEAR);
    terminal.flush();
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
