package dev.weir.claim;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * uuid to owner in memory: open addressing with linear probing, outside the Java heap.
 *
 * <p>A slot takes 24 bytes: the uuid (16), the owner's index in a table of attempts (4, 0 means
 * free) and the content hash (4). The index is cut into stripes that grow one by one, so that
 * growing never copies more than a small part. Claims of attempts that began before the horizon
 * count as absent: a lookup overwrites them in place and growing leaves them out.
 *
 * <p>Where a uuid lands depends on a random seed, so that nobody can choose uuids that collide.
 *
 * <p>Not safe for use by several threads; {@link EmbeddedClaimStore} guards it.
 */
final class ClaimIndex {
  private static final int STRIPE_BITS = 6;
  private static final int STRIPES = 1 << STRIPE_BITS;
  private static final int SLOT_BYTES = 24;
  private static final int INITIAL_SLOTS = 64;
  private static final int MAX_SLOTS = Integer.MAX_VALUE / SLOT_BYTES;

  /**
   * The answer for a uuid that had no owner; never a packed owner, since references are positive.
   */
  static final long ABSENT = 0;

  private final long seed = new SplittableRandom().nextLong() | 1;
  private final Stripe[] stripes = new Stripe[STRIPES];
  private final List<Attempt> attempts = new ArrayList<>();
  private final Map<Attempt, Integer> references = new HashMap<>();
  private long horizonSeconds;

  ClaimIndex() {
    attempts.add(new Attempt(0, 0)); // reference 0 marks a free slot
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Stripe(INITIAL_SLOTS);
    }
  }

  /** Claims of attempts that began before this second since the epoch count as absent. */
  void forgetBefore(long epochSeconds) {
    horizonSeconds = epochSeconds;
  }

  /** The reference that stands for an attempt in the slots; made on first use. */
  int reference(Attempt attempt) {
    return references.computeIfAbsent(
        attempt,
        a -> {
          attempts.add(a);
          return attempts.size() - 1;
        });
  }

  /** The attempt that a reference stands for. */
  Attempt attempt(int reference) {
    return attempts.get(reference);
  }

  /** The number of claims held, expired ones included until growing drops them. */
  long size() {
    long size = 0;
    for (Stripe stripe : stripes) {
      size += stripe.used;
    }
    return size;
  }

  /** The memory taken by the slots, in bytes. */
  long memoryBytes() {
    long bytes = 0;
    for (Stripe stripe : stripes) {
      bytes += stripe.slots.capacity();
    }
    return bytes;
  }

  /**
   * Sets the owner of a uuid if it has none.
   *
   * @return {@link #ABSENT} if it had none; else the stored owner, to be taken apart by {@link
   *     #referenceOf} and {@link #hashOf}
   */
  long putIfAbsent(long high, long low, int reference, int hash) {
    long mixed = mix(high, low);
    Stripe stripe = stripes[(int) (mixed >>> (64 - STRIPE_BITS))];
    int at = stripe.find(high, low, mixed);
    int stored = stripe.slots.getInt(at + 16);
    if (stored == 0) {
      stripe.insert(at, high, low, mixed, reference, hash);
      return ABSENT;
    }
    if (expired(stored)) {
      stripe.overwrite(at, reference, hash);
      return ABSENT;
    }
    return pack(stored, stripe.slots.getInt(at + 20));
  }

  /** The stored owner of a uuid, packed, or {@link #ABSENT}. */
  long get(long high, long low) {
    long mixed = mix(high, low);
    Stripe stripe = stripes[(int) (mixed >>> (64 - STRIPE_BITS))];
    int at = stripe.find(high, low, mixed);
    int stored = stripe.slots.getInt(at + 16);
    return stored == 0 || expired(stored) ? ABSENT : pack(stored, stripe.slots.getInt(at + 20));
  }

  /** Sets the owner of a uuid, whoever had it. */
  void put(long high, long low, int reference, int hash) {
    long mixed = mix(high, low);
    Stripe stripe = stripes[(int) (mixed >>> (64 - STRIPE_BITS))];
    int at = stripe.find(high, low, mixed);
    if (stripe.slots.getInt(at + 16) == 0) {
      stripe.insert(at, high, low, mixed, reference, hash);
    } else {
      stripe.overwrite(at, reference, hash);
    }
  }

  /** The reference in an answer of {@link #putIfAbsent}. */
  static int referenceOf(long packed) {
    return (int) (packed >>> 32);
  }

  /** The content hash in an answer of {@link #putIfAbsent}. */
  static int hashOf(long packed) {
    return (int) packed;
  }

  private static long pack(int reference, int hash) {
    return ((long) reference << 32) | (hash & 0xFFFF_FFFFL);
  }

  private boolean expired(int reference) {
    return Integer.toUnsignedLong(attempts.get(reference).epochSeconds()) < horizonSeconds;
  }

  /** A multiply-and-fold mixer: every bit of the uuid reaches every bit of the result. */
  private long mix(long high, long low) {
    long a = (high ^ seed) * 0x9E3779B97F4A7C15L;
    long b = (low + seed) * 0xC2B2AE3D27D4EB4FL;
    long folded = Math.multiplyHigh(a, b) ^ (a * b);
    folded = (folded ^ (folded >>> 29) ^ a) * 0xBF58476D1CE4E5B9L;
    return folded ^ (folded >>> 32) ^ b;
  }

  private final class Stripe {
    private ByteBuffer slots;
    private int capacity;
    private int used;

    Stripe(int capacity) {
      this.capacity = capacity;
      this.slots = allocate(capacity);
    }

    private static ByteBuffer allocate(int capacity) {
      return ByteBuffer.allocateDirect(capacity * SLOT_BYTES).order(ByteOrder.nativeOrder());
    }

    /** The byte offset of the uuid's slot, or of the free slot where it belongs. */
    int find(long high, long low, long mixed) {
      long place = (mixed << STRIPE_BITS) >>> 32;
      int slot = (int) ((place * capacity) >>> 32);
      while (true) {
        int at = slot * SLOT_BYTES;
        if (slots.getInt(at + 16) == 0
            || (slots.getLong(at) == high && slots.getLong(at + 8) == low)) {
          return at;
        }
        slot++;
        if (slot == capacity) {
          slot = 0;
        }
      }
    }

    /** Takes a free slot. Room is made first: where none can be had, nothing has changed. */
    void insert(int free, long high, long low, long mixed, int reference, int hash) {
      int at = free;
      if (used >= capacity - capacity / 5) {
        rebuild();
        at = find(high, low, mixed);
      }
      slots.putLong(at, high).putLong(at + 8, low);
      overwrite(at, reference, hash);
      used++;
    }

    void overwrite(int at, int reference, int hash) {
      slots.putInt(at + 16, reference).putInt(at + 20, hash);
    }

    /** Leaves expired claims out and makes room for half as many again. */
    private void rebuild() {
      int live = 0;
      for (int at = 0; at < capacity * SLOT_BYTES; at += SLOT_BYTES) {
        int reference = slots.getInt(at + 16);
        if (reference != 0 && !expired(reference)) {
          live++;
        }
      }
      long wanted = Math.max(INITIAL_SLOTS, live + live / 2L + live / 4L);
      if (wanted > MAX_SLOTS) {
        throw new IllegalStateException(
            "the claim index is full: %d claims in one of %d stripes".formatted(live, STRIPES));
      }
      ByteBuffer old = slots;
      int oldCapacity = capacity;
      slots = allocate((int) wanted);
      capacity = (int) wanted;
      used = 0;
      for (int at = 0; at < oldCapacity * SLOT_BYTES; at += SLOT_BYTES) {
        int reference = old.getInt(at + 16);
        if (reference != 0 && !expired(reference)) {
          long high = old.getLong(at);
          long low = old.getLong(at + 8);
          int to = find(high, low, mix(high, low));
          slots.putLong(to, high).putLong(to + 8, low);
          overwrite(to, reference, old.getInt(at + 20));
          used++;
        }
      }
    }
  }
}
