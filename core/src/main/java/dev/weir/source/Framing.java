package dev.weir.source;

/** How the records of an input are told apart. */
public enum Framing {
  /**
   * {@link #ARRAY} if the first byte that is not white space is {@code [}, else {@link #NDJSON}.
   */
  AUTO,
  /** One line is one record, strictly; lines of white space are none. */
  NDJSON,
  /** The input is one JSON array, and each of its elements is a record. */
  ARRAY,
  /** Documents follow each other, with or without white space between them. */
  CONCATENATED;

  /** A framer for one input. */
  public Framer newFramer() {
    return switch (this) {
      case AUTO -> new AutoFramer();
      case NDJSON -> new NdjsonFramer();
      case ARRAY -> new ArrayFramer();
      case CONCATENATED -> new ConcatenatedFramer();
    };
  }
}
