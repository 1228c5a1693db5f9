package dev.weir.cli.ledger;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The values of a label that are told apart: the first ones, up to a bound; all others share {@link
 * #OTHER}. Names that Weir itself gives do not count.
 */
final class Labels {
  /** The values beyond the bound. */
  static final String OTHER = "__other__";

  /** What a plan counts in all, and tells of no type. */
  static final String UNKNOWN = "__unknown__";

  /** Records that never became events. */
  static final String UNDECODED = "__undecoded__";

  /** Enough for any dashboard, and little enough for any Prometheus. */
  static final int MAX = 200;

  private static final Set<String> OWN = Set.of(OTHER, UNKNOWN, UNDECODED);

  private final int most;
  private final Set<String> admitted = new LinkedHashSet<>();

  /**
   * None yet.
   *
   * @param most how many are told apart
   */
  Labels(int most) {
    this.most = most;
  }

  /** The value under which one is counted. */
  String admit(String value) {
    if (admitted.contains(value) || OWN.contains(value)) {
      return value;
    }
    if (admitted.size() >= most) {
      return OTHER;
    }
    admitted.add(value);
    return value;
  }

  /** Admits those of another one, in the order in which they came to it. */
  void admit(Labels later) {
    later.admitted.forEach(this::admit);
  }
}
