package dev.weir.local;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Bucket;

/**
 * An S3 endpoint: s3proxy in a JVM of its own, on a free port of the loopback address. Its objects
 * are files in a folder, under their keys, and stay there.
 */
public final class S3Server implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Pattern LISTENS =
      Pattern.compile("ServerConnector@.*\\{127\\.0\\.0\\.1:(\\d+)}");

  private final ChildProcess process;
  private final URI uri;
  private final Path objects;

  private S3Server(ChildProcess process, URI uri, Path objects) {
    this.process = process;
    this.uri = uri;
    this.objects = objects;
  }

  /**
   * Starts a server.
   *
   * @param tools where its program is
   * @param folder for its objects, its configuration and what it prints; is made if it is not there
   * @throws IOException if it does not start; the message tells why
   */
  public static S3Server start(LocalTools tools, Path folder) throws IOException {
    Path objects = Files.createDirectories(folder.toAbsolutePath().resolve("objects"));
    Path configuration =
        Files.write(
            folder.resolve("s3proxy.properties"),
            List.of(
                "jclouds.provider=filesystem-nio2",
                "jclouds.filesystem.basedir=" + objects,
                "jclouds.identity=unused",
                "jclouds.credential=unused",
                "s3proxy.endpoint=http://127.0.0.1:0",
                "s3proxy.authorization=aws-v4",
                "s3proxy.identity=" + LocalAws.ACCESS_KEY_ID,
                "s3proxy.credential=" + LocalAws.SECRET_ACCESS_KEY));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-jar",
            tools.s3proxy().toString(),
            "--properties",
            configuration.toString());
    ChildProcess process = ChildProcess.start("s3proxy", builder, folder.resolve("s3proxy.log"));
    int port = process.awaitReady(START, () -> port(process));
    return new S3Server(process, URI.create("http://127.0.0.1:" + port), objects);
  }

  private static @Nullable Integer port(ChildProcess process) {
    Matcher listens = LISTENS.matcher(process.printed());
    return listens.find() ? Integer.valueOf(listens.group(1)) : null;
  }

  /** Where it listens. */
  public URI uri() {
    return uri;
  }

  /** The process id. */
  public long pid() {
    return process.process().pid();
  }

  /** The folder that has a folder for each bucket, in which objects are files under their keys. */
  public Path objects() {
    return objects;
  }

  /** A client of it; the caller closes it. */
  public S3Client client() {
    return S3Client.builder()
        .credentialsProvider(LocalAws.credentials())
        .region(LocalAws.region())
        .endpointOverride(uri)
        .forcePathStyle(true)
        .httpClientBuilder(LocalAws.http())
        .build();
  }

  /** Makes a bucket if it is not there. */
  public void createBucket(String bucket) {
    try (S3Client client = client()) {
      if (client.listBuckets().buckets().stream().map(Bucket::name).noneMatch(bucket::equals)) {
        client.createBucket(request -> request.bucket(bucket));
      }
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
