package dev.weir.lambda;

import dev.weir.settings.Settings;
import dev.weir.settings.SettingsReader;
import java.util.HashMap;
import java.util.Map;

/**
 * The settings of the function: the environment's variables, over defaults that suit a small
 * machine and a deadline.
 */
final class FunctionSettings {
  private static final long MIB = 1L << 20;

  private FunctionSettings() {}

  /**
   * Reads the settings.
   *
   * @param environment every variable of the process
   * @throws dev.weir.settings.SettingsException if anything is unknown, not allowed or missing
   */
  static Settings read(Map<String, String> environment) {
    long memory =
        Long.parseLong(environment.getOrDefault("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"));
    Map<String, String> all = new HashMap<>();
    // A quarter for DuckDB, which spills beyond it, and a batch that fits the heap several times.
    all.put("WEIR_RUN_MEMORY", between(64, memory / 4, 4096) + "MiB");
    all.put("WEIR_RUN_BATCH_BYTES", between(16, memory / 16, 96) + "MiB");
    // Silence that lasts longer than this would outlast the margin before the deadline.
    all.put("WEIR_S3_IDLE_TIMEOUT", "4s");
    all.put("WEIR_REDIS_CONNECT_TIMEOUT", "1s");
    all.put("WEIR_REDIS_ANSWER_TIMEOUT", "1500ms");
    all.put("WEIR_RUN_ACKNOWLEDGE_TIMEOUT", "10s");
    all.putAll(environment);
    return new SettingsReader(all, 1).read(null, Map.of());
  }

  private static long between(long min, long value, long max) {
    return Math.max(min, Math.min(value, max));
  }

  /** How many bytes a record of the stream may become, so that a batch fits into memory. */
  static long maxDecompressedBytes(Settings settings) {
    return Math.max(
        MIB, Math.min(settings.limits().maxDecompressedBytes(), settings.run().batchBytes()));
  }
}
