package dev.weir.wiring;

import dev.weir.claim.AttemptSource;
import dev.weir.claim.EmbeddedClaimStore;
import dev.weir.decode.EventFields;
import dev.weir.decode.RecordDecoder;
import dev.weir.lake.Lake;
import dev.weir.lake.LocalObjectStore;
import dev.weir.lake.WrongClaimsException;
import dev.weir.pipeline.LiveAttempts;
import dev.weir.pipeline.Pause;
import dev.weir.pipeline.Pipeline;
import dev.weir.settings.Settings;
import dev.weir.transform.SqlException;
import dev.weir.transform.SqlTransform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a process on one machine needs, made from its settings: the claim store, the
 * lake, and one pipeline per worker.
 *
 * <p>The SQL is checked before anything is created or locked. Opened and closed by one thread.
 */
public final class Wiring implements AutoCloseable {
  private static final int PARALLEL_PUTS = 8;

  private final List<SqlTransform> transforms;
  private final EmbeddedClaimStore claims;
  private final Lake lake;
  private final List<Pipeline> pipelines;

  private Wiring(
      List<SqlTransform> transforms,
      EmbeddedClaimStore claims,
      Lake lake,
      List<Pipeline> pipelines) {
    this.transforms = transforms;
    this.claims = claims;
    this.lake = lake;
    this.pipelines = pipelines;
  }

  /**
   * Opens what the settings name.
   *
   * @throws SqlException if the SQL is wrong
   * @throws WrongClaimsException if the lake belongs to other claims
   * @throws dev.weir.claim.ClaimsLockedException if another run holds the claims
   * @throws IOException if a file or directory cannot be used
   */
  public static Wiring open(Settings settings, Clock clock)
      throws IOException, SqlException, WrongClaimsException {
    Path root = Path.of(settings.lake().path()).toAbsolutePath().normalize();
    Path staging = root.resolve("_weir/staging");
    List<SqlTransform> transforms = new ArrayList<>();
    EmbeddedClaimStore claims = null;
    try {
      String sql = readSql(settings.transform().sql());
      for (int i = 0; i < settings.run().workers(); i++) {
        transforms.add(SqlTransform.open(transformOptions(settings, sql, staging)));
      }
      claims =
          EmbeddedClaimStore.open(
              Path.of(settings.claims().path()),
              settings.claims().window().plus(settings.claims().lagAllowance()),
              clock);
      Lake lake =
          new Lake(
              new LocalObjectStore(root, staging.resolve("drafts")),
              staging.resolve("scratch"),
              transforms.get(0).eventColumns(),
              SqlTransform.deadLetterColumns(),
              PARALLEL_PUTS);
      lake.bindClaims(claims.epoch(), claims.size() == 0);
      removeLeftovers(staging);
      return new Wiring(
          transforms, claims, lake, pipelines(settings, clock, transforms, claims, lake));
    } catch (IOException | SqlException | WrongClaimsException | RuntimeException e) {
      transforms.forEach(SqlTransform::close);
      if (claims != null) {
        claims.close();
      }
      throw e;
    }
  }

  private static List<Pipeline> pipelines(
      Settings settings,
      Clock clock,
      List<SqlTransform> transforms,
      EmbeddedClaimStore claims,
      Lake lake) {
    // The claims are this process's alone, so an attempt that does not run here is dead.
    LiveAttempts attempts = new LiveAttempts(AttemptSource.random(clock));
    List<Pipeline> pipelines = new ArrayList<>();
    for (SqlTransform transform : transforms) {
      pipelines.add(
          new Pipeline(
              new RecordDecoder(settings.fields(), settings.limits().document()),
              claims,
              lake,
              attempts,
              attempts,
              transform,
              settings.run().acknowledgeTimeout(),
              Pause.sleeping(),
              Version.CURRENT,
              clock));
    }
    return pipelines;
  }

  private static SqlTransform.Options transformOptions(
      Settings settings, @Nullable String sql, Path staging) {
    return new SqlTransform.Options(
        sql,
        settings.fields().idFormat() == EventFields.IdFormat.ANY,
        settings.run().memoryBytes() / settings.run().workers(),
        staging,
        settings.lake().compressionLevel(),
        settings.lake().maxEventTypes());
  }

  private static @Nullable String readSql(@Nullable Path file) throws IOException {
    return file == null ? null : Files.readString(file);
  }

  /** Removes what a killed run left in the staging folder: none of it is in the lake. */
  private static void removeLeftovers(Path staging) throws IOException {
    if (!Files.isDirectory(staging)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(staging)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        if (!path.equals(staging) && !path.equals(staging.resolve("drafts"))) {
          Files.delete(path);
        }
      }
    }
  }

  /** One pipeline for each worker. */
  public List<Pipeline> pipelines() {
    return pipelines;
  }

  /** Releases everything. What was acknowledged stays. */
  @Override
  public void close() throws IOException {
    lake.close();
    transforms.forEach(SqlTransform::close);
    claims.close();
  }
}
