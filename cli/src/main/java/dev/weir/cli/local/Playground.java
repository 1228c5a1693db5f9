package dev.weir.cli.local;

import dev.weir.local.EventSourceMapping;
import dev.weir.local.FailureDestination;
import dev.weir.local.Folders;
import dev.weir.local.FunctionOptions;
import dev.weir.local.FunctionReply;
import dev.weir.local.KinesisStream;
import dev.weir.local.LocalAws;
import dev.weir.local.LocalTools;
import dev.weir.local.MappingOptions;
import dev.weir.local.MappingSnapshot;
import dev.weir.local.SandboxPool;
import dev.weir.transform.FolderTree;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * Weir as it runs on AWS, on this machine: servers of Kinesis, Redis and S3, and an event source
 * mapping that calls the function from its deployment zip. Closing it ends all of them.
 *
 * <p>{@link #look} and {@link #problems} are for one thread.
 */
final class Playground implements AutoCloseable {
  private static final String STREAM = "events";
  private static final String BUCKET = "lake";
  private static final String HANDLER = "dev.weir.lambda.EventHandler::handleRequest";
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** A little longer than the function's timeout: by then nobody works on an old attempt. */
  private static final Duration TAKEOVER = TIMEOUT.plusSeconds(15);

  private static final Duration LAST_INVOCATIONS = Duration.ofSeconds(10);
  private static final Duration POLLING = Duration.ofMillis(200);

  /** Claims that fit well; more of them only take more memory each. */
  private static final int EXPECTED_CLAIMS = 1_000_000;

  /** Problems that wait to be told; more of them are counted as failures and not told. */
  private static final int MOST_PROBLEMS = 3;

  private final Servers servers;
  private final EventSourceMapping mapping;
  private final BlockingQueue<String> problems;
  private final Closing closing;
  private final Path lake;
  private final FileCount files;
  private final Waiting waiting = new Waiting();

  /**
   * What a playground is made of.
   *
   * @param tools the servers' programs
   * @param zip the function's deployment zip
   * @param options how the function is called
   * @param folder holds everything, and exists
   */
  record Parts(LocalTools tools, Path zip, LocalOptions options, Path folder) {}

  private Playground(
      Servers servers,
      EventSourceMapping mapping,
      BlockingQueue<String> problems,
      Closing closing) {
    this.servers = servers;
    this.mapping = mapping;
    this.problems = problems;
    this.closing = closing;
    this.lake = servers.s3().objects().resolve(BUCKET);
    this.files = new FileCount(lake);
  }

  /**
   * Starts everything; returns when events can be put.
   *
   * @throws IOException if something does not start; nothing runs then
   */
  static Playground start(Parts parts) throws IOException {
    Closing closing = new Closing();
    try {
      Servers servers = Servers.start(parts.tools(), parts.folder());
      closing.add(servers::close);
      servers.kinesis().createStream(STREAM, parts.options().shards());
      servers.s3().createBucket(BUCKET);
      SandboxPool function = function(parts, servers);
      closing.add(function::close);
      function.warm();
      KinesisClient client = servers.kinesis().client();
      closing.add(client::close);
      BlockingQueue<String> problems = new ArrayBlockingQueue<>(MOST_PROBLEMS);
      EventSourceMapping mapping = mapping(parts.options(), client, function, problems);
      closing.add(mapping::close);
      return new Playground(servers, mapping, problems, closing);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closing.close();
      throw new InterruptedIOException("interrupted while servers were starting");
    } catch (IOException | RuntimeException e) {
      closing.close();
      throw e;
    }
  }

  private static SandboxPool function(Parts parts, Servers servers) throws IOException {
    Path folder = parts.folder().resolve("function");
    Path task = folder.resolve("task");
    // Of an earlier playground, and maybe of an earlier version.
    FolderTree.delete(task);
    Folders.unpack(parts.zip(), task);
    FunctionOptions options =
        FunctionOptions.of(task, HANDLER, folder)
            .withMemory(parts.options().memoryMegabytes())
            .withTimeout(TIMEOUT)
            .withEnvironment(environment(servers, parts.options().sql()));
    return new SandboxPool(parts.tools(), options, parts.options().shards());
  }

  private static Map<String, String> environment(Servers servers, @Nullable Path sql) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("AWS_ACCESS_KEY_ID", LocalAws.ACCESS_KEY_ID);
    environment.put("AWS_SECRET_ACCESS_KEY", LocalAws.SECRET_ACCESS_KEY);
    environment.put("WEIR_LAKE_PATH", "s3://" + BUCKET);
    environment.put("WEIR_S3_ENDPOINT", servers.s3().uri().toString());
    environment.put("WEIR_S3_PATH_STYLE", "true");
    environment.put("WEIR_CLAIMS_PATH", servers.redis().uri().toString());
    environment.put("WEIR_CLAIMS_TAKEOVER_AFTER", TAKEOVER.toSeconds() + "s");
    environment.put("WEIR_REDIS_EXPECTED_CLAIMS", Integer.toString(EXPECTED_CLAIMS));
    if (sql != null) {
      environment.put("WEIR_TRANSFORM_SQL", sql.toString());
    }
    return environment;
  }

  private static EventSourceMapping mapping(
      LocalOptions options, KinesisClient client, SandboxPool function, Queue<String> problems)
      throws IOException {
    MappingOptions defaults = MappingOptions.defaults();
    return EventSourceMapping.start(
        new KinesisStream(client, STREAM),
        function,
        defaults
            .withBatches(options.batchSize(), options.window(), 1)
            .withPauses(POLLING, defaults.backoff(), defaults.maxBackoff()),
        FailureDestination.none(),
        (shard, sequenceNumbers, reply) -> problem(reply).ifPresent(problems::offer),
        Clock.systemUTC());
  }

  private static Optional<String> problem(FunctionReply reply) {
    if (reply.isAnswer() || reply.status() == FunctionReply.Status.THROTTLED) {
      return Optional.empty();
    }
    return Optional.of(
        "an invocation has failed and is made again: " + FailureText.of(reply.body()));
  }

  /** Where everything is, and what to do with it. */
  String instructions(String weir) {
    return new Instructions(weir, STREAM, servers.addresses(), lake).text();
  }

  /** What came of the events so far. */
  Play look() {
    return look(files.recent(System.nanoTime()));
  }

  private Play look(long fileCount) {
    MappingSnapshot snapshot = mapping.snapshot();
    Duration waited =
        waiting.look(
            System.nanoTime(), snapshot.records(), snapshot.records() - snapshot.underWay());
    return new Play(snapshot, fileCount, waited.plus(snapshot.behind()));
  }

  /**
   * What has gone wrong since this was asked last.
   *
   * @throws IOException if it cannot go on
   */
  List<String> problems() throws IOException {
    servers.requireAlive();
    if (mapping.failure().isPresent()) {
      throw new IOException("the event source mapping has failed: " + mapping.failure().get());
    }
    List<String> told = new ArrayList<>();
    problems.drainTo(told);
    return told;
  }

  /** Lets the invocations under way end, within a bound. What came of everything. */
  Play finish() {
    mapping.close(LAST_INVOCATIONS);
    return look(files.exact());
  }

  @Override
  public void close() {
    closing.close();
  }
}
