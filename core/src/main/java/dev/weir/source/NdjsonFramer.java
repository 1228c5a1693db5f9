package dev.weir.source;

/**
 * One line is one record. A line feed ends a line, and one carriage return before it belongs to the
 * end; the last line may lack both. A line of white space is no record, unless it is longer than a
 * record may be: then nobody has seen all of it.
 */
final class NdjsonFramer implements Framer {
  @Override
  public boolean find(Window window, boolean atEnd) {
    while (true) {
      int lineFeed = Bytes.indexOfLineFeed(window.bytes, window.scan, window.limit);
      if (lineFeed < 0 && !atEnd) {
        return window.unfinished(null);
      }
      if (lineFeed < 0 && window.start == window.limit) {
        window.scan = window.limit;
        return false;
      }
      int lineEnd = lineFeed < 0 ? window.limit : lineFeed;
      int next = lineFeed < 0 ? window.limit : lineFeed + 1;
      if (finishLine(window, lineEnd, next)) {
        return true;
      }
    }
  }

  private static boolean finishLine(Window window, int lineEnd, int next) {
    int start = window.start;
    int end = lineEnd > start && window.bytes[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
    if (!window.skipping()
        && end - start <= window.maxRecordBytes()
        && Bytes.skipWhiteSpace(window.bytes, start, end) == end) {
      window.drop(next);
      return false;
    }
    return window.finish(end, next, null);
  }
}
