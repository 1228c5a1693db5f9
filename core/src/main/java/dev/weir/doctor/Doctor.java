package dev.weir.doctor;

import dev.weir.settings.Settings;
import dev.weir.settings.SettingsException;
import dev.weir.transform.FolderTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Checks whether a configuration can do what it is for. Lake and claims stay as they are: what the
 * checks put is removed again, and no claims are made or tied to a lake.
 */
public final class Doctor {
  private final Clock clock;
  private final Consumer<Finding> report;

  /**
   * A doctor.
   *
   * @param clock this machine's clock, which is compared with those of the stores
   * @param report is given each finding as soon as there is one
   */
  public Doctor(Clock clock, Consumer<Finding> report) {
    this.clock = clock;
    this.report = report;
  }

  /**
   * Checks everything that a configuration names. A check that fails does not stop the others;
   * those that depend on it are skipped.
   *
   * @param reader reads the settings, and throws {@link SettingsException}
   * @throws IOException if this machine has no folder for temporary files
   */
  public void examine(Supplier<Settings> reader) throws IOException {
    Examination examination = new Examination(report);
    Settings settings;
    try {
      settings = reader.get();
    } catch (SettingsException e) {
      examination.found(
          Finding.fail(
              Check.SETTINGS, String.valueOf(e.getMessage()), "correct it, then run it again"));
      examination.skip(
          "there are no settings",
          Check.SQL,
          Check.HEAP,
          Check.STAGING,
          Check.DISK,
          Check.LAKE_REACH,
          Check.LAKE_CLAIMS);
      return;
    }
    examination.found(
        Finding.pass(
            Check.SETTINGS,
            "lake %s, claims %s".formatted(settings.lake().path(), settings.claims().path())));
    Path scratch = Files.createTempDirectory("weir-doctor");
    try {
      new MachineChecks(examination, settings, scratch).run();
      LakeChecks lake = new LakeChecks(examination, settings, scratch, clock);
      Known<String> lakesClaims = lake.run();
      Known<ClaimsChecks.Claims> claims = new ClaimsChecks(examination, settings, clock).run();
      Tie.check(examination, settings, lakesClaims, claims);
    } finally {
      FolderTree.delete(scratch);
    }
  }
}
