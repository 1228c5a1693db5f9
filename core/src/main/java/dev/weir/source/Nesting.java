package dev.weir.source;

/**
 * Follows strings and brackets to where an element or a document ends. It does not tell one kind of
 * bracket from the other: a document that mixes them up is invalid, wherever it is cut.
 */
final class Nesting {
  private final boolean inArray;
  private long depth;
  private boolean inString;
  private boolean escaped;

  private Nesting(boolean inArray) {
    this.inArray = inArray;
  }

  /** Looks for the comma or bracket that ends an element of an array. */
  static Nesting ofElements() {
    return new Nesting(true);
  }

  /**
   * Looks for the end of a document that begins with a bracket or a quote. A line break inside of a
   * string ends it too: no JSON has one there, and the document that follows is saved.
   */
  static Nesting ofDocuments() {
    return new Nesting(false);
  }

  /** Begins an element or a document. */
  void begin() {
    depth = 0;
    inString = false;
    escaped = false;
  }

  /**
   * Goes on through the range.
   *
   * @return the index at which the element or the document ends, exclusive, or -1 if it does not
   */
  int end(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      if (inString) {
        i = skipString(bytes, i, to);
        if (!inArray && (inString ? i < to : depth == 0)) {
          return i;
        }
        continue;
      }
      switch (bytes[i]) {
        case '"' -> inString = true;
        case '{', '[' -> depth++;
        case '}', ']' -> {
          if (depth > 0) {
            depth--;
            if (depth == 0 && !inArray) {
              return i + 1;
            }
          } else if (bytes[i] == ']') {
            return i;
          }
        }
        case ',' -> {
          if (depth == 0) {
            return i;
          }
        }
        default -> {}
      }
      i++;
    }
    return -1;
  }

  /** Stops behind the closing quote, or, still in the string, at a line break that ends it. */
  private int skipString(byte[] bytes, int from, int to) {
    int i = from;
    if (escaped) {
      escaped = false;
      i++;
    }
    for (; i < to; i++) {
      byte b = bytes[i];
      if (b == '"') {
        inString = false;
        return i + 1;
      }
      if (b == '\\') {
        if (i + 1 == to) {
          escaped = true;
          return to;
        }
        i++;
      } else if (b == '\n' && !inArray) {
        return i;
      }
    }
    return to;
  }
}
