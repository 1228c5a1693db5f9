package dev.weir.quality;

import dev.weir.decode.PayloadPath;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is measured of the data, and what is asked of it.
 *
 * @param expectations at most {@link #MAX_EXPECTATIONS}, each under a name of its own
 * @param watch places in the payload whose missing values are counted, at most {@link #MAX_WATCHED}
 * @param lateAfter how long after it happened an event may arrive before it is late; null to not
 *     look
 * @param maxEventTypes how many event types the books tell apart, at least 1
 * @param drift whether fields are compared with a profile
 * @param driftLimits the bounds of the profile
 */
public record QualityOptions(
    List<Expectation> expectations,
    List<PayloadPath> watch,
    @Nullable Duration lateAfter,
    int maxEventTypes,
    boolean drift,
    DriftLimits driftLimits) {
  /** A bit in a word for each. */
  public static final int MAX_EXPECTATIONS = 64;

  /** A bit in a word for each. */
  public static final int MAX_WATCHED = 64;

  /** Nothing but the counts by event type. */
  public static final QualityOptions NONE =
      new QualityOptions(List.of(), List.of(), null, 50, false, new DriftLimits(1_000, 100, 500));

  /**
   * The bounds of the profile of fields.
   *
   * @param minEvents how many events of a type have to be known before anything is a finding, and
   *     in how many a field has to be missing before it has vanished; at least 1
   * @param maxTypes how many event types the profile holds, at least 1
   * @param maxFields how many fields of a type it holds, at least 1
   */
  public record DriftLimits(int minEvents, int maxTypes, int maxFields) {
    public DriftLimits {
      if (minEvents < 1 || maxTypes < 1 || maxFields < 1) {
        throw new IllegalArgumentException("the limits of drift are at least 1");
      }
    }
  }

  public QualityOptions {
    expectations = List.copyOf(expectations);
    watch = List.copyOf(watch);
    Set<String> names = new HashSet<>();
    for (Expectation expectation : expectations) {
      if (!names.add(expectation.name())) {
        throw new IllegalArgumentException(
            "quality.expectations has two of the name '%s'; allowed is one of each name"
                .formatted(expectation.name()));
      }
    }
    if (expectations.size() > MAX_EXPECTATIONS) {
      throw new IllegalArgumentException(
          "quality.expectations has %d; allowed are up to %d"
              .formatted(expectations.size(), MAX_EXPECTATIONS));
    }
    if (watch.size() > MAX_WATCHED || new HashSet<>(watch).size() != watch.size()) {
      throw new IllegalArgumentException(
          "quality.watch is %s; allowed are up to %d different paths"
              .formatted(watch, MAX_WATCHED));
    }
  }

  /** Whether anything that is asked takes the shapes of payloads. */
  public boolean needsShapes() {
    return drift
        || !watch.isEmpty()
        || expectations.stream().anyMatch(expectation -> expectation.requirement().isOfShape());
  }
}
