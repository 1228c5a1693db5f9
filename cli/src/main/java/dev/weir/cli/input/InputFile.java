package dev.weir.cli.input;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One input to be read.
 *
 * @param path where it is; null for standard input
 * @param shard the shard of its records: the absolute path without links, {@code -} for standard
 *     input
 * @param sizeBytes its size as stored; -1 for a stream, whose size nobody knows
 */
record InputFile(@Nullable Path path, String shard, long sizeBytes) {
  /** The size of a stream. */
  static final long UNKNOWN_SIZE = -1;

  /** Standard input. */
  static final InputFile STANDARD_INPUT = new InputFile(null, "-", UNKNOWN_SIZE);

  boolean isStream() {
    return sizeBytes == UNKNOWN_SIZE;
  }
}
