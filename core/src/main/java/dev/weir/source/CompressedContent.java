package dev.weir.source;

import dev.weir.record.Reason;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Compressed content, decoded within limits.
 *
 * <p>It is decoded in blocks of one size, whatever the sizes that are asked for: a limit is met at
 * the same byte on every replay, and so the dead letter has the same position.
 */
final class CompressedContent implements Content {
  private final CountedSource source;
  private final Decoder decoder;
  private final InputLimits limits;
  private final byte[] block;
  private int position;
  private int limit;
  private long total;
  private boolean ended;
  private @Nullable IOException failure;

  CompressedContent(CountedSource source, Decoder decoder, Blocks blocks, InputLimits limits) {
    this.block = blocks.decoded;
    this.source = source;
    this.decoder = decoder;
    this.limits = limits;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (position == limit && !ended && failure == null) {
      decodeBlock();
    }
    if (position < limit) {
      int count = Math.min(length, limit - position);
      System.arraycopy(block, position, bytes, offset, count);
      position += count;
      return count;
    }
    if (failure != null) {
      throw failure;
    }
    return -1;
  }

  private void decodeBlock() {
    position = 0;
    limit = 0;
    try {
      while (limit < block.length && !ended) {
        int count = decoder.decode(block, limit, block.length - limit);
        ended = count < 0;
        limit += Math.max(0, count);
      }
      checkLimits();
    } catch (IOException e) {
      // What came before it is read first.
      failure = e;
    }
    total += limit;
  }

  private void checkLimits() throws ContentException {
    if (total == 0 && Compression.of(block, 0, limit) != Compression.NONE) {
      limit = 0;
      throw new ContentException(
          Reason.NESTED_COMPRESSION, "compressed data holds compressed data; decompress it first");
    }
    long rest = limits.maxDecompressedBytes() - total;
    if (limit > rest) {
      limit = (int) rest;
      throw new ContentException(
          Reason.DECOMPRESSION_LIMIT,
          "the content is larger than limits.max_decompressed_bytes, %d"
              .formatted(limits.maxDecompressedBytes()));
    }
    long size = total + limit;
    if (size > InputLimits.RATIO_FREE_BYTES
        && size / limits.maxCompressionRatio() > source.total()) {
      throw new ContentException(
          Reason.DECOMPRESSION_LIMIT,
          "%d bytes expand to %d, beyond limits.max_compression_ratio, %d"
              .formatted(source.total(), size, limits.maxCompressionRatio()));
    }
  }

  @Override
  public void close() throws IOException {
    decoder.close();
    source.close();
  }
}
