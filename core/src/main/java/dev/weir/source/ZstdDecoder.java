package dev.weir.source;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.weir.record.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Zstandard, RFC 8878, with any number of frames, skippable ones included. {@code ZstdInputStream}
 * will not do: where a frame ends inside of its buffer, it takes a cut in the next one for the end.
 *
 * <p>Windows of up to 128 MiB are decoded, the library's default; a frame that asks for more is
 * beyond the limit. Where a block is damaged, the library does not say what it wrote in the same
 * call. With the usual blocks of 128 KiB, and a buffer that divides them, that is nothing; else it
 * is less than a buffer.
 */
final class ZstdDecoder implements Decoder {
  private final CountedSource source;
  private final ZstdDecompressCtx context = new ZstdDecompressCtx();
  private final ByteBuffer input;
  private final ByteBuffer output;
  private boolean inFrame;
  private boolean outputPending;

  ZstdDecoder(CountedSource source, Blocks blocks) {
    this.source = source;
    this.input = blocks.input();
    this.output = blocks.output();
  }

  @Override
  public int decode(byte[] bytes, int offset, int length) throws IOException {
    output.clear().limit(Math.min(length, output.capacity()));
    while (output.position() == 0) {
      if (!input.hasRemaining() && !outputPending && !feed()) {
        return -1;
      }
      inFrame = !decompress();
      outputPending = inFrame && !output.hasRemaining();
    }
    int count = output.position();
    output.flip().get(bytes, offset, count);
    return count;
  }

  private boolean feed() throws IOException {
    if (!source.fill()) {
      if (inFrame) {
        throw new ContentException(
            Reason.CORRUPT_COMPRESSION, "the zstd stream is damaged: it ends early");
      }
      return false;
    }
    int count = Math.min(source.limit - source.position, input.capacity());
    input.clear().put(source.buffer, source.position, count).flip();
    source.position += count;
    return true;
  }

  /** Decodes as much as fits; true when a frame is complete and all of it was put out. */
  private boolean decompress() throws ContentException {
    try {
      return context.decompressDirectByteBufferStream(output, input);
    } catch (ZstdException e) {
      // The context gives its codes with a minus sign, other parts of the library without.
      if (Math.abs(e.getErrorCode()) == Zstd.errFrameParameterWindowTooLarge()) {
        throw new ContentException(
            Reason.DECOMPRESSION_LIMIT, "a zstd frame asks for a window of more than 128 MiB");
      }
      throw new ContentException(
          Reason.CORRUPT_COMPRESSION, "the zstd stream is damaged: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
