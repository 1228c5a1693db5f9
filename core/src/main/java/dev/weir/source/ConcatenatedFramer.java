package dev.weir.source;

/**
 * Documents follow each other, with or without white space between them. A document that begins
 * with a bracket or a quote ends with its counterpart; anything else ends with white space or where
 * an object or an array begins, so that garbage between two documents takes neither along.
 */
final class ConcatenatedFramer implements Framer {
  private enum State {
    BETWEEN,
    IN_DOCUMENT,
    IN_SCALAR
  }

  private final Nesting nesting = Nesting.ofDocuments();
  private State state = State.BETWEEN;

  @Override
  public boolean find(Window window, boolean atEnd) {
    while (window.scan < window.limit) {
      if (state == State.BETWEEN) {
        window.drop(Bytes.skipWhiteSpace(window.bytes, window.scan, window.limit));
        if (window.scan < window.limit) {
          enter(window.bytes[window.scan]);
        }
        continue;
      }
      int end =
          state == State.IN_DOCUMENT
              ? nesting.end(window.bytes, window.scan, window.limit)
              : scalarEnd(window.bytes, window.scan, window.limit);
      if (end < 0) {
        window.scan = window.limit;
      } else {
        state = State.BETWEEN;
        if (window.finish(end, end, null)) {
          return true;
        }
      }
    }
    if (!atEnd) {
      return window.unfinished(null);
    }
    boolean open = state != State.BETWEEN;
    state = State.BETWEEN;
    return open && window.finishTrimmed(window.limit, window.limit, null);
  }

  private void enter(byte b) {
    state = b == '{' || b == '[' || b == '"' ? State.IN_DOCUMENT : State.IN_SCALAR;
    nesting.begin();
  }

  private static int scalarEnd(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b == '{' || b == '[' || Bytes.isWhiteSpace(b)) {
        return i;
      }
    }
    return -1;
  }
}
