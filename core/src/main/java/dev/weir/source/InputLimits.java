package dev.weir.source;

/**
 * Bounds on one input. What is beyond them becomes a dead letter; nothing is buffered to find out.
 *
 * <p>The ratio catches a bomb long before the byte limit does. It has no bearing on real events:
 * each carries an id that no other one has, some 16 bytes that do not compress, so even events that
 * are equal but for their id stay far below the default. Small inputs may be as dense as they like,
 * which is why it is enforced only after {@link #RATIO_FREE_BYTES} of output.
 *
 * @param maxDecompressedBytes bytes that one compressed input may expand to; 1 MiB or more, default
 *     1 TiB
 * @param maxCompressionRatio bytes that one compressed byte may expand to, over the input so far; 2
 *     to 1,000,000, default 200
 * @param maxRecordBytes bytes of one record; 1 KiB to 256 MiB, default 16 MiB
 */
public record InputLimits(long maxDecompressedBytes, int maxCompressionRatio, int maxRecordBytes) {
  /** The defaults of every limit. */
  public static final InputLimits DEFAULT = new InputLimits(1L << 40, 200, 1 << 24);

  /** The output up to which the compression ratio is not looked at. */
  public static final long RATIO_FREE_BYTES = 1L << 24;

  public InputLimits {
    check("max_decompressed_bytes", maxDecompressedBytes, 1 << 20, Long.MAX_VALUE);
    check("max_compression_ratio", maxCompressionRatio, 2, 1_000_000);
    check("max_record_bytes", maxRecordBytes, 1 << 10, 1 << 28);
  }

  private static void check(String key, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "limits.%s is %d; allowed is %d to %d".formatted(key, value, min, max));
    }
  }
}
