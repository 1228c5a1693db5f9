package dev.weir.lake;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * One object sent in parts. Nothing stands at its key before the last request, which carries the
 * same condition as a single put.
 *
 * <p>An upload that fails is aborted, so that its parts cost nothing. A process that dies leaves
 * parts behind: give the bucket a lifecycle rule that aborts incomplete uploads.
 */
final class S3MultipartUpload {
  private static final int MAX_PARTS = 10_000;
  private static final Logger log = LoggerFactory.getLogger(S3MultipartUpload.class);

  private final S3Client s3;
  private final ExecutorService parts;
  private final S3Options options;
  private final String objectKey;
  private final S3Content content;
  private volatile boolean givenUp;
  private int underWay;

  S3MultipartUpload(
      S3Client s3, ExecutorService parts, S3Options options, String objectKey, S3Content content) {
    this.s3 = s3;
    this.parts = parts;
    this.options = options;
    this.objectKey = objectKey;
    this.content = content;
  }

  /**
   * Sends the object unless its key is taken.
   *
   * @throws SdkException as a single put would throw it
   * @throws IOException if the content cannot be read or is too large, or at an interrupt, after
   *     which the parts under way are waited for, as long as one request may take
   */
  void putIfAbsent(Map<String, String> metadata) throws IOException {
    long partBytes = options.multipart().partBytes();
    long count = (content.bytes() + partBytes - 1) / partBytes;
    if (count > MAX_PARTS) {
      throw new IOException(
          "s3://%s/%s has %d bytes, which is more than %d parts of %d bytes: choose larger parts"
              .formatted(options.bucket(), objectKey, content.bytes(), MAX_PARTS, partBytes));
    }
    String uploadId = create(metadata);
    boolean done = false;
    try {
      complete(uploadId, sendAll(uploadId, (int) count));
      done = true;
    } finally {
      if (!done) {
        abort(uploadId);
      }
    }
  }

  private String create(Map<String, String> metadata) {
    return s3.createMultipartUpload(
            request -> {
              request.bucket(options.bucket()).key(objectKey).metadata(metadata);
              if (options.checksum() == S3Options.Checksum.CRC32C) {
                request.checksumAlgorithm(ChecksumAlgorithm.CRC32_C);
              }
            })
        .uploadId();
  }

  /**
   * Sends the parts, and returns or throws only when none is on its way any more: one that arrives
   * after the upload was aborted costs storage, and the file that it is read from may be gone.
   */
  private List<CompletedPart> sendAll(String uploadId, int count) throws IOException {
    List<Future<CompletedPart>> sending = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int number = i + 1;
      sending.add(parts.submit(() -> send(uploadId, number)));
    }
    List<CompletedPart> sent = new ArrayList<>(count);
    boolean complete = false;
    try {
      for (Future<CompletedPart> part : sending) {
        sent.add(part.get());
      }
      complete = true;
      return sent;
    } catch (ExecutionException e) {
      throw unchecked(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while sending the parts of " + objectKey);
    } finally {
      if (!complete) {
        giveUp();
        sending.forEach(part -> part.cancel(false)); // those that have begun go on
        awaitUnderWay();
      }
    }
  }

  private synchronized void giveUp() {
    givenUp = true;
  }

  /** A part begins, unless the upload was given up. */
  private synchronized void begin() throws IOException {
    if (givenUp) {
      throw new IOException("another part of %s failed".formatted(objectKey));
    }
    underWay++;
  }

  private synchronized void end() {
    underWay--;
    notifyAll();
  }

  /** Waits for the parts that have begun; they try no more, so that one try is what it may take. */
  private synchronized void awaitUnderWay() {
    S3Options.Network network = options.network();
    long patience = network.tryTimeout().plus(network.maxBackoff()).toNanos();
    long deadline = System.nanoTime() + patience;
    boolean interrupted = Thread.interrupted();
    for (long left = patience; underWay > 0 && left > 0; left = deadline - System.nanoTime()) {
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private CompletedPart send(String uploadId, int number) throws IOException {
    begin();
    try {
      return sendBegun(uploadId, number);
    } finally {
      end();
    }
  }

  private CompletedPart sendBegun(String uploadId, int number) throws IOException {
    long offset = (number - 1) * options.multipart().partBytes();
    long length = Math.min(options.multipart().partBytes(), content.bytes() - offset);
    try (S3Body body = new S3Body(content, offset, length, options.checksum())) {
      @Nullable String crc =
          options.checksum() == S3Options.Checksum.CRC32C ? body.checksum() : null;
      @Nullable String md5 = options.checksum() == S3Options.Checksum.MD5 ? body.checksum() : null;
      UploadPartResponse answer =
          s3.uploadPart(
              request ->
                  request
                      .bucket(options.bucket())
                      .key(objectKey)
                      .uploadId(uploadId)
                      .partNumber(number)
                      .contentLength(length)
                      .checksumCRC32C(crc)
                      .contentMD5(md5),
              untilGivenUp(body, length));
      return CompletedPart.builder()
          .partNumber(number)
          .eTag(answer.eTag())
          .checksumCRC32C(crc)
          .build();
    }
  }

  /** What is sent, with an end to further tries: the client does not try after such a failure. */
  private RequestBody untilGivenUp(S3Body body, long length) {
    return RequestBody.fromContentProvider(
        () -> {
          if (givenUp) {
            throw new IllegalStateException("the upload of %s was given up".formatted(objectKey));
          }
          return body.newStream();
        },
        length,
        S3Body.TYPE);
  }

  private void complete(String uploadId, List<CompletedPart> sent) {
    s3.completeMultipartUpload(
        request ->
            request
                .bucket(options.bucket())
                .key(objectKey)
                .uploadId(uploadId)
                .ifNoneMatch("*")
                .multipartUpload(upload -> upload.parts(sent)));
  }

  private void abort(String uploadId) {
    boolean interrupted = Thread.interrupted(); // or the request would not be sent
    try {
      s3.abortMultipartUpload(
          request -> request.bucket(options.bucket()).key(objectKey).uploadId(uploadId));
    } catch (NoSuchUploadException e) {
      // It was completed after all, by a request whose answer was lost: nothing is left behind.
    } catch (SdkException e) {
      log.warn(
          "an upload in parts could not be aborted; its parts cost storage until a lifecycle rule"
              + " removes them; bucket={} key={} upload={} reason={}",
          options.bucket(),
          objectKey,
          uploadId,
          e.getMessage());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RuntimeException unchecked(@Nullable Throwable failure) throws IOException {
    if (failure instanceof IOException io) {
      throw io;
    }
    if (failure instanceof RuntimeException runtime) {
      throw runtime;
    }
    throw new IOException("a part could not be sent", failure);
  }
}
