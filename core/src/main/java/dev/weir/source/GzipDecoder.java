package dev.weir.source;

import dev.weir.record.Reason;
import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Gzip, RFC 1952, with any number of members. {@code GZIPInputStream} will not do: it takes
 * whatever follows a member that is not another one for the end, so a damaged header in the middle
 * loses the rest of the input without a word.
 */
final class GzipDecoder implements Decoder {
  private static final int HEADER_CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xE0;

  private final CountedSource source;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private boolean inMember;
  private boolean first = true;
  private @Nullable ContentException failure;

  GzipDecoder(CountedSource source) {
    this.source = source;
  }

  @Override
  public int decode(byte[] bytes, int offset, int length) throws IOException {
    while (failure == null) {
      if (!inMember && !beginMember()) {
        return -1;
      }
      int count = inflate(bytes, offset, length);
      crc.update(bytes, offset, count);
      if (failure == null && inflater.finished()) {
        endMember();
      } else if (failure == null && inflater.needsInput()) {
        feed();
      } else if (failure == null && inflater.needsDictionary()) {
        failure = corrupt("a preset dictionary");
      }
      if (count > 0) {
        return count;
      }
    }
    throw failure;
  }

  private int inflate(byte[] bytes, int offset, int length) {
    long before = inflater.getBytesWritten();
    try {
      return inflater.inflate(bytes, offset, length);
    } catch (DataFormatException e) {
      failure = corrupt(e.getMessage() == null ? "invalid data" : e.getMessage());
      return (int) (inflater.getBytesWritten() - before);
    }
  }

  private void feed() throws IOException {
    if (source.fill()) {
      inflater.setInput(source.buffer, source.position, source.limit - source.position);
      source.position = source.limit;
    } else {
      failure = corrupt("it ends early");
    }
  }

  private boolean beginMember() throws IOException {
    int b = source.next();
    if (b == 0 && !first) {
      // Tapes and block devices pad with zeros; gzip itself lets them pass.
      while (b == 0) {
        b = source.next();
      }
      if (b >= 0) {
        throw corrupt("something follows its padding");
      }
    }
    if (b < 0) {
      return false;
    }
    if (b != 0x1F || source.next() != 0x8B) {
      throw corrupt("something follows its last member");
    }
    readHeader();
    first = false;
    inMember = true;
    crc.reset();
    inflater.reset();
    return true;
  }

  private void readHeader() throws IOException {
    int method = headerByte();
    int flags = headerByte();
    if (method != 8 || (flags & RESERVED) != 0) {
      throw corrupt("an unknown method or flag in a header");
    }
    skip(6);
    if ((flags & EXTRA) != 0) {
      skip(headerByte() | headerByte() << 8);
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & HEADER_CRC) != 0) {
      skip(2);
    }
  }

  private void skip(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      headerByte();
    }
  }

  private void skipText() throws IOException {
    while (headerByte() != 0) {
      // The text ends with a zero, and nobody needs it.
    }
  }

  private int headerByte() throws IOException {
    int b = source.next();
    if (b < 0) {
      throw corrupt("it ends early");
    }
    return b;
  }

  /** Checks the trailer, in a way that what the member held is returned before it fails. */
  private void endMember() throws IOException {
    inMember = false;
    source.position = source.limit - inflater.getRemaining();
    try {
      long checksum = trailerInt();
      long size = trailerInt();
      if (checksum != crc.getValue() || size != (inflater.getBytesWritten() & 0xFFFFFFFFL)) {
        failure = corrupt("a checksum does not match");
      }
    } catch (ContentException e) {
      failure = e;
    }
  }

  private long trailerInt() throws IOException {
    long value = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      value |= (long) headerByte() << shift;
    }
    return value;
  }

  private static ContentException corrupt(String what) {
    return new ContentException(Reason.CORRUPT_COMPRESSION, "the gzip stream is damaged: " + what);
  }

  @Override
  public void close() {
    inflater.end();
  }
}
