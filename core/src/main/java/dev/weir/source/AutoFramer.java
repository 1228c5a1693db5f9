package dev.weir.source;

import org.jspecify.annotations.Nullable;

/** Tells one JSON array from lines by the first byte that is not white space. */
final class AutoFramer implements Framer {
  private @Nullable Framer chosen;

  @Override
  public boolean find(Window window, boolean atEnd) {
    if (chosen == null) {
      chosen = choose(window);
    }
    return chosen == null ? false : chosen.find(window, atEnd);
  }

  private static @Nullable Framer choose(Window window) {
    // The line is kept from its beginning: if it turns out to be a record, all of it is.
    for (; window.scan < window.limit; window.scan++) {
      byte b = window.bytes[window.scan];
      if (window.scan - window.start > window.maxRecordBytes()) {
        return rescan(window, new NdjsonFramer());
      }
      if (b == '\n') {
        window.start = window.scan + 1;
      } else if (!Bytes.isWhiteSpace(b)) {
        return rescan(window, b == '[' ? new ArrayFramer() : new NdjsonFramer());
      }
    }
    return null;
  }

  private static Framer rescan(Window window, Framer framer) {
    window.scan = window.start;
    return framer;
  }
}
