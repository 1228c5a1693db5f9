package dev.weir.source;

import dev.weir.record.Reason;
import org.jspecify.annotations.Nullable;

/**
 * The input is one JSON array, and each of its elements is a record, without the white space around
 * it. Nothing is lost where the array is broken: an element without content is a record of no
 * bytes, an element that ends with the input is a truncated one, and what follows the array, or
 * stands where an array should, is one refused record.
 */
final class ArrayFramer implements Framer {
  private enum State {
    BEFORE_ARRAY,
    BEFORE_FIRST_ELEMENT,
    BEFORE_ELEMENT,
    IN_ELEMENT,
    AFTER_ARRAY,
    NO_ARRAY,
    TRAILING_DATA
  }

  private final Nesting nesting = Nesting.ofElements();
  private State state = State.BEFORE_ARRAY;

  @Override
  public boolean find(Window window, boolean atEnd) {
    while (window.scan < window.limit) {
      switch (state) {
        case BEFORE_ARRAY, BEFORE_FIRST_ELEMENT, BEFORE_ELEMENT, AFTER_ARRAY -> {
          window.drop(Bytes.skipWhiteSpace(window.bytes, window.scan, window.limit));
          if (window.scan < window.limit) {
            enter(window);
          }
        }
        case IN_ELEMENT -> {
          int end = nesting.end(window.bytes, window.scan, window.limit);
          if (end < 0) {
            window.scan = window.limit;
          } else if (finishElement(window, end)) {
            return true;
          }
        }
        case NO_ARRAY, TRAILING_DATA -> window.scan = window.limit;
      }
    }
    return atEnd ? finishInput(window) : window.unfinished(restReason());
  }

  /** At a byte that is not white space, between elements or outside of the array. */
  private void enter(Window window) {
    byte b = window.bytes[window.scan];
    if (state == State.BEFORE_ARRAY && b == '[') {
      state = State.BEFORE_FIRST_ELEMENT;
      window.drop(window.scan + 1);
    } else if (state == State.BEFORE_ARRAY) {
      state = State.NO_ARRAY;
    } else if (state == State.AFTER_ARRAY) {
      state = State.TRAILING_DATA;
    } else if (state == State.BEFORE_FIRST_ELEMENT && b == ']') {
      state = State.AFTER_ARRAY;
      window.drop(window.scan + 1);
    } else {
      state = State.IN_ELEMENT;
      nesting.begin();
    }
  }

  private boolean finishElement(Window window, int end) {
    state = window.bytes[end] == ',' ? State.BEFORE_ELEMENT : State.AFTER_ARRAY;
    return window.finishTrimmed(end, end + 1, null);
  }

  private boolean finishInput(Window window) {
    State last = state;
    Reason reason = restReason();
    state = State.AFTER_ARRAY;
    return switch (last) {
      case BEFORE_ARRAY, AFTER_ARRAY -> false;
      case BEFORE_FIRST_ELEMENT, BEFORE_ELEMENT, IN_ELEMENT ->
          window.finishTrimmed(window.limit, window.limit, Reason.TRUNCATED_JSON);
      case NO_ARRAY, TRAILING_DATA -> window.finishTrimmed(window.limit, window.limit, reason);
    };
  }

  private @Nullable Reason restReason() {
    return switch (state) {
      case NO_ARRAY -> Reason.INVALID_JSON;
      case TRAILING_DATA -> Reason.TRAILING_DATA;
      default -> null;
    };
  }
}
