package dev.weir.wiring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's native library: its driver unpacks 72 MB into the temporary folder, and removes them
 * when the process ends in an orderly way only.
 */
final class EngineLibrary {
  private static final Logger log = LoggerFactory.getLogger(EngineLibrary.class);
  private static final Path MAPPED_FILES = Path.of("/proc/self/maps");
  private static final Pattern UNPACKED = Pattern.compile("(?m) (/\\S.*/libduckdb_java\\d+\\.so)$");

  private EngineLibrary() {}

  /**
   * Removes the unpacked file, once the library is loaded: the process goes on with what it has
   * mapped, and leaves nothing behind however it ends. On systems that do not tell what is mapped,
   * and those that do not remove mapped files, nothing happens.
   */
  static void removeUnpacked() {
    if (!Files.isReadable(MAPPED_FILES)) {
      return;
    }
    try {
      Matcher unpacked = UNPACKED.matcher(new String(Files.readAllBytes(MAPPED_FILES), UTF_8));
      while (unpacked.find()) {
        Files.deleteIfExists(Path.of(unpacked.group(1)));
      }
    } catch (IOException e) {
      log.debug("the engine's unpacked library stays until the process ends", e);
    }
  }
}
