package dev.weir.cli.generate;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Lines onto an output stream, each with its line feed. Not safe for use by several threads. */
public final class LineOutput implements LineSink {
  private final BufferedOutputStream out;

  /** Lines onto this stream, which stays open. */
  public LineOutput(OutputStream out) {
    this.out = new BufferedOutputStream(out, 1 << 16);
  }

  @Override
  public void take(byte[] bytes, int from, int to) throws IOException {
    out.write(bytes, from, to - from);
    out.write('\n');
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }
}
