package dev.weir.source;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of one input as stored. A decoder works on {@link #buffer} itself; plain content only
 * leaves it what was read to tell the compression.
 */
final class CountedSource implements Closeable {
  /** What was read last. */
  final byte[] buffer;

  /** The first byte of the buffer that was not used. */
  int position;

  /** The end of what the buffer holds. */
  int limit;

  private final InputStream stream;
  private final AtomicLong bytesRead;
  private long total;

  CountedSource(InputStream stream, AtomicLong bytesRead) {
    this.buffer = new byte[1 << 16];
    this.stream = stream;
    this.bytesRead = bytesRead;
  }

  /** A source whose bytes are all there; they are not written to. */
  CountedSource(byte[] bytes, int from, int to) {
    this.buffer = bytes;
    this.position = from;
    this.limit = to;
    this.total = to - from;
    this.stream = InputStream.nullInputStream();
    this.bytesRead = new AtomicLong(total);
  }

  /** The compression, which the next bytes tell. */
  Compression compression() throws IOException {
    while (limit - position < Compression.MAGIC_BYTES) {
      int count = count(stream.read(buffer, limit, buffer.length - limit));
      if (count < 0) {
        break;
      }
      limit += count;
    }
    return Compression.of(buffer, position, limit);
  }

  /** Fills the buffer again if all of it was used; false at the end. */
  boolean fill() throws IOException {
    if (position < limit) {
      return true;
    }
    position = 0;
    limit = Math.max(0, count(stream.read(buffer, 0, buffer.length)));
    return limit > 0;
  }

  /** The next byte, or -1 at the end. */
  int next() throws IOException {
    return fill() ? buffer[position++] & 0xFF : -1;
  }

  /** Reads at least one byte, or answers -1 at the end. */
  int read(byte[] bytes, int offset, int length) throws IOException {
    if (position == limit) {
      return count(stream.read(bytes, offset, length));
    }
    int count = Math.min(length, limit - position);
    System.arraycopy(buffer, position, bytes, offset, count);
    position += count;
    return count;
  }

  /** How many bytes were read, whether used or not. */
  long total() {
    return total;
  }

  private int count(int count) {
    if (count > 0) {
      total += count;
      bytesRead.addAndGet(count);
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
