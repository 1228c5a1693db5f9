package dev.weir.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.cli.Main;
import dev.weir.cli.Streams;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command, run within the test's process. */
final class Weir {
  private Weir() {}

  /** Runs a command with an empty standard input. */
  static Result command(Object... args) {
    return withInput(InputStream.nullInputStream(), args);
  }

  /** Runs a command that reads this as its standard input. */
  static Result withInput(byte[] input, Object... args) {
    return withInput(new ByteArrayInputStream(input), args);
  }

  private static Result withInput(InputStream input, Object... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream errors = new PrintStream(err, true, UTF_8);
    int code = Main.execute(new Streams(input, out, errors, false, false), texts(List.of(args)));
    return new Result(code, out.toString(UTF_8), err.toString(UTF_8));
  }

  /**
   * Runs {@code weir run} on small inputs, and fails unless it ends with this exit code and its
   * books balance.
   */
  static Summary run(int code, Path input, Path lake, Object... more) {
    Path summary = lake.resolveSibling(lake.getFileName() + "-summary.json");
    List<Object> args =
        new ArrayList<>(List.of("run", "--input", input, "--lake", lake, "--quiet"));
    args.addAll(List.of("--summary-json", summary));
    args.addAll(List.of(more));
    command(args.toArray()).expect(code);
    return Summary.read(summary).expectBalanced();
  }

  /** The arguments of a command line, which may be paths and numbers, too. */
  static String[] texts(List<?> args) {
    return args.stream().map(Object::toString).toArray(String[]::new);
  }
}
