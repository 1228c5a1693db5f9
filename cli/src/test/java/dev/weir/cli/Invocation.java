package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

/**
 * One run of the command line within the test's process.
 *
 * @param code the exit code
 * @param out what stood on standard output
 * @param err what stood on standard error
 */
public record Invocation(int code, String out, String err) {
  /** Runs a command with an empty standard input. */
  public static Invocation of(String... args) {
    return withInput("", args);
  }

  /** Runs a command that may read standard input. */
  public static Invocation withInput(String input, String... args) {
    return run(input, false, args);
  }

  /** Runs a command as if a person looked at standard output. */
  public static Invocation onTerminal(String... args) {
    return run("", true, args);
  }

  private static Invocation run(String input, boolean terminal, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Main.execute(
            new Streams(
                new ByteArrayInputStream(input.getBytes(UTF_8)),
                out,
                new PrintStream(err, true, UTF_8),
                terminal,
                terminal),
            args);
    return new Invocation(code, out.toString(UTF_8), err.toString(UTF_8));
  }
}
