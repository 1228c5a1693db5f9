package dev.weir.source;

/**
 * Finds where the records of one input begin and end, and nothing more: whether they are valid is
 * for the parser to say. One framer serves one input and keeps what it knows between calls, so that
 * no byte is looked at twice.
 */
public interface Framer {
  /**
   * Looks for the next record from {@link Window#scan} on.
   *
   * <p>When it answers true, the window names the record, and the next call goes on behind it. When
   * it answers false, it has looked at everything up to {@link Window#limit}, and the window knows
   * what has to be kept of it. It never answers true without moving on, so it cannot stall.
   *
   * @param atEnd whether the input ends at the window's limit; what is left over is a record then
   */
  boolean find(Window window, boolean atEnd);
}
