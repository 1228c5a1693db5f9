package dev.weir.wiring;

import dev.weir.claim.ClaimStore;
import dev.weir.claim.EmbeddedClaimStore;
import dev.weir.claim.RedisClaimStore;
import dev.weir.claim.RedisOptions;
import dev.weir.lake.LocalObjectStore;
import dev.weir.lake.ObjectStore;
import dev.weir.lake.S3LakeFiles;
import dev.weir.lake.S3ObjectStore;
import dev.weir.lake.S3Options;
import dev.weir.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The stores that the settings name. */
public final class Stores {
  private Stores() {}

  /**
   * Where the lake's objects are.
   *
   * @param drafts for a lake in a folder, a folder on the same file system for what is no object
   *     yet
   * @throws IOException if a folder cannot be used, or no region is found for S3; nothing is sent
   *     over the network yet
   */
  static ObjectStore objects(Settings settings, Path drafts) throws IOException {
    if (!settings.lake().isInS3()) {
      return new LocalObjectStore(folder(settings.lake().path()), drafts);
    }
    S3Options options = s3(settings.lake().path(), settings.s3());
    try {
      return new S3ObjectStore(options);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e); // no region: nothing that settings alone can tell
    }
  }

  /**
   * A lake in S3, for those who only read. Nothing is sent yet.
   *
   * @throws IllegalArgumentException if no region was set and none is found
   */
  public static S3LakeFiles lakeFiles(Settings.Reading settings) {
    return new S3LakeFiles(s3(settings.lake().path(), settings.s3()));
  }

  /** How a lake in S3 is reached. */
  static S3Options s3(String location, Settings.S3 s3) {
    return S3Options.of(location)
        .with(s3.endpoint())
        .with(s3.checksum())
        .with(s3.multipart())
        .with(s3.network());
  }

  /**
   * Opens the claims.
   *
   * @param rebuild whether they are about to be made anew, so that some may be lost
   * @throws dev.weir.claim.ClaimsLockedException if another process holds their folder
   * @throws IOException if they cannot be used; the message says what to do
   */
  static ClaimStore claims(Settings settings, boolean rebuild, Clock clock) throws IOException {
    if (!settings.claims().isInRedis()) {
      return EmbeddedClaimStore.open(
          folder(settings.claims().path()), settings.claims().keep(), clock);
    }
    return rebuild
        ? RedisClaimStore.openToRebuild(redis(settings), clock)
        : RedisClaimStore.open(redis(settings), clock);
  }

  /** How claims in Redis are reached. */
  static RedisOptions redis(Settings settings) {
    Settings.Redis redis = settings.redis();
    String password = redis.password();
    String arn = redis.passwordFrom();
    @Nullable Supplier<String> secret =
        arn != null
            ? AwsSecret.of(arn, redis.passwordMember())
            : password == null ? null : () -> password;
    return new RedisOptions(
        RedisOptions.servers(settings.claims().path()),
        redis.name(),
        redis.user(),
        secret,
        redis.certificates(),
        settings.claims().keep(),
        redis.expectedClaims(),
        redis.connections(),
        redis.connectTimeout(),
        redis.answerTimeout(),
        redis.retries(),
        redis.backoff(),
        redis.maxBackoff());
  }

  /** Where files go for which no folder is set. */
  static Path temporary() {
    return Path.of(System.getProperty("java.io.tmpdir"), "weir").toAbsolutePath();
  }

  /** A folder of this machine. */
  static Path folder(String path) {
    return Path.of(path).toAbsolutePath().normalize();
  }
}
