package dev.weir.cli;

/** What the process tells its caller. Stable: scripts depend on them. */
public final class ExitCodes {
  /** Everything was done. */
  public static final int OK = 0;

  /** The job could not be finished. */
  public static final int FAILED = 1;

  /** The command line, the settings or a path in them is wrong; nothing was done. */
  public static final int USAGE = 2;

  /** Ctrl-C: 128 and SIGINT's number, as shells report it; other signals have their own. */
  public static final int INTERRUPTED = 130;

  /** The reader of standard output went away: 128 and SIGPIPE's number, as shells report it. */
  public static final int OUTPUT_CLOSED = 141;

  private ExitCodes() {}
}
