package dev.weir.quality;

import java.util.Arrays;

/** Numbers by hashes: open addressing. Not safe for use by several threads. */
final class ShapeTable {
  /** What stands for a hash that is not there. */
  static final int NONE = -1;

  private static final int INITIAL_SLOTS = 1_024;

  private long[] hashes = new long[INITIAL_SLOTS];
  private int[] numbers = filled(INITIAL_SLOTS);
  private int count;

  private static int[] filled(int slots) {
    int[] numbers = new int[slots];
    Arrays.fill(numbers, NONE);
    return numbers;
  }

  /** The number of a hash, or {@link #NONE}. */
  int find(long hash) {
    int mask = numbers.length - 1;
    int slot = (int) (hash ^ hash >>> 32) & mask;
    while (numbers[slot] != NONE) {
      if (hashes[slot] == hash) {
        return numbers[slot];
      }
      slot = slot + 1 & mask;
    }
    return NONE;
  }

  /** Adds a hash that is not there. */
  void add(long hash, int number) {
    if (++count > numbers.length / 2) {
      rehash();
    }
    put(hash, number);
  }

  private void put(long hash, int number) {
    int mask = numbers.length - 1;
    int slot = (int) (hash ^ hash >>> 32) & mask;
    while (numbers[slot] != NONE) {
      slot = slot + 1 & mask;
    }
    hashes[slot] = hash;
    numbers[slot] = number;
  }

  private void rehash() {
    long[] oldHashes = hashes;
    int[] oldNumbers = numbers;
    hashes = new long[oldHashes.length * 2];
    numbers = filled(oldNumbers.length * 2);
    for (int i = 0; i < oldNumbers.length; i++) {
      if (oldNumbers[i] != NONE) {
        put(oldHashes[i], oldNumbers[i]);
      }
    }
  }

  /** Forgets everything. */
  void clear() {
    if (count > 0) {
      hashes = new long[INITIAL_SLOTS];
      numbers = filled(INITIAL_SLOTS);
      count = 0;
    }
  }
}
