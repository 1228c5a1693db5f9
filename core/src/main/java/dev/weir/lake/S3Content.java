package dev.weir.lake;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The content of an object on its way to S3: of known length, and readable again for each try. */
interface S3Content {
  /** Its length. */
  long bytes();

  /** A new stream over some of it, which the caller closes. */
  InputStream open(long offset, long length) throws IOException;

  /** Content in memory. */
  static S3Content of(byte[] content) {
    return new S3Content() {
      @Override
      public long bytes() {
        return content.length;
      }

      @Override
      public InputStream open(long offset, long length) {
        return new ByteArrayInputStream(content, (int) offset, (int) length);
      }
    };
  }

  /**
   * Content in a file, which must not change; it is never held in memory.
   *
   * @throws IOException if there is no such file
   */
  static S3Content of(Path file) throws IOException {
    long bytes = Files.size(file);
    return new S3Content() {
      @Override
      public long bytes() {
        return bytes;
      }

      @Override
      public InputStream open(long offset, long length) throws IOException {
        return new FileRange(
            FileChannel.open(file, StandardOpenOption.READ), offset, offset + length);
      }
    };
  }

  /** The bytes of a file from a position up to an end. */
  final class FileRange extends InputStream {
    private final FileChannel channel;
    private final long end;
    private long position;

    FileRange(FileChannel channel, long position, long end) {
      this.channel = channel;
      this.position = position;
      this.end = end;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      int wanted = (int) Math.min(length, end - position);
      if (wanted == 0) {
        return -1;
      }
      int read = channel.read(ByteBuffer.wrap(buffer, offset, wanted), position);
      position += Math.max(read, 0);
      return read;
    }

    @Override
    public int available() {
      return (int) Math.min(Integer.MAX_VALUE, end - position);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
