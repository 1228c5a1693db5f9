package dev.weir.wiring;

import dev.weir.claim.EmbeddedClaimsProbe;
import dev.weir.claim.RedisProbe;
import dev.weir.lake.LakeProbe;
import dev.weir.lake.S3Options;
import dev.weir.settings.Settings;
import dev.weir.transform.SqlException;
import dev.weir.transform.SqlTransform;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/** Looks at what the settings name, before anything relies on it: {@code weir doctor}. */
public final class Probes {
  /** Larger objects are not sent for a trial, wherever sending in parts begins. */
  public static final long MAX_THRESHOLD_BYTES = 64L << 20;

  private Probes() {}

  /** The folder for files that have not landed yet. */
  public static Path staging(Settings settings) {
    return Wiring.stagingParent(settings);
  }

  /** The folder of a lake that is in one. */
  public static Path lakeFolder(Settings settings) {
    return Stores.folder(settings.lake().path());
  }

  /** The folder of claims that are in one. */
  public static Path claimsFolder(Settings settings) {
    return Stores.folder(settings.claims().path());
  }

  /**
   * Checks the SQL, and that of the expectations, as a run does.
   *
   * @param scratch a folder that is there
   * @throws SqlException if it is wrong
   */
  public static void compileSql(Settings settings, Path scratch) throws IOException, SqlException {
    String sql = Wiring.sql(settings.transform());
    try (SqlTransform transform =
        SqlTransform.open(Wiring.transformOptions(settings, sql, scratch))) {
      transform.conditions(settings.quality().expectations());
    }
  }

  /**
   * The lake. Nothing is sent yet; a folder is made.
   *
   * @param connections the least connections that are open at once
   * @param tries the most tries of a request
   * @throws IOException if the folder cannot be made
   * @throws IllegalArgumentException if S3 needs a region, and none was set or found
   */
  public static LakeProbe lake(Settings settings, Path scratch, int connections, int tries)
      throws IOException {
    if (!settings.lake().isInS3()) {
      return LakeProbe.local(lakeFolder(settings), scratch);
    }
    return LakeProbe.s3(s3(settings, connections, tries), scratch);
  }

  /** The lake in S3 without checksums. */
  public static LakeProbe lakeWithoutChecksums(Settings settings, Path scratch) {
    return LakeProbe.s3(s3(settings, 1, 1).with(S3Options.Checksum.NONE), scratch);
  }

  private static S3Options s3(Settings settings, int connections, int tries) {
    S3Options options = Stores.s3(settings.lake().path(), settings.s3());
    S3Options.Network network = options.network();
    S3Options.Multipart multipart = options.multipart();
    S3Options.Multipart parts =
        new S3Options.Multipart(
            Math.min(multipart.thresholdBytes(), MAX_THRESHOLD_BYTES),
            multipart.partBytes(),
            multipart.parallelParts());
    return options
        .with(parts)
        .with(
            new S3Options.Network(
                Math.max(connections, network.connections()),
                network.connectTimeout(),
                network.idleTimeout(),
                network.tryTimeout(),
                Math.min(tries, network.tries()),
                network.backoff(),
                network.maxBackoff()));
  }

  /**
   * The claims in Redis.
   *
   * @throws IOException if the servers cannot be reached or do not let the user in
   */
  public static RedisProbe redis(Settings settings, Clock clock) throws IOException {
    return RedisProbe.connect(Stores.redis(settings), clock);
  }

  /**
   * The claims in a folder.
   *
   * @throws IOException if it cannot be read
   */
  public static EmbeddedClaimsProbe claims(Settings settings) throws IOException {
    return EmbeddedClaimsProbe.look(claimsFolder(settings));
  }
}
