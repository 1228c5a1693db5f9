package dev.weir.local;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * The stream's side of an event source mapping. Implementations are safe for use by several
 * threads; each cursor is one thread's.
 */
public interface StreamSource {
  /** The stream's ARN, which events name. */
  String arn();

  /**
   * How long the stream keeps records.
   *
   * @throws IOException if the stream cannot be asked now
   */
  Duration retention() throws IOException;

  /**
   * All shards that the stream knows, open and closed.
   *
   * @throws IOException if the stream cannot be asked now
   */
  List<StreamShard> shards() throws IOException;

  /**
   * A cursor over a shard.
   *
   * @param start where it begins
   * @throws IOException if the stream cannot be asked now
   */
  Cursor open(String shard, StartingPosition start) throws IOException;

  /** Where the reading of a shard has got to. */
  @FunctionalInterface
  interface Cursor {
    /**
     * Reads on.
     *
     * @throws IOException if that failed; the next read goes on from the same place
     */
    ShardPage next() throws IOException;
  }
}
