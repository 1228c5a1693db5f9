package dev.weir.lake;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;

/**
 * The body of one request: a range of a content, with its checksum worked out beforehand, so that
 * it can travel as a header. Close it when the request is over; not for use by several threads.
 */
final class S3Body implements ContentStreamProvider, AutoCloseable {
  /** What a body says that it is. */
  static final String TYPE = "application/octet-stream";

  private static final int BUFFER_BYTES = 64 << 10;

  private final S3Content content;
  private final long offset;
  private final long length;
  private final @Nullable String checksum;
  private @Nullable InputStream open;

  /**
   * The body for a range.
   *
   * @throws IOException if the content cannot be read
   */
  S3Body(S3Content content, long offset, long length, S3Options.Checksum kind) throws IOException {
    this.content = content;
    this.offset = offset;
    this.length = length;
    this.checksum = checksum(kind);
  }

  /** The checksum in Base64, or null for none. */
  @Nullable String checksum() {
    return checksum;
  }

  RequestBody toRequestBody() {
    return RequestBody.fromContentProvider(this, length, TYPE);
  }

  /** A stream from the beginning, for each try; it ends the one before. */
  @Override
  public InputStream newStream() {
    try {
      close();
      InputStream stream = content.open(offset, length);
      open = stream;
      return stream;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private @Nullable String checksum(S3Options.Checksum kind) throws IOException {
    return switch (kind) {
      case CRC32C -> {
        CRC32C crc = new CRC32C();
        forEachBuffer((buffer, bytes) -> crc.update(buffer, 0, bytes));
        long value = crc.getValue();
        byte[] bigEndian = {
          (byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value
        };
        yield Base64.getEncoder().encodeToString(bigEndian);
      }
      case MD5 -> {
        MessageDigest md5 = md5();
        forEachBuffer((buffer, bytes) -> md5.update(buffer, 0, bytes));
        yield Base64.getEncoder().encodeToString(md5.digest());
      }
      case NONE -> null;
    };
  }

  private void forEachBuffer(BufferConsumer consumer) throws IOException {
    byte[] buffer = new byte[(int) Math.max(1, Math.min(BUFFER_BYTES, length))];
    try (InputStream stream = content.open(offset, length)) {
      for (int bytes = stream.read(buffer); bytes >= 0; bytes = stream.read(buffer)) {
        consumer.accept(buffer, bytes);
      }
    }
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }

  @Override
  public void close() throws IOException {
    if (open != null) {
      open.close();
      open = null;
    }
  }

  private interface BufferConsumer {
    void accept(byte[] buffer, int bytes);
  }
}
