package dev.weir.local;

import java.io.IOException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Keeps the records of failed invocations as objects in a bucket. Safe for several threads. */
public final class S3FailureDestination implements FailureDestination {
  private final S3Client client;
  private final String bucket;

  /**
   * A destination.
   *
   * @param client stays the caller's, who closes it after the mapping
   * @param bucket exists
   */
  public S3FailureDestination(S3Client client, String bucket) {
    this.client = client;
    this.bucket = bucket;
  }

  @Override
  public void put(String key, byte[] record) throws IOException {
    try {
      client.putObject(
          request -> request.bucket(bucket).key(key).contentType("application/json"),
          RequestBody.fromBytes(record));
    } catch (SdkException e) {
      throw new IOException("s3://%s/%s was not written".formatted(bucket, key), e);
    }
  }
}
