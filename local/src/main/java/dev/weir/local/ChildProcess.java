package dev.weir.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A program that this one has started, which ends with it at the latest: when it is closed, or when
 * this JVM is told to end ({@link ExitGrace}). Only a JVM that is killed outright leaves it behind.
 * What it prints goes to a file. Safe for use by several threads.
 */
final class ChildProcess implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Duration END = Duration.ofSeconds(20);
  private static final int TAIL_LINES = 20;

  private final String name;
  private final Process process;
  private final Path output;
  private final Thread killer;

  private ChildProcess(String name, Process process, Path output) {
    this.name = name;
    this.process = process;
    this.output = output;
    this.killer = new Thread(this::killAtExit, "end-" + name);
  }

  private void killAtExit() {
    if (!hasEnded(ExitGrace.allowed())) {
      process.destroyForcibly();
    }
  }

  /**
   * Starts a program.
   *
   * @param name what messages call it
   * @param output the file for what it prints; one that exists is replaced
   * @throws IOException if it cannot be started
   */
  static ChildProcess start(String name, ProcessBuilder program, Path output) throws IOException {
    if (!ExitGrace.allowed().isZero()) {
      LocalTools.program("setsid").ifPresent(setsid -> prepend(setsid.toString(), program));
    }
    Process process = program.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    ChildProcess child = new ChildProcess(name, process, output);
    try {
      Runtime.getRuntime().addShutdownHook(child.killer);
    } catch (IllegalStateException e) {
      process.destroyForcibly();
      throw new IOException(name + " is not started: this program is ending", e);
    }
    return child;
  }

  private static void prepend(String first, ProcessBuilder program) {
    List<String> command = new ArrayList<>(List.of(first));
    command.addAll(program.command());
    program.command(command);
  }

  /**
   * Waits until the program is ready. If it is not in time, or ends, it is closed.
   *
   * @param sign what tells that it is ready, or null while it is not
   * @throws IOException if it does not become ready; the message has the last lines that it printed
   */
  <T> T awaitReady(Duration bound, Supplier<@Nullable T> sign) throws IOException {
    long deadline = System.nanoTime() + bound.toNanos();
    try {
      while (process.isAlive() && System.nanoTime() < deadline) {
        T ready = sign.get();
        if (ready != null) {
          return ready;
        }
        process.waitFor(10, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
      throw new IOException("interrupted while " + name + " was starting", e);
    }
    String reason =
        process.isAlive()
            ? "is not ready after " + bound.toSeconds() + " s"
            : "ended with exit code " + process.exitValue();
    close();
    throw new IOException(
        "%s %s; the last it printed to %s:%n%s".formatted(name, reason, output, tail()));
  }

  /** What it has printed so far. */
  String printed() {
    try {
      return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String tail() {
    List<String> lines = printed().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
  }

  /** The process, to be looked at, frozen or killed. */
  Process process() {
    return process;
  }

  /** Ends the program: it is asked to, and killed if it does not end within 5 seconds. */
  @Override
  public void close() {
    process.destroy();
    if (!hasEnded(GRACE)) {
      kill();
    }
    forget();
  }

  /** Ends the program at once, whatever it is doing. */
  void kill() {
    process.destroyForcibly();
    if (!hasEnded(END) && !Thread.currentThread().isInterrupted()) {
      throw new IllegalStateException("%s does not end: %d".formatted(name, process.pid()));
    }
    forget();
  }

  private void forget() {
    try {
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (IllegalStateException e) {
      // This program is ending, and the hook finds nothing to do.
    }
  }

  /** False also if this thread is interrupted: then there is no time to wait. */
  private boolean hasEnded(Duration bound) {
    try {
      return process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
