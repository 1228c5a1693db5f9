package dev.weir.source;

import java.io.IOException;

/** Content that is not compressed, read straight to where it is framed. */
final class PlainContent implements Content {
  private final CountedSource source;

  PlainContent(CountedSource source) {
    this.source = source;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return source.read(bytes, offset, length);
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
