package dev.weir.local;

/**
 * How often a mapping delivers what it need not, as Lambda may: its delivery is at least once.
 *
 * @param again the share of batches that are delivered once more after they have succeeded, 0 to 1
 * @param atOnce the share of deliveries that go to two sandboxes at the same time, 0 to 1; the
 *     first one's answer counts
 * @param seed what decides which
 */
public record Repetition(double again, double atOnce, long seed) {
  /** Nothing is repeated. */
  public static final Repetition NONE = new Repetition(0, 0, 0);

  public Repetition {
    check("delivered again", again);
    check("delivered at once", atOnce);
  }

  private static void check(String name, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "the share of batches %s is %s; allowed is 0 to 1".formatted(name, share));
    }
  }
}
