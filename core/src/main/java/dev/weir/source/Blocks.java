package dev.weir.source;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The memory that decompression works with. It serves one content at a time, and then the next, so
 * that many small ones do not cost a block each. Not safe for use by several threads.
 */
final class Blocks {
  /** A divisor of zstd's largest block, so that a damaged block is met with an empty buffer. */
  static final int BLOCK_BYTES = 1 << 16;

  /** What was decoded last. */
  final byte[] decoded = new byte[BLOCK_BYTES];

  private @Nullable ByteBuffer input;
  private @Nullable ByteBuffer output;

  /** Memory outside of the heap for what is to be decoded, empty. */
  ByteBuffer input() {
    if (input == null) {
      input = ByteBuffer.allocateDirect(BLOCK_BYTES);
    }
    return input.clear().limit(0);
  }

  /** Memory outside of the heap for what was decoded. */
  ByteBuffer output() {
    if (output == null) {
      output = ByteBuffer.allocateDirect(BLOCK_BYTES);
    }
    return output.clear();
  }
}
