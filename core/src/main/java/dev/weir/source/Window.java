package dev.weir.source;

import dev.weir.record.Reason;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The part of the input that is being framed. It lies in the buffer of the batch that is being
 * filled, so that records are framed where they were read and never copied one by one.
 *
 * <pre>
 * | records of the batch | kept: start .. scan | not yet looked at: scan .. limit | free |
 * </pre>
 *
 * <p>When the batch is finished, what it did not use moves to the buffer of the next one. Owned by
 * one reader; not safe for use by several threads.
 */
public final class Window {
  /**
   * How many bytes more than the longest record a buffer must hold: a line's end of two bytes has
   * to fit, so that a record of exactly the longest length is told from a longer one.
   */
  public static final int LINE_END_BYTES = 2;

  // Small enough to be framed while it is still in the processor's cache, and little to move when a
  // batch ends in the middle of it.
  private static final int READ_BYTES = 1 << 17;

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  /** The buffer that everything here is an index into. */
  public byte[] bytes = {};

  /** Where the record that is being framed begins: everything from here on has to be kept. */
  public int start;

  /** The first byte that the framer has not looked at. */
  public int scan;

  /** The end of what was read. */
  public int limit;

  /** Where the record that was found starts. */
  public int recordStart;

  /** Where the record that was found ends, exclusive. */
  public int recordEnd;

  /** Why the record that was found can be no event, or null. */
  public @Nullable Reason refusal;

  private final int maxRecordBytes;
  // The offset in the input of the byte at index 0; negative if the input begins further on.
  private long base;
  // The record was too long and is delivered; what comes until its end is dropped.
  private boolean skipping;
  private byte[] aside = {};
  private int asideStart;
  private int asideEnd;

  /**
   * A window before the first input.
   *
   * @param maxRecordBytes the longest record; what is longer is cut and refused
   */
  public Window(int maxRecordBytes) {
    this.maxRecordBytes = maxRecordBytes;
  }

  /** A window over an input that is all there: nothing is read, and the framer may begin. */
  static Window over(byte[] bytes, int from, int to, int maxRecordBytes) {
    Window window = new Window(maxRecordBytes);
    window.bytes = bytes;
    window.start = window.scan = from;
    window.limit = to;
    return window;
  }

  /** The longest record, in bytes. */
  int maxRecordBytes() {
    return maxRecordBytes;
  }

  /** The offset in the input of an index of {@link #bytes}. */
  public long offset(int index) {
    return base + index;
  }

  /** Begins an input: nothing is kept of the one before. */
  public void beginInput() {
    start = scan = limit;
    base = -limit;
    skipping = false;
    asideStart = asideEnd = 0;
  }

  /** Goes on in another buffer, with what {@link #setAside} put aside. */
  public void continueIn(byte[] buffer) {
    base += start;
    scan -= start;
    start = 0;
    bytes = buffer;
    limit = 0;
    takeFromAside(asideEnd);
  }

  /** Puts aside what was read but is in no record yet: the buffer belongs to its batch now. */
  public void setAside() {
    int size = limit - start;
    int rest = asideEnd - asideStart;
    if (rest > 0 || size > aside.length) {
      byte[] larger = new byte[size + rest];
      System.arraycopy(aside, asideStart, larger, size, rest);
      aside = larger;
    }
    System.arraycopy(bytes, start, aside, 0, size);
    asideStart = 0;
    asideEnd = size + rest;
  }

  /**
   * Makes room behind {@link #limit}.
   *
   * @param used where the records of the batch end
   * @return false if the batch has to be finished first
   */
  public boolean makeRoom(int used) {
    if (start > used && (start == limit || used == 0)) {
      System.arraycopy(bytes, start, bytes, used, limit - start);
      int moved = start - used;
      start -= moved;
      scan -= moved;
      limit -= moved;
      base += moved;
    }
    // Many reads of a few bytes each cost more than a batch that is not quite full.
    return used == 0 || bytes.length - limit >= Math.min(READ_BYTES / 4, bytes.length / 8 + 1);
  }

  /** Reads on, into the room that there is; false at the end of the input. */
  public boolean read(Content content) throws IOException {
    if (asideStart < asideEnd) {
      takeFromAside(READ_BYTES);
      return true;
    }
    int count = content.read(bytes, limit, Math.min(READ_BYTES, bytes.length - limit));
    limit += Math.max(count, 0);
    return count >= 0;
  }

  private void takeFromAside(int most) {
    int count = Math.min(Math.min(asideEnd - asideStart, most), bytes.length - limit);
    System.arraycopy(aside, asideStart, bytes, limit, count);
    asideStart += count;
    limit += count;
  }

  /**
   * Drops a byte order mark at {@link #start}, where an input begins.
   *
   * @return false if it takes more bytes to tell
   */
  public boolean dropByteOrderMark() {
    int length = Math.min(limit - start, BYTE_ORDER_MARK.length);
    if (!Arrays.equals(bytes, start, start + length, BYTE_ORDER_MARK, 0, length)) {
      return true;
    }
    if (length == BYTE_ORDER_MARK.length) {
      drop(start + length);
    }
    return length == BYTE_ORDER_MARK.length;
  }

  /** Drops everything before the index: it is in no record. */
  public void drop(int index) {
    start = index;
    scan = index;
  }

  /**
   * Ends the record that began at {@link #start}.
   *
   * @param end where its bytes end
   * @param next where the framer goes on
   * @param reason why it can be no event, or null; a record that is too long is cut and refused
   * @return true if there is a record now; false if its beginning was delivered before
   */
  boolean finish(int end, int next, @Nullable Reason reason) {
    boolean wanted = !skipping;
    skipping = false;
    if (wanted) {
      name(end, reason);
    }
    drop(next);
    return wanted;
  }

  /** Like {@link #finish}, without the white space at the record's end. */
  boolean finishTrimmed(int end, int next, @Nullable Reason reason) {
    boolean wanted = finish(end, next, reason);
    if (wanted && recordEnd == end) {
      while (recordEnd > recordStart && Bytes.isWhiteSpace(bytes[recordEnd - 1])) {
        recordEnd--;
      }
    }
    return wanted;
  }

  /**
   * Says that the record that began at {@link #start} does not end in the window. If it is too long
   * already, its beginning becomes a refused record and the rest is dropped as it comes.
   *
   * @return true if there is a record now
   */
  boolean unfinished(@Nullable Reason reason) {
    scan = limit;
    if (skipping) {
      start = limit;
      return false;
    }
    // One byte of grace for a carriage return. A framer that counts it into the record comes to the
    // same answer when it finds the end, so where the reads were cut decides nothing.
    if (limit - start <= maxRecordBytes + 1) {
      return false;
    }
    name(limit, reason);
    skipping = true;
    start = limit;
    return true;
  }

  /** Whether the record that is being framed was already delivered, because it is too long. */
  boolean skipping() {
    return skipping;
  }

  private void name(int end, @Nullable Reason reason) {
    recordStart = start;
    if (end - start > maxRecordBytes) {
      recordEnd = start + maxRecordBytes;
      refusal = reason == null ? Reason.DOCUMENT_TOO_LARGE : reason;
    } else {
      recordEnd = end;
      refusal = reason;
    }
  }
}
