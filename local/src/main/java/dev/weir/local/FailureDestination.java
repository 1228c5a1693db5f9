package dev.weir.local;

import java.io.IOException;

/** Where records go that are given up: the on-failure destination of an event source mapping. */
@FunctionalInterface
public interface FailureDestination {
  /**
   * Keeps the record of a failed invocation.
   *
   * @param key the name of the object
   * @param record JSON in UTF-8
   * @throws IOException if that failed; as with Lambda, the stream's records are given up anyhow
   */
  void put(String key, byte[] record) throws IOException;

  /** Keeps nothing. */
  static FailureDestination none() {
    return (key, record) -> {};
  }
}
