package dev.weir.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs a process to its end and measures it from outside.
 *
 * <p>CPU time is what the kernel books for children that have ended, so it is complete, and only
 * one process may be measured at a time. Peak memory and bytes read are what the kernel had counted
 * up to the last look, at most {@link #POLL_MILLIS} before the end.
 */
final class MeasuredProcess {
  private static final long POLL_MILLIS = 10;
  private static final int LOG_TAIL_LINES = 20;

  private final long pid;
  private long peakRssBytes;
  private long readBytes;
  private long diskReadBytes;

  private MeasuredProcess(long pid) {
    this.pid = pid;
  }

  /**
   * Runs a process.
   *
   * @param log receives what it prints
   * @throws IOException if it does not start, fails or takes longer than the timeout
   */
  static Usage run(ProcessBuilder builder, Path log, Duration timeout)
      throws IOException, InterruptedException {
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    double cpuBefore = ProcFiles.endedChildrenSeconds();
    long started = System.nanoTime();
    Process process = builder.start();
    MeasuredProcess measured = new MeasuredProcess(process.pid());
    try {
      while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        measured.look();
        if (System.nanoTime() - started > timeout.toNanos()) {
          throw new IOException("not ended after %s: %s".formatted(timeout, builder.command()));
        }
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    if (process.exitValue() != 0) {
      throw new IOException(
          "exit code %d from %s:%n%s".formatted(process.exitValue(), builder.command(), tail(log)));
    }
    return new Usage(
        seconds,
        ProcFiles.endedChildrenSeconds() - cpuBefore,
        measured.peakRssBytes,
        measured.readBytes,
        measured.diskReadBytes);
  }

  private void look() {
    Path folder = Path.of("/proc", Long.toString(pid));
    try {
      List<String> status = Files.readAllLines(folder.resolve("status"));
      peakRssBytes = Math.max(peakRssBytes, ProcFiles.peakRssBytes(status).orElse(0));
      List<String> io = Files.readAllLines(folder.resolve("io"));
      readBytes = Math.max(readBytes, ProcFiles.value(io, "rchar:").orElse(0));
      diskReadBytes = Math.max(diskReadBytes, ProcFiles.value(io, "read_bytes:").orElse(0));
    } catch (IOException e) {
      // It has just ended: what was seen before holds.
    }
  }

  private static String tail(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join(
        System.lineSeparator(),
        lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
  }
}
