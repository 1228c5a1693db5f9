package dev.weir.benchmarks;

import dev.weir.local.FunctionOptions;
import dev.weir.local.FunctionSandbox;
import dev.weir.local.LocalTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One start of the Lambda function in a sandbox, from the start of its process until it asks for
 * its first event, and then its end.
 *
 * @param wallMillis how long that took
 * @param cpuMillis user and system time of the process until then, to 10 ms
 * @param phases the parts of it that the function's own log tells, in milliseconds
 */
record FunctionStart(double wallMillis, double cpuMillis, Map<String, Double> phases) {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Pattern OPENED = Pattern.compile("\"opened; ([^\"]*)\"");

  /** Starts a function and measures it. */
  static FunctionStart of(LocalTools tools, FunctionOptions function)
      throws IOException, InterruptedException {
    try (FunctionSandbox sandbox = FunctionSandbox.start(tools, function)) {
      double wall = sandbox.awaitReady(PATIENCE).toNanos() / 1e6;
      Path stat = Path.of("/proc/" + sandbox.process().pid() + "/stat");
      double cpu = 1e3 * ProcFiles.ownSeconds(Files.readString(stat));
      return new FunctionStart(wall, cpu, phases(sandbox.printed(), wall));
    }
  }

  private static Map<String, Double> phases(String output, double wall) throws IOException {
    Matcher opened = OPENED.matcher(output);
    if (!opened.find()) {
      throw new IOException("the function does not say that it has opened its stores:\n" + output);
    }
    Map<String, Double> phases = new HashMap<>();
    for (String word : opened.group(1).split(" ")) {
      String[] pair = word.split("=");
      phases.put(pair[0].replace("_ms", ""), Double.valueOf(pair[1]));
    }
    // The JVM, the runtime client and the settings.
    phases.put("before", wall - phases.getOrDefault("total", 0.0));
    return phases;
  }
}
