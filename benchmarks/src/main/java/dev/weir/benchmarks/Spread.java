package dev.weir.benchmarks;

import java.util.Arrays;

/** One figure over several rounds. */
record Spread(double median, double min, double max) {
  /** The spread of at least one value; the median of an even number is the mean of the middle. */
  static Spread of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("a spread needs at least one value");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(median, sorted[0], sorted[sorted.length - 1]);
  }
}
