package dev.weir.lake;

import dev.weir.lake.S3Failures.Operation;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Objects in a bucket of Amazon S3 or of a store that speaks its protocol.
 *
 * <p>Create-if-absent is {@code If-None-Match: *} on {@code PutObject}, and above a threshold on
 * {@code CompleteMultipartUpload}. A refusal does not tell whose object is in the way: the client
 * library sends a request again when its answer was lost, and the second one meets what the first
 * one made. So each put has a random id that travels in the object's metadata, {@code
 * x-amz-meta-weir-put}, and a refused put looks at what stands at the key:
 *
 * <ul>
 *   <li>this put's id: one of its own requests created the object, {@link Put#CREATED};
 *   <li>anything else: it was there before every request of this put, {@link Put#EXISTS};
 *   <li>nothing: the refusal came from a put that was under way and is gone, or from an upload that
 *       the store has forgotten. The put is sent again, after a random delay, a bounded number of
 *       times.
 * </ul>
 *
 * <p>This is exact and needs no count of who retried what, be it the library, its HTTP client or a
 * proxy. An id is drawn once per put and sent with that put only, so an object with the id was made
 * by it. Objects are never replaced and a read sees every put that has been answered, so what
 * stands at the key at the time of the look is what refused the put. A store that drops the
 * metadata makes a put say {@code EXISTS} of its own object; {@link Lake} then compares attempts
 * and still comes to the right end.
 *
 * <p>Credentials come from the default chain of the AWS SDK and are never logged. It takes the
 * permissions {@code s3:PutObject}, {@code s3:GetObject}, {@code s3:AbortMultipartUpload} and
 * {@code s3:ListBucket}; without the last one S3 answers 403 instead of 404 for an absent object.
 * Requests that meet a lost connection, a timeout, throttling or an error of the server are sent
 * again, after random delays that grow, a bounded number of times.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html">Conditional
 *     writes</a>
 */
public final class S3ObjectStore implements ObjectStore {
  /** The name of the metadata entry that tells which put created an object. */
  static final String PUT_ID = "weir-put";

  /** How many keys S3 lists in one answer, at most. */
  static final int PAGE_KEYS = 1000;

  private static final int MAX_KEY_BYTES = 1024;

  private final S3Options options;
  private final int pageKeys;
  private final S3Client s3;
  private final S3Failures failures;
  private final BackoffStrategy backoff;
  private final ExecutorService parts;

  /** What stands at a key, seen by a put that was refused. */
  private enum Occupant {
    MINE,
    FOREIGN,
    NONE
  }

  /**
   * A store in a bucket, with the credentials of the default chain. Nothing is sent yet.
   *
   * @throws IllegalArgumentException if no region was given and none is found
   */
  public S3ObjectStore(S3Options options) {
    this(options, DefaultCredentialsProvider.builder().build(), PAGE_KEYS);
  }

  S3ObjectStore(S3Options options, AwsCredentialsProvider credentials, int pageKeys) {
    S3Options.Network network = options.network();
    this.options = options;
    this.pageKeys = pageKeys;
    this.failures = new S3Failures(options);
    this.backoff = BackoffStrategy.exponentialDelay(network.backoff(), network.maxBackoff());
    this.s3 = client(options, credentials);
    this.parts =
        Executors.newFixedThreadPool(
            options.multipart().parallelParts(),
            task -> {
              Thread thread = new Thread(task, "weir-part");
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public Put putIfAbsent(String key, byte[] content) throws IOException {
    return putIfAbsent(objectKey(key), S3Content.of(content));
  }

  @Override
  public Put putIfAbsent(String key, Path file) throws IOException {
    return putIfAbsent(objectKey(key), S3Content.of(file));
  }

  private Put putIfAbsent(String objectKey, S3Content content) throws IOException {
    String putId = UUID.randomUUID().toString();
    for (int go = 1; ; go++) {
      S3Exception refusal = send(objectKey, content, putId);
      if (refusal == null) {
        return Put.CREATED;
      }
      Occupant occupant = occupant(objectKey, putId);
      if (occupant != Occupant.NONE) {
        return occupant == Occupant.MINE ? Put.CREATED : Put.EXISTS;
      }
      if (go >= options.network().tries()) {
        throw failures.of(Operation.PUT, objectKey, refusal);
      }
      pause(go, objectKey);
    }
  }

  /** Sends the object; null if it was created, else the answer that refused it. */
  private @Nullable S3Exception send(String objectKey, S3Content content, String putId)
      throws IOException {
    Map<String, String> metadata = Map.of(PUT_ID, putId);
    try {
      if (content.bytes() > options.multipart().thresholdBytes()) {
        new S3MultipartUpload(s3, parts, options, objectKey, content).putIfAbsent(metadata);
      } else {
        sendWhole(objectKey, content, metadata);
      }
      return null;
    } catch (S3Exception e) {
      if (isRefusal(e)) {
        return e;
      }
      throw failures.of(Operation.PUT, objectKey, e);
    } catch (RuntimeException e) { // also what the client throws when it is closed meanwhile
      throw failures.of(Operation.PUT, objectKey, e);
    }
  }

  private void sendWhole(String objectKey, S3Content content, Map<String, String> metadata)
      throws IOException {
    try (S3Body body = new S3Body(content, 0, content.bytes(), options.checksum())) {
      s3.putObject(
          request -> {
            request
                .bucket(options.bucket())
                .key(objectKey)
                .ifNoneMatch("*")
                .metadata(metadata)
                .contentLength(content.bytes());
            switch (options.checksum()) {
              case CRC32C -> request.checksumCRC32C(body.checksum());
              case MD5 -> request.contentMD5(body.checksum());
              case NONE -> {}
            }
          },
          body.toRequestBody());
    }
  }

  /**
   * Whether an answer says that something is, or was, in the way. The code counts as well as the
   * status: S3 may find out after it has answered 200.
   */
  private static boolean isRefusal(S3Exception answer) {
    return switch (S3Failures.code(answer)) {
      case "PreconditionFailed", "ConditionalRequestConflict", "OperationAborted", "NoSuchUpload" ->
          true;
      default -> answer.statusCode() == 412 || answer.statusCode() == 409;
    };
  }

  private Occupant occupant(String objectKey, String putId) throws IOException {
    try {
      Map<String, String> metadata =
          s3.headObject(request -> request.bucket(options.bucket()).key(objectKey)).metadata();
      return putId.equals(metadata.get(PUT_ID)) ? Occupant.MINE : Occupant.FOREIGN;
    } catch (SdkException e) {
      if (e instanceof S3Exception answer && answer.statusCode() == 404) {
        return Occupant.NONE;
      }
      throw failures.of(Operation.COMPARE, objectKey, e);
    }
  }

  private void pause(int go, String objectKey) throws InterruptedIOException {
    try {
      Thread.sleep(backoff.computeDelay(go).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while putting " + objectKey);
    }
  }

  @Override
  public Optional<byte[]> read(String key) throws IOException {
    String objectKey = objectKey(key);
    try {
      return Optional.of(s3.getObjectAsBytes(get(objectKey)).asByteArray());
    } catch (NoSuchKeyException e) {
      return Optional.empty();
    } catch (SdkException e) {
      throw failures.of(Operation.READ, objectKey, e);
    }
  }

  /**
   * Downloads an object to a new file, which is the caller's alone: who fetches the same object
   * into the same directory meanwhile gets another.
   */
  @Override
  public Path fetch(String key, Path scratch) throws IOException {
    String objectKey = objectKey(key);
    Path download = Files.createDirectories(scratch).resolve(UUID.randomUUID() + ".download");
    boolean complete = false;
    try {
      s3.getObject(get(objectKey), ResponseTransformer.toFile(download));
      complete = true;
      return download;
    } catch (NoSuchKeyException e) {
      NoSuchFileException absent =
          new NoSuchFileException("s3://%s/%s".formatted(options.bucket(), objectKey));
      absent.initCause(e);
      throw absent;
    } catch (SdkException | UncheckedIOException e) {
      throw failures.of(Operation.READ, objectKey, e);
    } finally {
      if (!complete) {
        Files.deleteIfExists(download);
      }
    }
  }

  @Override
  public void discard(Path fetched) throws IOException {
    Files.deleteIfExists(fetched);
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    String root = options.prefix().isEmpty() ? "" : options.prefix() + "/";
    try {
      // Sorted again, because not every store does; what sorts already costs one pass.
      return s3
          .listObjectsV2Paginator(
              request -> request.bucket(options.bucket()).prefix(root + prefix).maxKeys(pageKeys))
          .contents()
          .stream()
          .map(S3Object::key)
          .filter(key -> !key.endsWith("/")) // what consoles make to show a folder
          .map(key -> key.substring(root.length()))
          .sorted()
          .toList();
    } catch (SdkException e) {
      throw failures.of(Operation.LIST, root + prefix, e);
    }
  }

  private GetObjectRequest get(String objectKey) {
    return GetObjectRequest.builder().bucket(options.bucket()).key(objectKey).build();
  }

  private String objectKey(String key) {
    String objectKey = options.prefix().isEmpty() ? key : options.prefix() + "/" + key;
    if (!S3Options.isKey(key) || objectKey.length() > MAX_KEY_BYTES) {
      throw new IllegalArgumentException("not a key: " + key);
    }
    return objectKey;
  }

  /**
   * A client as the options say; the caller closes it.
   *
   * @throws IllegalArgumentException if no region was given and none is found
   */
  static S3Client client(S3Options options, AwsCredentialsProvider credentials) {
    S3Options.Network network = options.network();
    BackoffStrategy backoff =
        BackoffStrategy.exponentialDelay(network.backoff(), network.maxBackoff());
    S3ClientBuilder builder =
        S3Client.builder()
            .credentialsProvider(credentials)
            .forcePathStyle(options.endpoint().pathStyle())
            // A checksum goes along as a header, from S3Body; trailers are not known everywhere.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .serviceConfiguration(service -> service.chunkedEncodingEnabled(false))
            .httpClientBuilder(
                Apache5HttpClient.builder()
                    .maxConnections(network.connections())
                    .connectionAcquisitionTimeout(network.tryTimeout())
                    .connectionTimeout(network.connectTimeout())
                    .socketTimeout(network.idleTimeout()))
            .overrideConfiguration(
                override ->
                    override
                        .apiCallAttemptTimeout(network.tryTimeout())
                        .retryStrategy(
                            // Bounded by its tries alone: a budget shared by all requests would
                            // make one of them fail for the bad luck of the others.
                            AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(network.tries())
                                .backoffStrategy(backoff)
                                .throttlingBackoffStrategy(backoff)
                                // An answer that was cut off; the client takes it for a bad one.
                                .retryOnExceptionOrCauseInstanceOf(XMLStreamException.class)
                                .circuitBreakerEnabled(false)
                                .build()));
    if (options.endpoint().region() != null) {
      builder.region(Region.of(options.endpoint().region()));
    }
    if (options.endpoint().uri() != null) {
      builder.endpointOverride(options.endpoint().uri());
    }
    try {
      return builder.build();
    } catch (SdkClientException e) {
      String message = String.valueOf(e.getMessage());
      throw new IllegalArgumentException(
          message.contains("load region")
              ? "no region is set for S3, and the environment and the AWS profile name none; set s3.region (WEIR_S3_REGION) or AWS_REGION"
              : "S3 cannot be used as it is set up: " + message,
          e);
    }
  }

  /** Ends the connections. Puts that are still under way fail with an unknown outcome. */
  @Override
  public void close() {
    for (Runnable waiting : parts.shutdownNow()) {
      if (waiting instanceof Future<?> part) {
        part.cancel(false); // or its put would wait for ever
      }
    }
    s3.close();
  }
}
