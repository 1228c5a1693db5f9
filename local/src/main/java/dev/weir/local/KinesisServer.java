package dev.weir.local;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/**
 * A Kinesis endpoint: kinesis-local under the machine's Node, on a free port of the loopback
 * address. It holds its streams in memory.
 */
public final class KinesisServer implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STREAM = Duration.ofSeconds(30);
  // Names rather than ports: see loopback.js.
  private static final int PLAIN = 1;
  private static final int TLS = 2;
  private static final Pattern LISTENS =
      Pattern.compile("weir: server " + PLAIN + " listens on port (\\d+)");
  private static final String CHANGE = "50ms";

  private final ChildProcess process;
  private final URI uri;

  private KinesisServer(ChildProcess process, URI uri) {
    this.process = process;
    this.uri = uri;
  }

  /**
   * Starts a server. At the first use {@code npm} fetches its program.
   *
   * @param tools where its program is kept
   * @param folder for what it prints; is made if it is not there
   * @throws IOException if Node is missing or the server does not start; the message tells why
   */
  public static KinesisServer start(LocalTools tools, Path folder) throws IOException {
    Path node = NodeProgram.node();
    Path program = NodeProgram.kinesis(tools);
    ProcessBuilder builder =
        new ProcessBuilder(
                node.toString(), "--require", program.resolve("loopback.js").toString(), "main.js")
            // Its certificate is read from there.
            .directory(program.resolve("node_modules/kinesis-local").toFile());
    builder
        .environment()
        .putAll(
            Map.ofEntries(
                Map.entry("KINESIS_MOCK_PLAIN_PORT", Integer.toString(PLAIN)),
                Map.entry("KINESIS_MOCK_TLS_PORT", Integer.toString(TLS)),
                Map.entry("AWS_ACCOUNT_ID", LocalAws.ACCOUNT),
                Map.entry("AWS_REGION", LocalAws.REGION),
                Map.entry("CREATE_STREAM_DURATION", CHANGE),
                Map.entry("DELETE_STREAM_DURATION", CHANGE),
                Map.entry("SPLIT_SHARD_DURATION", CHANGE),
                Map.entry("MERGE_SHARDS_DURATION", CHANGE),
                Map.entry("UPDATE_SHARD_COUNT_DURATION", CHANGE),
                // Closed shards count as well.
                Map.entry("SHARD_LIMIT", "1000"),
                Map.entry("LOG_LEVEL", "WARN")));
    Files.createDirectories(folder);
    ChildProcess process =
        ChildProcess.start("kinesis-local", builder, folder.resolve("kinesis.log"));
    int port = process.awaitReady(START, () -> port(process));
    return new KinesisServer(process, URI.create("http://127.0.0.1:" + port));
  }

  private static @Nullable Integer port(ChildProcess process) {
    Matcher listens = LISTENS.matcher(process.printed());
    return listens.find() ? Integer.valueOf(listens.group(1)) : null;
  }

  /** Whether this machine has what it needs; else what to install. */
  public static Optional<String> missing() {
    try {
      NodeProgram.node();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Where it listens. */
  public URI uri() {
    return uri;
  }

  /** The process id. */
  public long pid() {
    return process.process().pid();
  }

  /** The ARN of a stream. */
  public static String streamArn(String stream) {
    return "arn:aws:kinesis:%s:%s:stream/%s".formatted(LocalAws.REGION, LocalAws.ACCOUNT, stream);
  }

  /** A client of it; the caller closes it. */
  public KinesisClient client() {
    return KinesisClient.builder()
        .credentialsProvider(LocalAws.credentials())
        .region(LocalAws.region())
        .endpointOverride(uri)
        .httpClientBuilder(LocalAws.http())
        .build();
  }

  /** Makes a stream and waits until it can be used. */
  public void createStream(String stream, int shards) {
    try (KinesisClient client = client()) {
      client.createStream(request -> request.streamName(stream).shardCount(shards));
      awaitActive(client, stream);
    }
  }

  /** Waits until a stream that is being made or changed can be used. */
  public static void awaitActive(KinesisClient client, String stream) {
    Waiting.until(
        STREAM,
        () ->
            client
                    .describeStreamSummary(request -> request.streamName(stream))
                    .streamDescriptionSummary()
                    .streamStatus()
                == StreamStatus.ACTIVE,
        () -> "the stream " + stream + " is not active");
  }

  @Override
  public void close() {
    process.close();
  }
}
