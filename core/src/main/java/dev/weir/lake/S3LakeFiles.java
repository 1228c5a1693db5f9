package dev.weir.lake;

import dev.weir.lake.S3Failures.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The objects of a lake in S3, for those who only read: what is there, how large it is, its
 * content, and copies of it.
 *
 * <p>Takes the permissions {@code s3:ListBucket} and {@code s3:GetObject}. Credentials, retries and
 * waiting are those of {@link S3ObjectStore}. Safe for use by several threads.
 */
public final class S3LakeFiles implements AutoCloseable {
  /**
   * An object.
   *
   * @param key its key below the lake
   * @param bytes its size
   */
  public record Entry(String key, long bytes) {}

  private final S3Options options;
  private final S3Client s3;
  private final S3Failures failures;
  private final LongAdder lists = new LongAdder();
  private final LongAdder gets = new LongAdder();
  private final LongAdder heads = new LongAdder();

  /**
   * A lake, with the credentials of the default chain. Nothing is sent yet.
   *
   * @throws IllegalArgumentException if no region was given and none is found
   */
  public S3LakeFiles(S3Options options) {
    this.options = options;
    this.s3 = S3ObjectStore.client(options, DefaultCredentialsProvider.builder().build());
    this.failures = new S3Failures(options);
  }

  /** Where the lake is. */
  public S3Options options() {
    return options;
  }

  /**
   * The objects whose keys start with a prefix, in ascending order of their keys.
   *
   * @throws IOException if the store could not answer, or holds an object whose key is none of a
   *     lake's: a copy of it could lie anywhere
   */
  public List<Entry> list(String prefix) throws IOException {
    String root = options.prefix().isEmpty() ? "" : options.prefix() + "/";
    List<Entry> entries;
    try {
      entries =
          s3
              .listObjectsV2Paginator(
                  request -> request.bucket(options.bucket()).prefix(root + prefix))
              .contents()
              .stream()
              .filter(object -> !object.key().endsWith("/")) // what consoles make to show a folder
              .map(object -> entry(object, root))
              .sorted(Comparator.comparing(Entry::key))
              .toList();
    } catch (SdkException e) {
      throw failures.of(Operation.LIST, root + prefix, e);
    }
    for (Entry entry : entries) {
      if (!S3Options.isKey(entry.key()) || entry.key().contains("\\")) {
        throw new IOException(
            "s3://%s/%s holds an object with the key '%s', which is none of a lake's; something else writes there: move it away"
                .formatted(options.bucket(), options.prefix(), printable(entry.key())));
      }
    }
    return entries;
  }

  /**
   * The keys that start with a prefix and sort after another key, in ascending order. Nothing is
   * said about what they look like: they are for comparing, not for making paths of them.
   *
   * @param after a key, which need not exist; empty for all
   * @throws IOException if the store could not answer; retry
   */
  public List<String> keys(String prefix, String after) throws IOException {
    String root = options.prefix().isEmpty() ? "" : options.prefix() + "/";
    List<String> keys = new ArrayList<>();
    try {
      for (ListObjectsV2Response page :
          s3.listObjectsV2Paginator(
              request -> {
                request.bucket(options.bucket()).prefix(root + prefix);
                if (!after.isEmpty()) {
                  request.startAfter(root + after);
                }
              })) {
        lists.increment();
        page.contents().forEach(object -> keys.add(object.key().substring(root.length())));
      }
    } catch (SdkException e) {
      throw failures.of(Operation.LIST, root + prefix, e);
    }
    // Sorted again, because not every store does; one may also ignore where to begin.
    return keys.stream().filter(key -> key.compareTo(after) > 0).sorted().toList();
  }

  /**
   * The content of an object, or empty if there is none.
   *
   * @throws IOException if the store could not answer; retry
   */
  public Optional<byte[]> read(String key) throws IOException {
    String objectKey = objectKey(key);
    gets.increment();
    try {
      return Optional.of(
          s3.getObjectAsBytes(request -> request.bucket(options.bucket()).key(objectKey))
              .asByteArrayUnsafe());
    } catch (NoSuchKeyException e) {
      return Optional.empty();
    } catch (SdkException e) {
      throw failures.of(Operation.READ, objectKey, e);
    }
  }

  /**
   * The size of an object, or empty if there is none.
   *
   * @throws IOException if the store could not answer; retry
   */
  public OptionalLong bytes(String key) throws IOException {
    String objectKey = objectKey(key);
    heads.increment();
    try {
      return OptionalLong.of(
          s3.headObject(request -> request.bucket(options.bucket()).key(objectKey))
              .contentLength());
    } catch (SdkException e) {
      if (e instanceof S3Exception answer && answer.statusCode() == 404) {
        return OptionalLong.empty();
      }
      throw failures.of(Operation.COMPARE, objectKey, e);
    }
  }

  /**
   * What {@link #keys}, {@link #read} and {@link #bytes} have asked the store for so far, without
   * what was sent again.
   *
   * @param lists pages of keys
   * @param gets objects
   * @param heads sizes
   */
  public record Requests(long lists, long gets, long heads) {}

  /** The requests so far. */
  public Requests requests() {
    return new Requests(lists.sum(), gets.sum(), heads.sum());
  }

  private String objectKey(String key) {
    return options.prefix().isEmpty() ? key : options.prefix() + "/" + key;
  }

  private static Entry entry(S3Object object, String root) {
    return new Entry(object.key().substring(root.length()), object.size());
  }

  private static String printable(String key) {
    return key.replaceAll("[^ -~]", "?");
  }

  /**
   * Copies an object to a file that does not exist yet. After a failure there may be a part of it.
   *
   * @throws IOException if there is no such object, the store could not answer, or the file cannot
   *     be written
   */
  public void copy(String key, Path file) throws IOException {
    String objectKey = objectKey(key);
    try {
      s3.getObject(
          request -> request.bucket(options.bucket()).key(objectKey),
          ResponseTransformer.toFile(file));
    } catch (SdkException | UncheckedIOException e) {
      throw failures.of(Operation.READ, objectKey, e);
    }
  }

  @Override
  public void close() {
    s3.close();
  }
}
