package dev.weir.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the figures were taken on. Never its name, its address or its folders. */
record Machine(String cpu, int cores, long memoryBytes, String system, String jdk) {
  static Machine ofThis() throws IOException {
    return new Machine(
        value(Files.readAllLines(Path.of("/proc/cpuinfo")), "model name", ":"),
        Runtime.getRuntime().availableProcessors(),
        ProcFiles.value(Files.readAllLines(Path.of("/proc/meminfo")), "MemTotal:").orElse(0) * 1024,
        "%s, %s %s %s"
            .formatted(
                distribution(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch")),
        "%s %s"
            .formatted(System.getProperty("java.vm.name"), System.getProperty("java.vm.version")));
  }

  /** How busy the machine was over the last minute, in running processes. */
  static double load() throws IOException {
    return Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
  }

  private static String distribution() throws IOException {
    Path release = Path.of("/etc/os-release");
    return Files.exists(release)
        ? value(Files.readAllLines(release), "PRETTY_NAME", "=").replace("\"", "")
        : "unknown distribution";
  }

  /** The value of the first line with a key, or "unknown": an ARM has no model name. */
  static String value(List<String> lines, String key, String separator) {
    return lines.stream()
        .filter(line -> line.startsWith(key) && line.contains(separator))
        .map(line -> line.substring(line.indexOf(separator) + 1).strip())
        .findFirst()
        .orElse("unknown");
  }
}
