package dev.weir.source;

import java.util.Arrays;

/**
 * Bytes of records that are collected one after the other, in one array that grows. What was added
 * keeps its index. Not safe for use by several threads.
 */
public final class RecordBuffer {
  private byte[] bytes;
  private int size;

  /** An empty buffer with room for so many bytes. */
  public RecordBuffer(int capacity) {
    this.bytes = new byte[capacity];
  }

  /** The array that all indexes refer to, until {@link #reserve} is called. */
  public byte[] bytes() {
    return bytes;
  }

  /** How many bytes were added. */
  public int size() {
    return size;
  }

  /**
   * Makes room for at least so many more bytes, which the caller then writes from {@link #size} on.
   *
   * @throws OutOfMemoryError if there is no array of that size
   */
  public void reserve(int count) {
    int needed = Math.addExact(size, count);
    if (needed > bytes.length) {
      int capacity = (int) Math.min(Integer.MAX_VALUE - 8L, bytes.length + bytes.length / 2L);
      bytes = Arrays.copyOf(bytes, Math.max(needed, capacity));
    }
  }

  /** Says that so many bytes were written behind the last. */
  public void added(int count) {
    size += count;
  }

  /** Takes back what was added from this index on. */
  public void cut(int newSize) {
    size = newSize;
  }
}
