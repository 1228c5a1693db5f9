package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * The standard streams of a command; tests bring their own.
 *
 * <p>Results go to {@code out} as bytes in UTF-8, whatever the locale, and a failed write is an
 * exception, because {@code PrintStream} would swallow it and a full disk would go unnoticed.
 *
 * @param in standard input
 * @param out standard output, for results only; not buffered
 * @param err standard error, for messages, progress and summaries that are no result
 * @param outIsTerminal whether a person looks at {@code out}: long values are cut then
 * @param errIsTerminal whether a person looks at {@code err}: progress is shown then
 */
public record Streams(
    InputStream in,
    OutputStream out,
    PrintStream err,
    boolean outIsTerminal,
    boolean errIsTerminal) {
  /** Set by the launcher script, because Java 17 cannot tell one stream from another. */
  private static final String TERMINAL_PROPERTY = "weir.terminal";

  /** The streams of this process. */
  static Streams ofProcess() {
    String terminals = System.getProperty(TERMINAL_PROPERTY, "");
    return new Streams(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8),
        terminals.contains("out"),
        terminals.contains("err"));
  }
}
