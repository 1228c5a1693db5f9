package dev.weir.cli.generate;

/**
 * Random bits that are the same for a seed on every machine and in every version of Java.
 *
 * <p>The generator is SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
 * Generators, 2014). It is restarted for every event, so that event number n can be written again,
 * or by another thread, without its predecessors. Not safe for use by several threads.
 */
final class RandomBits {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private long state;

  /** Starts the sequence that belongs to an index of one of the purposes of a seed. */
  void restart(long seed, Purpose purpose, long index) {
    state = mix(mix(seed + purpose.salt) + index * GOLDEN_GAMMA);
  }

  /** The next 64 bits. */
  long next() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** A number from 0, inclusive, to the bound, exclusive; the bound is at most 2^31. */
  int below(long bound) {
    return (int) (((next() >>> 32) * bound) >>> 32);
  }

  /** SplitMix64's output function, a bijection of 64 bits. */
  static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** What the bits are for: two purposes never share a sequence. */
  enum Purpose {
    EVENT(0x1f83d9abfb41bd6bL),
    ORDER(0x5be0cd19137e2179L),
    UUID(0x510e527fade682d1L);

    private final long salt;

    Purpose(long salt) {
      this.salt = salt;
    }

    /** A number that is fixed for a seed and this purpose. */
    long constant(long seed) {
      return mix(seed + salt);
    }
  }
}
