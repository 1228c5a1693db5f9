package dev.weir.e2e;

import dev.weir.claim.TestRedis;
import dev.weir.lake.S3ProxyServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The stores that all tests of shared lakes use, one S3 and one Redis for the whole module, and the
 * {@link Tally}, which is printed and written to {@code target/torture.txt} when all are over.
 *
 * <p>{@code -Dweir.kills=N} kills more often, {@code -Dweir.seed=N} draws the same again.
 */
final class Torture implements AutoCloseable {
  /** Draws everything random. */
  static final long SEED = Long.getLong("weir.seed", System.nanoTime() & 0xFFFF_FFFFL);

  static final String BUCKET = "lakes";
  private static final Path REPORT = Path.of("target", "torture.txt");

  private final Path folder = Files.createTempDirectory("torture");
  private final Tally tally = new Tally();
  private final S3ProxyServer s3 = S3ProxyServer.onDisk(folder);
  private final TestRedis redis = TestRedis.start(folder.resolve("redis"));
  private final Path classes = folder.resolve("classes.jsa");
  private final AtomicInteger lakes = new AtomicInteger();

  /** Gives tests the one there is. */
  static final class Extension implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(Torture.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Torture.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(NAMESPACE)
          .computeIfAbsent(Torture.class, key -> create(), Torture.class);
    }

    private static Torture create() {
      try {
        return new Torture();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private Torture() throws IOException {
    s3.createBucket(BUCKET);
    // For runs within the tests' process.
    System.setProperty("aws.accessKeyId", S3ProxyServer.ACCESS_KEY_ID);
    System.setProperty("aws.secretAccessKey", S3ProxyServer.SECRET_ACCESS_KEY);
    SharedLake lake = lake(redis).withStream(100, SEED, 0);
    try (WiredRun run = lake.start(100, Ambush.none())) {
      run.process().await().expect(0); // and writes the archive
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  Tally tally() {
    return tally;
  }

  S3ProxyServer s3() {
    return s3;
  }

  /** The Redis that stays up. */
  TestRedis redis() {
    return redis;
  }

  /** A Redis of the test's own, to be closed by it. */
  TestRedis ownRedis(String... settings) throws IOException {
    return TestRedis.start(Files.createTempDirectory(folder, "redis"), settings);
  }

  /** A new lake with its claims in this Redis. */
  SharedLake lake(TestRedis claims) throws IOException {
    return new SharedLake(
        this, claims, Files.createTempDirectory(folder, "work"), "lake-" + lakes.incrementAndGet());
  }

  /** What the bucket's objects are kept as: files with their keys as paths. */
  Path objects() {
    return folder.resolve("objects").resolve(BUCKET);
  }

  /** Options for a fast start: the first run writes an archive of its classes for the others. */
  String[] fastStart() {
    String archive = Files.exists(classes) ? "SharedArchiveFile" : "ArchiveClassesAtExit";
    return new String[] {
      "-XX:TieredStopAtLevel=1", "-Xlog:disable", "-XX:%s=%s".formatted(archive, classes)
    };
  }

  @Override
  public void close() throws IOException {
    redis.close();
    s3.close();
    String report = "%s%nseed %d%n".formatted(tally, SEED);
    Files.writeString(REPORT, report);
    System.out.println(report);
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
