package dev.weir.doctor;

import dev.weir.settings.Settings;
import dev.weir.transform.SqlException;
import dev.weir.wiring.Probes;
import dev.weir.wiring.Staging;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.management.JMException;
import javax.management.ObjectName;

/** What this machine gives to a run. */
final class MachineChecks {
  private static final long FEW_FILES = 1_024;

  private final Examination examination;
  private final Settings settings;
  private final Path scratch;

  MachineChecks(Examination examination, Settings settings, Path scratch) {
    this.examination = examination;
    this.settings = settings;
    this.scratch = scratch;
  }

  void run() {
    examination.check(Check.SQL, Examination.SHORT, this::sql);
    examination.check(Check.HEAP, Examination.SHORT, this::heap);
    examination.check(Check.OPEN_FILES, Examination.SHORT, MachineChecks::openFiles);
    if (examination.check(Check.STAGING, Examination.SHORT, this::staging)) {
      examination.check(Check.DISK, Examination.SHORT, this::disk);
    } else {
      examination.skip("there is no staging folder", Check.DISK);
    }
  }

  private Finding sql() throws IOException {
    Path file = settings.transform().sql();
    try {
      Probes.compileSql(settings, scratch);
    } catch (SqlException e) {
      return Finding.fail(
          Check.SQL,
          String.valueOf(e.getMessage()),
          "correct "
              + e.expectation()
                  .map(name -> "the expectation " + name + " (quality.expectations)")
                  .orElse(file + " (transform.sql)"));
    }
    return Finding.pass(Check.SQL, file == null ? "the built-in SQL" : file + " compiles");
  }

  private Finding heap() {
    long heap = Runtime.getRuntime().maxMemory();
    long batches = (settings.run().workers() + 1L) * settings.run().batchBytes() / 2 * 3;
    String found =
        "%s for %d workers with batches of %s, in a heap of %s"
            .formatted(
                Bytes.text(batches),
                settings.run().workers(),
                Bytes.text(settings.run().batchBytes()),
                Bytes.text(heap));
    return batches <= heap
        ? Finding.pass(Check.HEAP, found)
        : Finding.fail(
            Check.HEAP,
            found,
            "lower run.batch_bytes or run.workers, or give a larger heap (WEIR_HEAP)");
  }

  private static Finding openFiles() {
    long limit;
    try {
      Object value =
          ManagementFactory.getPlatformMBeanServer()
              .getAttribute(
                  new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME),
                  "MaxFileDescriptorCount");
      limit = ((Number) value).longValue();
    } catch (JMException e) {
      return Finding.pass(Check.OPEN_FILES, "this system does not tell");
    }
    return limit >= FEW_FILES
        ? Finding.pass(Check.OPEN_FILES, "up to %,d".formatted(limit))
        : Finding.warn(
            Check.OPEN_FILES,
            "only %,d".formatted(limit),
            "allow 1024 or more (ulimit -n), or set fewer connections");
  }

  private Finding staging() throws IOException {
    Path folder = Probes.staging(settings);
    List<Path> missing = missing(folder);
    try {
      Staging.open(folder).close();
      if (!settings.lake().isInS3() && !isOnLakesFileSystem(folder)) {
        return Finding.warn(
            Check.STAGING,
            folder + " is on another file system than the lake: files are copied, not linked",
            "set run.staging to a folder on the lake's, or leave it out");
      }
      return Finding.pass(Check.STAGING, folder + " can be written");
    } catch (IOException e) {
      return Finding.fail(
          Check.STAGING,
          "%s cannot be written: %s".formatted(folder, Examination.message(e)),
          "allow it, or set run.staging to another folder");
    } finally {
      remove(missing);
    }
  }

  private static void remove(List<Path> folders) {
    try {
      for (Path folder : folders) {
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      // It could not be made, or a run uses it by now.
    }
  }

  private boolean isOnLakesFileSystem(Path folder) throws IOException {
    FileStore lake = Files.getFileStore(existing(Probes.lakeFolder(settings)));
    return Files.getFileStore(folder).equals(lake);
  }

  private Finding disk() throws IOException {
    Path folder = existing(Probes.staging(settings));
    long free = Files.getFileStore(folder).getUsableSpace();
    long needed =
        2L * settings.run().workers() * settings.run().batchBytes() + settings.run().memoryBytes();
    String found = "%s free at %s".formatted(Bytes.text(free), folder);
    return free >= needed
        ? Finding.pass(Check.DISK, found)
        : Finding.warn(
            Check.DISK,
            found,
            "make room for %s, or set run.staging to a larger disk".formatted(Bytes.text(needed)));
  }

  /** The folders of a path that are not there, the deepest first. */
  private static List<Path> missing(Path folder) {
    List<Path> missing = new ArrayList<>();
    for (Path at = folder; at != null && !Files.exists(at); at = at.getParent()) {
      missing.add(at);
    }
    return missing;
  }

  /** The folder, or the nearest one above it that is there. */
  static Path existing(Path folder) {
    Path at = folder;
    for (Path above = at; above != null; above = above.getParent()) {
      at = above;
      if (Files.exists(above)) {
        break;
      }
    }
    return at;
  }
}
