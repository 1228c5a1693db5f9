package dev.weir.lake;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Objects that are created if absent and then never change: the lake's only way to write.
 *
 * <p>What every adapter promises, and {@code ObjectStoreContract} tests:
 *
 * <ul>
 *   <li>Create-if-absent is linearizable: of any number of concurrent creators of one key exactly
 *       one is told {@link Put#CREATED}, the others {@link Put#EXISTS}; an object is never replaced
 *       and never seen in part.
 *   <li>A read that begins after a put has returned sees the object.
 *   <li>When a put returns, the object is durable.
 *   <li>When a put throws, the object may or may not exist, now or later: outcome unknown. A
 *       further put of the same key settles it.
 *   <li>Safe for use by several threads.
 * </ul>
 *
 * <p>Keys are relative paths of ASCII segments parted by {@code /}; no segment is empty, {@code .}
 * or {@code ..}.
 */
public interface ObjectStore extends AutoCloseable {
  /** What a create-if-absent did. */
  enum Put {
    /** The key was free; the object is there now, and it is the caller's. */
    CREATED,
    /** Something already stood at the key; it was left as it was. */
    EXISTS
  }

  /**
   * Creates an object from bytes unless the key is taken.
   *
   * @throws IOException if the outcome is unknown
   */
  Put putIfAbsent(String key, byte[] content) throws IOException;

  /**
   * Creates an object from a local file unless the key is taken. The file stays where it is and
   * must not be changed afterwards: an adapter may keep it as the object.
   *
   * @throws IOException if the outcome is unknown
   */
  Put putIfAbsent(String key, Path file) throws IOException;

  /**
   * The content of an object, or empty if there is none.
   *
   * @throws IOException if the store could not answer; retry
   */
  Optional<byte[]> read(String key) throws IOException;

  /**
   * A local file with the content of an object, for reading only; {@link #discard} it after use.
   *
   * @param scratch a directory to download to, where the store is not local
   * @throws java.nio.file.NoSuchFileException if there is no such object
   * @throws IOException if the store could not answer; retry
   */
  Path fetch(String key, Path scratch) throws IOException;

  /** Deletes what {@link #fetch} downloaded; a file that is the object itself stays. */
  default void discard(Path fetched) throws IOException {}

  /**
   * The keys that start with a prefix, in ascending order.
   *
   * @throws IOException if the store could not answer; retry
   */
  List<String> list(String prefix) throws IOException;

  /** Releases what the adapter holds; the objects stay. */
  @Override
  default void close() {}
}
