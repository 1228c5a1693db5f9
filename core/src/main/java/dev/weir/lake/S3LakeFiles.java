package dev.weir.lake;

import dev.weir.lake.S3Failures.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The objects of a lake in S3, for those who only read: what is there, how large it is, and copies
 * of it.
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
    String objectKey = options.prefix().isEmpty() ? key : options.prefix() + "/" + key;
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
