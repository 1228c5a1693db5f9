package dev.weir.transform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder that one attempt has to itself until it is over. */
final class StagingFolder {
  private static final Logger log = LoggerFactory.getLogger(StagingFolder.class);

  private final Path path;

  private StagingFolder(Path path) {
    this.path = path;
  }

  /** Creates the folder. */
  static StagingFolder create(Path path) throws IOException {
    return new StagingFolder(Files.createDirectories(path));
  }

  Path path() {
    return path;
  }

  /** Deletes the folder and what is in it. */
  void delete() {
    try {
      FolderTree.delete(path);
    } catch (IOException e) {
      log.warn("a staging folder is left behind until the next start; folder={}", path, e);
    }
  }
}
