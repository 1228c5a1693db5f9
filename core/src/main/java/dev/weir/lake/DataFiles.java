package dev.weir.lake;

import dev.weir.claim.Attempt;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the protocol asks of data files: whose they are, whether they are seals, which uuids they
 * hold, and the making of seals.
 *
 * <p>A seam: {@link ParquetFiles} reads and writes real files, a simulation keeps them in memory.
 * Used after failures only. Safe for use by several threads.
 */
public interface DataFiles extends AutoCloseable {
  /**
   * What a file's metadata says of it.
   *
   * @param attempt the attempt whose data it is, or null
   * @param sealed the attempt that was fenced by it, or null if it is no seal
   */
  record Mark(@Nullable Attempt attempt, @Nullable Attempt sealed) {
    /** Whether the file is a seal. */
    public boolean isSeal() {
      return sealed != null;
    }
  }

  /** A seal on local disk; closing deletes it, and what was put from it stays. */
  interface Seal extends Closeable {
    /** Where it lies. */
    Path file();
  }

  /** A local directory for objects that are downloaded. */
  Path scratch();

  /**
   * Makes a seal: a valid file of these columns with no rows, marked in its metadata.
   *
   * @throws IOException if it cannot be written
   */
  Seal seal(List<Column> columns, Attempt fenced) throws IOException;

  /**
   * Whose a file is.
   *
   * @throws IOException if it cannot be read as a data file
   */
  Mark mark(Path file) throws IOException;

  /**
   * The values of a uuid column.
   *
   * @throws IOException if the file cannot be read as a data file
   */
  Set<UUID> uuids(Path file, String column) throws IOException;

  @Override
  void close();
}
