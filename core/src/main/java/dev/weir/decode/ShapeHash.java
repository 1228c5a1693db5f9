package dev.weir.decode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/**
 * A hash of what a value looks like: the names of its members in their order, as sent, and the type
 * of each, whatever they hold. Two payloads of one shape have one hash; two shapes have two, save
 * by a chance of one in 2<sup>64</sup> that nobody can help along.
 *
 * <p>Members of objects count down to {@link PayloadFields#MAX_DEPTH} levels; what is in an array
 * does not. {@link JsonScanner} tells it what it meets. Not safe for use by several threads.
 */
final class ShapeHash {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Differs from process to process, so that no sender can choose names that collide. */
  private static final long SEED = new SplittableRandom().nextLong();

  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
  private static final int NO_ARRAY = Integer.MAX_VALUE;

  private long hash;
  private int deepest;
  private int arrayDepth;

  /**
   * Turns to another value.
   *
   * @param first the first byte of the value
   * @param outerDepth the number of objects and arrays that it stands in
   */
  void begin(int first, int outerDepth) {
    hash = mix(SEED ^ type(first).ordinal());
    deepest = outerDepth + PayloadFields.MAX_DEPTH;
    arrayDepth = NO_ARRAY;
  }

  /** Takes note of an object or array that begins. */
  void open(boolean object, int depth) {
    if (!object && depth < arrayDepth) {
      arrayDepth = depth;
    }
  }

  /** Takes note of an object or array that ends. */
  void close(int depth) {
    if (depth == arrayDepth) {
      arrayDepth = NO_ARRAY;
    } else if (depth < arrayDepth && depth <= deepest) {
      hash = mix(hash + depth);
    }
  }

  /**
   * Takes note of a member of an object.
   *
   * @param depth that of the object
   * @param from where the name starts, behind its quote
   * @param to where the name ends, before its quote
   * @param first the first byte of the value
   */
  void member(int depth, byte[] bytes, int from, int to, int first) {
    if (depth > deepest || depth > arrayDepth) {
      return;
    }
    // Mixed before the name: a type and a letter must not make up for each other.
    long sum = mix(hash ^ (long) (to - from) << 8 ^ type(first).ordinal());
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      sum = mix(sum ^ (long) LONGS.get(bytes, at));
    }
    long rest = 0;
    for (; at < to; at++) {
      rest = rest << Byte.SIZE | bytes[at] & 0xFF;
    }
    hash = mix(sum ^ rest);
  }

  /** The hash of the value that has been read. */
  long value() {
    return hash;
  }

  /** The type of a value by its first byte. */
  static FieldType type(int first) {
    return switch (first) {
      case '"' -> FieldType.STRING;
      case '{' -> FieldType.OBJECT;
      case '[' -> FieldType.ARRAY;
      case 't', 'f' -> FieldType.BOOLEAN;
      case 'n' -> FieldType.NULL;
      default -> FieldType.NUMBER;
    };
  }

  private static long mix(long value) {
    return Math.multiplyHigh(value, MULTIPLIER) ^ value * MULTIPLIER;
  }
}
