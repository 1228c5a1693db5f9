package dev.weir.wiring;

import dev.weir.claim.AttemptSource;
import dev.weir.claim.ClaimStore;
import dev.weir.decode.EventFields;
import dev.weir.decode.ParserLimits;
import dev.weir.decode.RecordDecoder;
import dev.weir.lake.Lake;
import dev.weir.lake.ObjectStore;
import dev.weir.lake.WrongClaimsException;
import dev.weir.pipeline.ClaimsRebuild;
import dev.weir.pipeline.LiveAttempts;
import dev.weir.pipeline.Pause;
import dev.weir.pipeline.Pipeline;
import dev.weir.pipeline.Replay;
import dev.weir.quality.Conditions;
import dev.weir.quality.Drift;
import dev.weir.quality.Measurement;
import dev.weir.quality.Quality;
import dev.weir.quality.QualityCheck;
import dev.weir.quality.QualityOptions;
import dev.weir.settings.Settings;
import dev.weir.transform.SqlException;
import dev.weir.transform.SqlTransform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that a process needs, made from its settings: the claim store, the lake, and one
 * pipeline per worker.
 *
 * <p>The SQL is checked before anything but the staging folder is created or locked; a lake in S3
 * is read meanwhile. Opened and closed by one thread.
 */
public final class Wiring implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Wiring.class);

  private final Deque<AutoCloseable> parts;
  private final List<Pipeline> pipelines;
  private final Replay replay;
  private final ClaimsRebuild.@Nullable Rebuilt rebuilt;
  private final Phases phases;

  /**
   * How long opening took.
   *
   * @param engine the engines, and the check of the SQL
   * @param claims the claim store, after that
   * @param lake the lake's store and the first look at it; beside the two before where it is in S3
   * @param total everything
   */
  public record Phases(Duration engine, Duration claims, Duration lake, Duration total) {}

  private Wiring(
      Deque<AutoCloseable> parts,
      List<Pipeline> pipelines,
      Replay replay,
      ClaimsRebuild.@Nullable Rebuilt rebuilt,
      Phases phases) {
    this.parts = parts;
    this.pipelines = pipelines;
    this.replay = replay;
    this.rebuilt = rebuilt;
    this.phases = phases;
  }

  /**
   * Opens what the settings name.
   *
   * @throws SqlException if the SQL is wrong
   * @throws WrongClaimsException if the lake belongs to other claims
   * @throws dev.weir.claim.ClaimsLockedException if another run holds the claims
   * @throws IOException if a store, file or directory cannot be used
   */
  public static Wiring open(Settings settings, Clock clock)
      throws IOException, SqlException, WrongClaimsException {
    return open(settings, false, clock);
  }

  /**
   * Opens what the settings name, and first makes the claims anew from the lake.
   *
   * @throws SqlException if the SQL is wrong
   * @throws WrongClaimsException if the claim store remembers other events
   * @throws dev.weir.claim.ClaimsLockedException if another run holds the claims
   * @throws IOException if a store, file or directory cannot be used; open it so again
   */
  public static Wiring openRebuildingClaims(Settings settings, Clock clock)
      throws IOException, SqlException, WrongClaimsException {
    return open(settings, true, clock);
  }

  private static Wiring open(Settings settings, boolean rebuild, Clock clock)
      throws IOException, SqlException, WrongClaimsException {
    Deque<AutoCloseable> parts = new ArrayDeque<>();
    try {
      Staging staging = Staging.open(stagingParent(settings));
      parts.push(staging);
      long began = System.nanoTime();
      LakeOpening opening = LakeOpening.begin(settings, staging.folder().resolve("drafts"));
      parts.push(opening);
      List<SqlTransform> transforms = transforms(settings, staging.folder(), parts);
      List<Conditions> conditions = conditions(settings.quality(), transforms);
      EngineLibrary.removeUnpacked();
      long engineStarted = System.nanoTime();
      ClaimStore claims = Stores.claims(settings, rebuild, clock);
      parts.push(claims);
      long claimsOpened = System.nanoTime();
      LakeOpening.Opened opened = opening.take();
      Lake lake = lake(settings, staging.folder(), opened.objects(), transforms.get(0));
      parts.push(lake);
      ClaimsRebuild.Rebuilt rebuilt = rebuild ? rebuild(settings, claims, lake, clock) : null;
      if (!opened.boundEpoch().equals(Optional.of(claims.epoch()))) {
        lake.bindClaims(claims);
      }
      Phases phases =
          new Phases(
              Duration.ofNanos(engineStarted - began),
              Duration.ofNanos(claimsOpened - engineStarted),
              opened.took(),
              Duration.ofNanos(System.nanoTime() - began));
      List<Pipeline> pipelines = pipelines(settings, clock, transforms, conditions, claims, lake);
      Replay replay = new Replay(pipelines.get(0), lake, clock);
      return new Wiring(parts, pipelines, replay, rebuilt, phases);
    } catch (IOException | SqlException | WrongClaimsException | RuntimeException e) {
      close(parts);
      throw e;
    }
  }

  private static ClaimsRebuild.Rebuilt rebuild(
      Settings settings, ClaimStore claims, Lake lake, Clock clock)
      throws IOException, WrongClaimsException {
    return new ClaimsRebuild(lake, claims)
        .run(clock.instant().minus(settings.claims().keep()), AttemptSource.random(clock).next());
  }

  static Path stagingParent(Settings settings) {
    Path given = settings.run().staging();
    if (given != null) {
      return given.toAbsolutePath().normalize();
    }
    return settings.lake().isInS3()
        ? Path.of(System.getProperty("java.io.tmpdir"), "weir").toAbsolutePath()
        : Stores.folder(settings.lake().path()).resolve("_weir/staging");
  }

  private static List<SqlTransform> transforms(
      Settings settings, Path staging, Deque<AutoCloseable> parts)
      throws IOException, SqlException {
    String sql = sql(settings.transform());
    List<SqlTransform> transforms = new ArrayList<>();
    for (int i = 0; i < settings.run().workers(); i++) {
      SqlTransform transform = SqlTransform.open(transformOptions(settings, sql, staging));
      parts.push(transform);
      transforms.add(transform);
    }
    return transforms;
  }

  private static List<Conditions> conditions(QualityOptions quality, List<SqlTransform> transforms)
      throws SqlException {
    List<Conditions> conditions = new ArrayList<>();
    for (SqlTransform transform : transforms) {
      conditions.add(transform.conditions(quality.expectations()));
    }
    return conditions;
  }

  private static Lake lake(
      Settings settings, Path staging, ObjectStore objects, SqlTransform transform) {
    return new Lake(
        objects,
        staging.resolve("scratch"),
        transform.eventColumns(),
        SqlTransform.deadLetterColumns(),
        settings.lake().parallelPuts());
  }

  private static List<Pipeline> pipelines(
      Settings settings,
      Clock clock,
      List<SqlTransform> transforms,
      List<Conditions> conditions,
      ClaimStore claims,
      Lake lake) {
    AttemptSource source = AttemptSource.random(clock);
    LiveAttempts attempts =
        settings.claims().isInRedis()
            ? LiveAttempts.shared(source, settings.claims().takeoverAfter(), clock)
            : LiveAttempts.alone(source);
    QualityOptions options = settings.quality();
    Measurement measurement =
        new Measurement(
            options,
            options.drift() ? new Drift(new LakeProfiles(lake), options.driftLimits()) : null);
    List<Pipeline> pipelines = new ArrayList<>();
    for (int i = 0; i < transforms.size(); i++) {
      SqlTransform transform = transforms.get(i);
      ParserLimits limits = settings.limits().document();
      pipelines.add(
          new Pipeline(
              new RecordDecoder(settings.fields(), limits, options.needsShapes()),
              new Quality(new QualityCheck(options, limits, conditions.get(i)), measurement),
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

  static SqlTransform.Options transformOptions(
      Settings settings, @Nullable String sql, Path staging) {
    return new SqlTransform.Options(
        sql,
        settings.fields().idFormat() == EventFields.IdFormat.ANY,
        settings.run().memoryBytes() / settings.run().workers(),
        staging,
        settings.lake().compressionLevel(),
        settings.lake().maxEventTypes());
  }

  static @Nullable String sql(Settings.Transform transform) throws IOException {
    Path file = transform.sql();
    return file == null ? transform.sqlText() : Files.readString(file);
  }

  /** One pipeline for each worker. */
  public List<Pipeline> pipelines() {
    return pipelines;
  }

  /** A replay through the first of the pipelines, for a process that does nothing else with it. */
  public Replay replay() {
    return replay;
  }

  /** What was made anew when it was opened; empty if nothing was. */
  public Optional<ClaimsRebuild.Rebuilt> rebuilt() {
    return Optional.ofNullable(rebuilt);
  }

  /** How long opening took. */
  public Phases phases() {
    return phases;
  }

  /** Releases everything. What was acknowledged stays. */
  @Override
  public void close() {
    close(parts);
  }

  private static void close(Deque<AutoCloseable> parts) {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        log.warn("something could not be released", e);
      }
    }
  }
}
