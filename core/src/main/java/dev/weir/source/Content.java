package dev.weir.source;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;

/** The decompressed content of one input. Not safe for use by several threads. */
public interface Content extends Closeable {
  /**
   * Reads at least one byte.
   *
   * @return how many bytes were read; -1 at the end
   * @throws ContentException if the content is damaged or beyond a limit; everything before that
   *     was read by then
   * @throws IOException if the input cannot be read
   */
  int read(byte[] bytes, int offset, int length) throws IOException;

  /**
   * The content of a stream, which is told by its first bytes, never by a name. Closing it closes
   * the stream; so does an exception from here.
   *
   * @param bytesRead to be advanced by the bytes read from the stream
   */
  static Content of(InputStream stream, InputLimits limits, AtomicLong bytesRead)
      throws IOException {
    CountedSource source = new CountedSource(stream, bytesRead);
    try {
      return of(source, source.compression(), limits, new Blocks());
    } catch (IOException e) {
      source.close();
      throw e;
    }
  }

  /** The content of a source whose compression is known. */
  static Content of(
      CountedSource source, Compression compression, InputLimits limits, Blocks blocks) {
    return switch (compression) {
      case NONE -> new PlainContent(source);
      case GZIP -> new CompressedContent(source, new GzipDecoder(source), blocks, limits);
      case ZSTD -> new CompressedContent(source, new ZstdDecoder(source, blocks), blocks, limits);
    };
  }
}
