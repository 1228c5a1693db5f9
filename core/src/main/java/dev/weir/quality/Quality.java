package dev.weir.quality;

/**
 * What a pipeline needs to hold its events against expectations, and to measure them.
 *
 * @param check the step before claiming; not safe for use by several threads
 * @param measurement makes the books once it is known what becomes of each event
 */
public record Quality(QualityCheck check, Measurement measurement) {
  /** Nothing is expected, and nothing is measured but counts and delays by event type. */
  public static Quality plain() {
    return new Quality(QualityCheck.none(), Measurement.plain());
  }
}
