package dev.weir.claim;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The uuids that one attempt claims together, and the store's answer: the owner of each.
 *
 * <p>Columns of primitives. The first half is filled by the caller, the second by {@link
 * ClaimStore}. Not safe for use by several threads.
 */
public final class Claims {
  /** The owner index that stands for the claiming attempt itself. */
  public static final int MINE = 0;

  /**
   * The content hash of dead letters: their uuid is a hash of all there is, so they never conflict,
   * not even with an event that was sent under a dead letter's uuid. Differs from every event's.
   */
  public static final int NO_CONTENT = 0;

  /**
   * The content hash of an event whose content as sent is no longer known, because its claim was
   * made anew from the lake: it is taken for the same.
   */
  public static final int UNKNOWN_CONTENT = 1;

  private final Attempt attempt;
  private final int count;
  private final long[] high;
  private final long[] low;
  private final int[] contentHash;
  private final int[] owner;
  private final int[] ownerHash;
  private final List<Attempt> owners = new ArrayList<>();

  /**
   * Claims to be made.
   *
   * @param attempt the claiming attempt
   * @param count how many of the arrays' elements are in use
   * @param high the upper 64 bits of each uuid; no two (high, low) pairs may be equal
   * @param low the lower 64 bits of each uuid
   * @param contentHash the hash of each event's name, time and payload
   */
  public Claims(Attempt attempt, int count, long[] high, long[] low, int[] contentHash) {
    Objects.checkFromIndexSize(0, count, high.length);
    Objects.checkFromIndexSize(0, count, low.length);
    Objects.checkFromIndexSize(0, count, contentHash.length);
    this.attempt = attempt;
    this.count = count;
    this.high = high;
    this.low = low;
    this.contentHash = contentHash;
    this.owner = new int[count];
    this.ownerHash = new int[count];
    owners.add(attempt);
  }

  /** The claiming attempt. */
  public Attempt attempt() {
    return attempt;
  }

  /** The number of uuids. */
  public int count() {
    return count;
  }

  /** The upper 64 bits of uuid {@code i}. */
  public long high(int i) {
    return high[i];
  }

  /** The lower 64 bits of uuid {@code i}. */
  public long low(int i) {
    return low[i];
  }

  /** The content hash that the claimant holds for uuid {@code i}. */
  public int contentHash(int i) {
    return contentHash[i];
  }

  /** Whether the claiming attempt owns uuid {@code i}. */
  public boolean isMine(int i) {
    return owner[i] == MINE;
  }

  /** The attempt that owns uuid {@code i}. */
  public Attempt owner(int i) {
    return owners.get(owner[i]);
  }

  /** The index of the owner of uuid {@code i} in {@link #owners()}; {@link #MINE} if own. */
  public int ownerIndex(int i) {
    return owner[i];
  }

  /** The content hash stored with the claim on uuid {@code i}. */
  public int ownerHash(int i) {
    return ownerHash[i];
  }

  /** Whether the owner of uuid {@code i} claimed it with content other than this. */
  public boolean isConflict(int i, int hash) {
    return hash != NO_CONTENT && ownerHash[i] != UNKNOWN_CONTENT && ownerHash[i] != hash;
  }

  /** All attempts that own one of the uuids; the claiming attempt comes first, always. */
  public List<Attempt> owners() {
    return owners;
  }

  /** New claims by the same attempt on some of the uuids, in the order of the indexes. */
  public Claims select(List<Integer> indexes) {
    int n = indexes.size();
    long[] someHigh = new long[n];
    long[] someLow = new long[n];
    int[] someHash = new int[n];
    for (int i = 0; i < n; i++) {
      someHigh[i] = high[indexes.get(i)];
      someLow[i] = low[indexes.get(i)];
      someHash[i] = contentHash[indexes.get(i)];
    }
    return new Claims(attempt, n, someHigh, someLow, someHash);
  }

  /** For stores: records that uuid {@code i} is owned by the claiming attempt. */
  public void setMine(int i) {
    owner[i] = MINE;
    ownerHash[i] = contentHash[i];
  }

  /** For stores: records that uuid {@code i} is owned by {@code other}, with this hash. */
  public void setOwner(int i, Attempt other, int hash) {
    int index = owners.size() - 1;
    while (index >= 0 && !owners.get(index).equals(other)) {
      index--;
    }
    if (index < 0) {
      index = owners.size();
      owners.add(other);
    }
    owner[i] = index;
    ownerHash[i] = hash;
  }
}
