package dev.weir.quality;

import java.io.IOException;
import java.util.Optional;

/**
 * Where profiles are kept: under numbers from 1 on, each written once and never changed; the
 * highest counts. Safe for use by several threads.
 */
public interface ProfileStore {
  /**
   * A profile.
   *
   * @param number its number
   * @param content what was written
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Stored(int number, byte[] content) {}

  /**
   * The profile of the highest number, or empty if there is none.
   *
   * @throws IOException if the store could not answer; ask again
   */
  Optional<Stored> latest() throws IOException;

  /**
   * Writes a profile, unless there is one of its number.
   *
   * @return whether it was written
   * @throws IOException if the outcome is unknown
   */
  boolean create(int number, byte[] content) throws IOException;
}
