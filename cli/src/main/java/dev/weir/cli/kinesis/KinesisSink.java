package dev.weir.cli.kinesis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weir.cli.UsageException;
import dev.weir.cli.generate.LineSink;
import dev.weir.pipeline.Pause;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.KinesisClientBuilder;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/**
 * Puts lines on a Kinesis stream, each as a record of its own whose partition key is the event's
 * id, so that copies of an event go to the same shard. A line without an id has its number as the
 * key.
 *
 * <p>Lines are packed into requests of at most {@value #MAX_RECORDS} records and {@value
 * #MAX_BYTES} bytes, a few of which are on their way at once; so lines may change places. Each
 * arrives at least once.
 *
 * <p>Used by one thread; {@link #sent} and {@link #sentAgain} by any.
 */
public final class KinesisSink implements LineSink, AutoCloseable {
  /** The most records of a request. */
  static final int MAX_RECORDS = 500;

  /** The most bytes of a request's records, keys included: what every region and stream takes. */
  static final int MAX_BYTES = 5 << 20;

  private static final int REQUESTS_AT_ONCE = 4;
  private static final byte[] ID = "{\"event_uuid\":\"".getBytes(US_ASCII);
  private static final int UUID_LENGTH = 36;

  private final KinesisClient client;
  private final RecordSender sender;
  private final ExecutorService requests;
  private final Deque<Future<?>> underWay = new ArrayDeque<>();
  private List<PutRecordsRequestEntry> packed = new ArrayList<>();
  private int packedBytes;
  private long lines;

  /**
   * A sink that uses the credentials of the AWS SDK's default chain. Nothing is sent yet.
   *
   * @throws UsageException if neither the address nor the environment names a region
   */
  public static KinesisSink open(KinesisAddress address) {
    return new KinesisSink(
        client(address, DefaultCredentialsProvider.builder().build()), address, Pause.sleeping());
  }

  KinesisSink(KinesisClient client, KinesisAddress address, Pause pause) {
    this.client = client;
    this.sender = new RecordSender(client, address, pause);
    this.requests =
        Executors.newFixedThreadPool(
            REQUESTS_AT_ONCE,
            task -> {
              Thread thread = new Thread(task, "weir-kinesis");
              thread.setDaemon(true);
              return thread;
            });
  }

  static KinesisClient client(KinesisAddress address, AwsCredentialsProvider credentials) {
    KinesisClientBuilder builder =
        KinesisClient.builder()
            .credentialsProvider(credentials)
            .httpClientBuilder(
                Apache5HttpClient.builder()
                    .maxConnections(REQUESTS_AT_ONCE)
                    .connectionTimeout(Duration.ofSeconds(5))
                    .socketTimeout(Duration.ofSeconds(30)))
            // Tried again by RecordSender, which counts it.
            .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()));
    if (address.region() != null) {
      builder.region(Region.of(address.region()));
    }
    if (address.endpoint() != null) {
      builder.endpointOverride(address.endpoint());
    }
    try {
      return builder.build();
    } catch (SdkClientException e) {
      throw new UsageException(
          "kinesis://%s has no region; add ?region=… to it or set AWS_REGION"
              .formatted(address.stream()));
    }
  }

  /** How many records the stream has taken. */
  public long sent() {
    return sender.sent();
  }

  /** How many records had to be sent once more, counted each time. */
  public long sentAgain() {
    return sender.sentAgain();
  }

  @Override
  public void take(byte[] bytes, int from, int to) throws IOException {
    String key = partitionKey(bytes, from, to, lines++);
    int size = to - from + key.length();
    if (packed.size() == MAX_RECORDS || packedBytes + size > MAX_BYTES) {
      flush();
    }
    packedBytes += size;
    packed.add(
        PutRecordsRequestEntry.builder()
            .partitionKey(key)
            .data(SdkBytes.fromByteArrayUnsafe(Arrays.copyOfRange(bytes, from, to)))
            .build());
  }

  @Override
  public void flush() throws IOException {
    while (!underWay.isEmpty()
        && (underWay.size() >= REQUESTS_AT_ONCE || underWay.element().isDone())) {
      await(underWay.remove());
    }
    if (packed.isEmpty()) {
      return;
    }
    List<PutRecordsRequestEntry> records = packed;
    packed = new ArrayList<>();
    packedBytes = 0;
    underWay.add(
        requests.submit(
            () -> {
              sender.send(records);
              return null;
            }));
  }

  /**
   * Returns when the stream has taken every line.
   *
   * @throws IOException if it does not
   */
  public void finish() throws IOException {
    flush();
    while (!underWay.isEmpty()) {
      await(underWay.remove());
    }
  }

  /** Gives up what is not finished. */
  @Override
  public void close() {
    requests.shutdownNow();
    client.close();
  }

  private static void await(Future<?> request) throws IOException {
    try {
      request.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while records were sent");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IOException("records could not be sent", e.getCause());
    }
  }

  private static String partitionKey(byte[] bytes, int from, int to, long number) {
    int id = from + ID.length;
    boolean hasId = to - id >= UUID_LENGTH && Arrays.equals(bytes, from, id, ID, 0, ID.length);
    return hasId ? new String(bytes, id, UUID_LENGTH, US_ASCII) : Long.toString(number);
  }
}
