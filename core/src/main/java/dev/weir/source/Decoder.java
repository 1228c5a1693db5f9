package dev.weir.source;

import java.io.Closeable;
import java.io.IOException;

/** Undoes one kind of compression, over all members or frames of an input. */
interface Decoder extends Closeable {
  /**
   * Decodes at least one byte.
   *
   * @return how many bytes were decoded; -1 at the end
   * @throws ContentException if the stream is damaged or cut off; what was decoded before that was
   *     returned by then, as far as the format lets the decoder know
   */
  int decode(byte[] bytes, int offset, int length) throws IOException;

  @Override
  void close();
}
