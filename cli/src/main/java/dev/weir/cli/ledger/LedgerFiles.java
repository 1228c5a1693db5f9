package dev.weir.cli.ledger;

import dev.weir.lake.S3LakeFiles;
import dev.weir.settings.Settings;
import dev.weir.wiring.Stores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The objects of a lake, for one who reads its ledger again and again: {@code LedgerFilesContract}
 * tests what each adapter promises. They are safe for use by several threads.
 */
public interface LedgerFiles extends AutoCloseable {
  /** Where the ledger is. */
  String ATTEMPTS = "_weir/attempts/";

  /**
   * What was asked of the store.
   *
   * @param lists pages of at most 1000 keys
   * @param gets objects
   * @param heads sizes
   */
  record Requests(long lists, long gets, long heads) {}

  /**
   * The names of the ledger's objects, without {@link #ATTEMPTS}, that sort after another one, in
   * ascending order.
   *
   * @param after a name, which need not exist; empty for all
   * @throws IOException if the store could not answer; ask again
   */
  List<String> names(String after) throws IOException;

  /**
   * The content of an object of the ledger, or empty if there is none.
   *
   * @throws IOException if the store could not answer; ask again
   */
  Optional<byte[]> read(String name) throws IOException;

  /**
   * The size of an object of the lake, or empty if there is none.
   *
   * @param key its key in the lake
   * @throws IOException if the store could not answer; ask again
   */
  OptionalLong bytes(String key) throws IOException;

  /** What was asked so far; requests that were sent again are not in it. */
  Requests requests();

  /** Whether each question is a request over a network, which takes time and money. */
  boolean isRemote();

  @Override
  void close();

  /**
   * Those of the lake that the settings name. Nothing is read yet.
   *
   * @throws IllegalArgumentException if the lake is in S3, no region was set and none is found
   */
  static LedgerFiles open(Settings.Reading settings) {
    return settings.lake().isInS3()
        ? new S3LedgerFiles(Stores.lakeFiles(settings))
        : new FolderLedgerFiles(Path.of(settings.lake().path()));
  }

  /** Those of a lake in S3, which is closed with them. */
  static LedgerFiles of(S3LakeFiles objects) {
    return new S3LedgerFiles(objects);
  }
}
