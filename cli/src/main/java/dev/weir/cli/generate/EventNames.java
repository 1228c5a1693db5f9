package dev.weir.cli.generate;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayDeque;

/**
 * The names of synthetic events, {@code type:subtype}, and how often each occurs.
 *
 * <p>The n-th type has the weight 1/n, and so has the n-th subtype within its type (Zipf's law): a
 * few names are in almost every batch, most are rare, as in real streams. Drawn in constant time by
 * Vose's alias method. Immutable.
 */
final class EventNames {
  private static final String[] TYPES = {
    "lesson",
    "page",
    "video",
    "quiz",
    "search",
    "session",
    "message",
    "comment",
    "course",
    "player",
    "payment",
    "profile",
    "download",
    "badge",
    "invite",
    "export",
    "webhook",
    "survey",
    "device",
    "audit"
  };
  private static final String[] SUBTYPES = {
    "viewed",
    "started",
    "completed",
    "paused",
    "resumed",
    "failed",
    "shared",
    "rated",
    "updated",
    "deleted"
  };

  private final byte[][] names;
  private final long[] thresholds;
  private final int[] aliases;

  /** Names of so many types, each with ten subtypes. */
  EventNames(int types) {
    int count = types * SUBTYPES.length;
    names = new byte[count][];
    thresholds = new long[count];
    aliases = new int[count];
    double[] weights = new double[count];
    double total = 0;
    for (int i = 0; i < count; i++) {
      int type = i / SUBTYPES.length;
      int subtype = i % SUBTYPES.length;
      names[i] = (typeName(type) + ":" + SUBTYPES[subtype]).getBytes(US_ASCII);
      weights[i] = 1.0 / (type + 1) / (subtype + 1);
      total += weights[i];
    }
    buildAliases(weights, total);
  }

  private static String typeName(int type) {
    String word = TYPES[type % TYPES.length];
    return type < TYPES.length ? word : word + "_" + (type / TYPES.length + 1);
  }

  private void buildAliases(double[] weights, double total) {
    int count = weights.length;
    double[] scaled = new double[count];
    ArrayDeque<Integer> small = new ArrayDeque<>();
    ArrayDeque<Integer> large = new ArrayDeque<>();
    for (int i = 0; i < count; i++) {
      scaled[i] = weights[i] * count / total;
      (scaled[i] < 1 ? small : large).add(i);
    }
    while (!small.isEmpty() && !large.isEmpty()) {
      int less = small.remove();
      int more = large.remove();
      thresholds[less] = (long) (scaled[less] * (1L << 32));
      aliases[less] = more;
      scaled[more] = scaled[more] + scaled[less] - 1;
      (scaled[more] < 1 ? small : large).add(more);
    }
    // What is left has the weight 1, up to rounding.
    for (int i : small) {
      thresholds[i] = 1L << 32;
    }
    for (int i : large) {
      thresholds[i] = 1L << 32;
    }
  }

  /** Draws a name, as an index. */
  int draw(RandomBits random) {
    long bits = random.next();
    int column = (int) (((bits >>> 32) * names.length) >>> 32);
    return (bits & 0xffffffffL) < thresholds[column] ? column : aliases[column];
  }

  /** A name in ASCII. Not to be written to. */
  byte[] name(int index) {
    return names[index];
  }

  /** The index of a name's type, from 0, the most frequent. */
  int type(int index) {
    return index / SUBTYPES.length;
  }
}
