package dev.weir.cli.generate;

import java.io.IOException;

/** Where the lines of a stream go one by one, when they do not all go at once. */
public interface LineSink {
  /**
   * Takes one line, which may stay here until the next {@link #flush}.
   *
   * @param bytes holds the line and much else; not to be kept
   * @param from where the line begins
   * @param to where it ends, without its line feed
   * @throws IOException if this line or an earlier one cannot be delivered
   */
  void take(byte[] bytes, int from, int to) throws IOException;

  /**
   * Sends what was taken on its way. It need not have arrived when this returns.
   *
   * @throws IOException if something that was taken cannot be delivered
   */
  void flush() throws IOException;
}
