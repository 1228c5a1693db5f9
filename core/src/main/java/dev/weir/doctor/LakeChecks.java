package dev.weir.doctor;

import dev.weir.lake.LakeProbe;
import dev.weir.lake.LakeProbe.Obstacle;
import dev.weir.lake.LakeProbe.Race;
import dev.weir.settings.Settings;
import dev.weir.wiring.Probes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether the lake's store does what exactly-once landing asks of it. */
final class LakeChecks {
  private static final int CREATORS = 32;
  private static final int ROUNDS = 3;
  private static final long RACE_BYTES = 64L << 20;
  private static final Duration WORRYING_SKEW = Duration.ofSeconds(5);

  /** S3 refuses requests whose time is further away. */
  private static final Duration FATAL_SKEW = Duration.ofMinutes(15);

  private final Examination examination;
  private final Settings settings;
  private final Path scratch;
  private final Clock clock;
  private @Nullable IOException listFailure;
  private boolean refusesChecksum;
  private volatile Known<String> claimsEpoch = Known.nothing();

  LakeChecks(Examination examination, Settings settings, Path scratch, Clock clock) {
    this.examination = examination;
    this.settings = settings;
    this.scratch = scratch;
    this.clock = clock;
  }

  /** Checks the lake, and tells which claims it belongs to. */
  Known<String> run() {
    boolean inS3 = settings.lake().isInS3();
    if (!examination.check(Check.LAKE_REACH, Examination.SHORT, this::reach)) {
      examination.skip("the lake cannot be reached", Check.LAKE_LIST, Check.LAKE_PUT);
      skipTrials("the lake cannot be reached", inS3);
      return Known.nothing();
    }
    LakeProbe probe;
    try {
      probe = Probes.lake(settings, scratch, CREATORS, Integer.MAX_VALUE);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // it could a moment ago
    }
    try {
      look(probe, inS3);
    } finally {
      examination.check(Check.LAKE_CLEANUP, Examination.SHORT, () -> cleanUp(probe));
    }
    return claimsEpoch;
  }

  private Finding reach() throws IOException {
    LakeProbe probe;
    try {
      probe = Probes.lake(settings, scratch, 1, 2);
    } catch (FileSystemException e) {
      return Finding.fail(
          Check.LAKE_REACH,
          "%s is no folder that can be written: %s"
              .formatted(settings.lake().path(), Examination.message(e)),
          "allow it, or choose another folder (--lake)");
    }
    try {
      probe.list();
    } catch (IOException e) {
      if (LakeProbe.obstacle(e) != Obstacle.DENIED) {
        throw e;
      }
      listFailure = e;
    } finally {
      probe.cleanUp();
    }
    return Finding.pass(Check.LAKE_REACH, settings.lake().path());
  }

  private void look(LakeProbe probe, boolean inS3) {
    IOException denied = listFailure;
    examination.found(
        denied == null
            ? Finding.pass(Check.LAKE_LIST, "allowed")
            : Finding.fail(
                Check.LAKE_LIST,
                Examination.message(denied),
                "allow s3:ListBucket on the bucket: without it, an absent object looks forbidden"));
    boolean puts = examination.check(Check.LAKE_PUT, Examination.SHORT, () -> put(probe));
    if (!puts) {
      skipTrials("nothing can be put", inS3);
      return;
    }
    if (inS3) {
      examination.found(checksum());
    }
    if (refusesChecksum) {
      skipAfterChecksum();
      return;
    }
    if (examination.check(Check.LAKE_GET, Examination.SHORT, () -> get(probe))) {
      examination.check(
          Check.LAKE_READ_AFTER_WRITE, Examination.SHORT, () -> readAfterWrite(probe));
      examination.check(Check.LAKE_CREATE, Examination.LONG, () -> create(probe));
      if (inS3) {
        examination.check(Check.LAKE_CREATE_PARTS, Examination.LONG, () -> createParts(probe));
      }
    } else {
      examination.skip("objects cannot be read", Check.LAKE_READ_AFTER_WRITE, Check.LAKE_CREATE);
      if (inS3) {
        examination.skip("objects cannot be read", Check.LAKE_CREATE_PARTS);
      }
    }
    if (inS3) {
      examination.check(Check.LAKE_ABORT, Examination.SHORT, () -> abort(probe));
      examination.check(Check.LAKE_CLOCK, Examination.SHORT, () -> clocks(probe));
    }
  }

  private void skipTrials(String because, boolean inS3) {
    if (inS3) {
      examination.skip(because, Check.LAKE_CHECKSUM);
    }
    examination.skip(because, Check.LAKE_GET, Check.LAKE_READ_AFTER_WRITE, Check.LAKE_CREATE);
    if (inS3) {
      examination.skip(because, Check.LAKE_CREATE_PARTS, Check.LAKE_ABORT, Check.LAKE_CLOCK);
    }
  }

  private void skipAfterChecksum() {
    examination.skip(
        "the checksum has to be changed first",
        Check.LAKE_GET,
        Check.LAKE_READ_AFTER_WRITE,
        Check.LAKE_CREATE,
        Check.LAKE_CREATE_PARTS,
        Check.LAKE_ABORT,
        Check.LAKE_CLOCK);
  }

  private Finding put(LakeProbe probe) {
    try {
      probe.put();
      return Finding.pass(Check.LAKE_PUT, "allowed");
    } catch (IOException e) {
      if (LakeProbe.obstacle(e) == Obstacle.NOT_UNDERSTOOD && putsWithoutChecksums()) {
        refusesChecksum = true;
        return Finding.pass(Check.LAKE_PUT, "allowed, without a checksum");
      }
      return refused(Check.LAKE_PUT, e, "s3:PutObject");
    }
  }

  private boolean putsWithoutChecksums() {
    if (!settings.lake().isInS3()) {
      return false;
    }
    LakeProbe plain = Probes.lakeWithoutChecksums(settings, scratch);
    try {
      plain.put();
      return true;
    } catch (IOException e) {
      return false;
    } finally {
      plain.cleanUp();
    }
  }

  private Finding checksum() {
    String set = settings.s3().checksum().name().toLowerCase(Locale.ROOT);
    return refusesChecksum
        ? Finding.fail(
            Check.LAKE_CHECKSUM,
            "the store refuses objects with " + set + ", and takes them without",
            "set s3.checksum to md5, or to none")
        : Finding.pass(Check.LAKE_CHECKSUM, set + " is taken");
  }

  private Finding get(LakeProbe probe) {
    try {
      if (!probe.read()) {
        return Finding.fail(
            Check.LAKE_GET, "what is read is not what was put", "use another store");
      }
    } catch (IOException e) {
      return refused(Check.LAKE_GET, e, "s3:GetObject");
    }
    try {
      claimsEpoch = Known.of(probe.claimsEpoch());
    } catch (IOException e) {
      // Without the right to list, absent objects look forbidden: lake-list has told.
    }
    return Finding.pass(Check.LAKE_GET, "allowed");
  }

  private static Finding refused(Check check, IOException failure, String permission) {
    return Finding.fail(
        check,
        Examination.message(failure),
        LakeProbe.obstacle(failure) == Obstacle.DENIED
            ? "allow " + permission + " on the bucket's objects below the lake"
            : "");
  }

  private Finding readAfterWrite(LakeProbe probe) throws IOException {
    return probe.readAfterWrite(listFailure == null)
        ? Finding.pass(Check.LAKE_READ_AFTER_WRITE, "each read saw the put before it")
        : Finding.fail(
            Check.LAKE_READ_AFTER_WRITE,
            "a read did not see the put before it",
            "use a store with read-after-write consistency, without a cache before it");
  }

  private Finding create(LakeProbe probe) throws IOException {
    for (int round = 1; round <= ROUNDS; round++) {
      Race race = probe.race("create-" + round, CREATORS);
      if (!race.isExact()) {
        return inexact(Check.LAKE_CREATE, race);
      }
    }
    return Finding.pass(
        Check.LAKE_CREATE,
        "%d times, 1 of %d creators of one key won, and the others were told"
            .formatted(ROUNDS, CREATORS));
  }

  private Finding createParts(LakeProbe probe) throws IOException {
    long threshold = settings.s3().multipart().thresholdBytes();
    long bytes = Math.min(threshold, Probes.MAX_THRESHOLD_BYTES) + 1;
    int creators = (int) Math.max(3, Math.min(CREATORS, RACE_BYTES / bytes));
    Race race = probe.raceOfFiles("create-parts", creators, bytes);
    String note =
        threshold >= bytes
            ? " (tried from %s on; s3.multipart_threshold is %s)"
                .formatted(Bytes.text(bytes), Bytes.text(threshold))
            : "";
    return race.isExact()
        ? Finding.pass(
            Check.LAKE_CREATE_PARTS,
            "1 of %d creators of one object of %s in parts won, and the others were told%s"
                .formatted(creators, Bytes.text(bytes), note))
        : inexact(Check.LAKE_CREATE_PARTS, race);
  }

  private Finding inexact(Check check, Race race) {
    String failure = race.failure();
    if (race.created() <= 1 && failure != null) {
      return Finding.fail(
          check,
          "%d of %d creators of one key got no clear answer: %s"
              .formatted(
                  race.creators() - race.created() - race.existed(), race.creators(), failure),
          "");
    }
    String found =
        race.created() == 1
            ? "the creator that won is not the one whose content is read"
            : "%d of %d creators of one key were told that they had created it"
                .formatted(race.created(), race.creators());
    return Finding.fail(
        check,
        found,
        settings.lake().isInS3()
            ? "the store, or something before it, ignores If-None-Match: events would be lost or land twice; use a store and a version with conditional writes"
            : "the file system's links are not exact: events would be lost or land twice; use another");
  }

  private static Finding abort(LakeProbe probe) throws IOException {
    try {
      probe.abortUpload();
      return Finding.pass(Check.LAKE_ABORT, "allowed");
    } catch (IOException e) {
      if (LakeProbe.obstacle(e) != Obstacle.DENIED) {
        throw e;
      }
      return Finding.warn(
          Check.LAKE_ABORT,
          Examination.message(e),
          "allow s3:AbortMultipartUpload, or parts of uploads that failed cost storage until a"
              + " lifecycle rule removes them");
    }
  }

  private Finding clocks(LakeProbe probe) throws IOException {
    Duration skew = probe.clockSkew(clock);
    String found = Clocks.text("the store", skew);
    if (skew.abs().compareTo(WORRYING_SKEW) <= 0) {
      return Finding.pass(Check.LAKE_CLOCK, found);
    }
    return skew.abs().compareTo(FATAL_SKEW) <= 0
        ? Finding.warn(Check.LAKE_CLOCK, found, Clocks.ADVICE)
        : Finding.fail(Check.LAKE_CLOCK, found, Clocks.ADVICE);
  }

  private static Finding cleanUp(LakeProbe probe) {
    List<String> left = probe.cleanUp();
    return left.isEmpty()
        ? Finding.pass(Check.LAKE_CLEANUP, "nothing is left below " + probe.folder())
        : Finding.warn(
            Check.LAKE_CLEANUP,
            "these could not be removed: " + String.join(", ", left),
            "remove them with rights to do so (s3:DeleteObject); they do no harm");
  }
}
