package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The command in a process of its own, from the packaged jar, with a small heap. Closing it kills
 * it if it still runs.
 *
 * <p>What it says goes to files, so that it never waits for a reader. Its temporary folder is its
 * own and goes with it.
 */
final class WeirProcess implements AutoCloseable {
  private static final long BOUND_SECONDS = 180;

  private final Process process;
  private final Path folder;

  private WeirProcess(Process process, Path folder) {
    this.process = process;
    this.folder = folder;
  }

  /** How a process is started. */
  static final class Start {
    private final Path work;
    private final List<String> shell = new ArrayList<>();
    private final List<String> java = new ArrayList<>(List.of("-Xmx300m", "-XX:+UseSerialGC"));
    private final Map<String, String> environment = new java.util.TreeMap<>();

    private Start(Path work) {
      this.work = work;
    }

    /** With options for Java. */
    Start java(String... options) {
      java.addAll(List.of(options));
      return this;
    }

    /** With an environment variable. */
    Start environment(String name, String value) {
      environment.put(name, value);
      return this;
    }

    /** With a shell command before it in the same process, such as {@code ulimit}. */
    Start after(String command) {
      shell.addAll(List.of("sh", "-c", command + " && exec \"$@\"", "sh"));
      return this;
    }

    /** Starts {@code weir} with these arguments. */
    WeirProcess weir(Object... args) throws IOException {
      Path folder = Files.createTempDirectory(work, "process");
      Path temporary = Files.createDirectory(folder.resolve("tmp"));
      List<String> command = new ArrayList<>(shell);
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(java);
      command.add("-Djava.io.tmpdir=" + temporary);
      command.addAll(List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-jar"));
      command.add(Checkout.jar().toString());
      command.addAll(List.of(Weir.texts(List.of(args))));
      return start(command, work, folder, environment);
    }
  }

  /** A process that works in a folder, in which it also gets a folder of its own. */
  static Start in(Path work) {
    return new Start(work);
  }

  /** Starts any program, with what it says in a folder. */
  static WeirProcess start(
      List<String> command, Path work, Path folder, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("WEIR_"));
    builder.environment().putAll(environment);
    builder.redirectOutput(folder.resolve("out").toFile());
    builder.redirectError(folder.resolve("err").toFile());
    return new WeirProcess(builder.start(), folder);
  }

  /** Its temporary folder. */
  Path temporary() {
    return folder.resolve("tmp");
  }

  /** What it reads from standard input; it waits for more until this is closed. */
  OutputStream input() {
    return process.getOutputStream();
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Lets it run for this long at most; whether it still runs then. */
  boolean runFor(long millis) throws InterruptedException {
    return !process.waitFor(millis, TimeUnit.MILLISECONDS);
  }

  /** Lets it run until something is so; false if it ended before that. */
  boolean runUntil(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
    while (!condition.getAsBoolean()) {
      if (!runFor(1)) {
        return false;
      }
      assertTrue(System.nanoTime() < deadline, () -> "nothing happens; it said:\n" + said());
    }
    return true;
  }

  /** Sends {@code SIGKILL} and waits for the end; whether that, and nothing else, ended it. */
  boolean kill() throws InterruptedException {
    process.destroyForcibly();
    assertTrue(process.waitFor(BOUND_SECONDS, TimeUnit.SECONDS), "it cannot be killed");
    return process.exitValue() == 128 + 9;
  }

  /** Sends {@code SIGINT}, as Ctrl-C does. */
  void interrupt() throws IOException, InterruptedException {
    assumeTrue(
        heedsInterrupts(),
        "the tests were started with SIGINT ignored, which every process inherits");
    signal("INT");
  }

  /** Sends {@code SIGTERM}, which no process inherits as ignored from these tests. */
  void terminate() throws IOException, InterruptedException {
    signal("TERM");
  }

  /** The processes that it has started and that still run, and theirs. */
  List<ProcessHandle> descendants() {
    return process.descendants().toList();
  }

  /** Sends {@code SIGSTOP}: it does nothing more until {@link #resume}. */
  void freeze() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Sends {@code SIGCONT}. */
  void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    Process signal =
        new ProcessBuilder("sh", "-c", "kill -%s %d".formatted(name, pid())).inheritIO().start();
    assertTrue(signal.waitFor(BOUND_SECONDS, TimeUnit.SECONDS) && signal.exitValue() == 0);
  }

  private boolean heedsInterrupts() throws IOException {
    Path status = Path.of("/proc/" + pid() + "/status");
    if (!Files.exists(status)) {
      return true;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .noneMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
  }

  /** Waits for the end, within a bound. */
  Result await() throws InterruptedException {
    boolean ended = process.waitFor(BOUND_SECONDS, TimeUnit.SECONDS);
    assertTrue(ended, () -> "the process hangs; it said:\n" + said());
    return new Result(process.exitValue(), read("out"), read("err"));
  }

  /** What it has said so far. */
  String said() {
    return read("out") + read("err");
  }

  private String read(String stream) {
    try {
      return Files.readString(folder.resolve(stream));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    delete(folder);
  }

  private static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
