package dev.weir.lake;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A real S3 endpoint for tests: s3proxy in a JVM of its own, on a free port of the loopback
 * address. The build lays its jar out and names it in the system property {@code weir.s3proxy.jar}.
 */
public final class S3ProxyServer implements AutoCloseable {
  /** The access key id that the server takes. */
  public static final String ACCESS_KEY_ID = "weir-test";

  /** The secret access key that the server takes. */
  public static final String SECRET_ACCESS_KEY = "weir-test-secret";

  /** The region that requests are signed for. */
  public static final String REGION = "us-east-1";

  private static final int START_SECONDS = 60;
  private static final Pattern LISTENING =
      Pattern.compile("ServerConnector@.*\\{127\\.0\\.0\\.1:(\\d+)}");

  private final Process process;
  private final Thread killer;
  private final URI uri;

  private S3ProxyServer(Process process, int port) {
    this.process = process;
    this.killer = new Thread(process::destroyForcibly);
    this.uri = URI.create("http://127.0.0.1:" + port);
    Runtime.getRuntime().addShutdownHook(killer);
  }

  /** Starts a server that keeps its objects in memory; its configuration goes to a directory. */
  public static S3ProxyServer inMemory(Path directory) throws IOException {
    return start(directory, List.of("jclouds.provider=transient-nio2"), true);
  }

  /** The same, but whoever asks is let in, whatever was done to the request on its way. */
  public static S3ProxyServer inMemoryForAnyone(Path directory) throws IOException {
    return start(directory, List.of("jclouds.provider=transient-nio2"), false);
  }

  /** Starts a server that keeps its objects below {@code directory}, across restarts. */
  public static S3ProxyServer onDisk(Path directory) throws IOException {
    Path objects = Files.createDirectories(directory.resolve("objects"));
    return start(
        directory,
        List.of("jclouds.provider=filesystem-nio2", "jclouds.filesystem.basedir=" + objects),
        true);
  }

  private static S3ProxyServer start(Path directory, List<String> provider, boolean login)
      throws IOException {
    List<String> properties = new ArrayList<>(provider);
    properties.add("jclouds.identity=unused");
    properties.add("jclouds.credential=unused");
    properties.add("s3proxy.endpoint=http://127.0.0.1:0");
    properties.add("s3proxy.authorization=" + (login ? "aws-v4" : "none"));
    properties.add("s3proxy.identity=" + ACCESS_KEY_ID);
    properties.add("s3proxy.credential=" + SECRET_ACCESS_KEY);
    Path configuration = Files.write(directory.resolve("s3proxy.properties"), properties);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                jar().toString(),
                "--properties",
                configuration.toString())
            .redirectErrorStream(true)
            .start();
    CompletableFuture<Integer> port = new CompletableFuture<>();
    Thread reader = new Thread(() -> follow(process, port), "s3proxy-output");
    reader.setDaemon(true);
    reader.start();
    try {
      return new S3ProxyServer(process, port.get(START_SECONDS, TimeUnit.SECONDS));
    } catch (Exception e) {
      process.destroyForcibly();
      throw new IOException("s3proxy did not start", e);
    }
  }

  private static Path jar() {
    String named = System.getProperty("weir.s3proxy.jar");
    Path jar = named != null ? Path.of(named) : Path.of("target", "s3proxy", "s3proxy.jar");
    if (!Files.exists(jar)) {
      throw new IllegalStateException(
          jar + " does not exist: run ./mvnw -pl core process-test-resources");
    }
    return jar;
  }

  /** Reads what the server prints, to its end, so that it never waits for a reader. */
  private static void follow(Process process, CompletableFuture<Integer> port) {
    Deque<String> tail = new ArrayDeque<>();
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher listening = LISTENING.matcher(line);
        if (listening.find()) {
          port.complete(Integer.parseInt(listening.group(1)));
        }
        tail.add(line);
        if (tail.size() > 20) {
          tail.remove();
        }
      }
    } catch (IOException e) {
      port.completeExceptionally(e);
    }
    port.completeExceptionally(new IOException(String.join("\n", tail)));
  }

  /** Where it listens. */
  public URI uri() {
    return uri;
  }

  /** Its process, to be killed or stopped by a test. */
  public ProcessHandle process() {
    return process.toHandle();
  }

  /** What a store needs to know to speak to it. */
  public S3Options.Endpoint endpoint() {
    return endpoint(uri);
  }

  /** The same through something that stands in front of it. */
  public static S3Options.Endpoint endpoint(URI front) {
    return new S3Options.Endpoint(REGION, front, true);
  }

  /** The credentials that it takes. */
  public static StaticCredentialsProvider credentials() {
    return StaticCredentialsProvider.create(
        AwsBasicCredentials.create(ACCESS_KEY_ID, SECRET_ACCESS_KEY));
  }

  /** A client of its own for a test that looks behind a store's back; the caller closes it. */
  public S3Client client() {
    return S3Client.builder()
        .credentialsProvider(credentials())
        .region(Region.of(REGION))
        .endpointOverride(uri)
        .forcePathStyle(true)
        .httpClientBuilder(Apache5HttpClient.builder())
        .build();
  }

  /** Creates a bucket. */
  public void createBucket(String bucket) {
    try (S3Client client = client()) {
      client.createBucket(request -> request.bucket(bucket));
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
        throw new UncheckedIOException(new IOException("s3proxy does not end: " + process.pid()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().removeShutdownHook(killer);
  }
}
