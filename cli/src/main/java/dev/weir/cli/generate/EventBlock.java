package dev.weir.cli.generate;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weir.cli.generate.RandomBits.Purpose;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A run of consecutive events with the duplicates and malformed lines between them.
 *
 * <p>A block depends on the settings and its number only, so blocks can be written in any order and
 * by several threads, each with a block of its own.
 */
final class EventBlock {
  /** Events of a block, but for the last. Changing it changes the bytes of every stream. */
  static final int EVENTS = 4_096;

  /** Most copies come soon after the original, as redeliveries do; some come much later. */
  private static final int SOON = 64;

  private static final int LATER = 10_000;

  private final GeneratorSettings settings;
  private final SyntheticEvent event;
  private final RandomBits order = new RandomBits();
  private final LineBuffer lines = new LineBuffer();
  private final LineBuffer rows = new LineBuffer();
  private final @Nullable MessageDigest md5;

  /** Where each line ends, its line feed included, and what it is. */
  private int[] ends = new int[EVENTS * 2];

  private Kind[] kinds = new Kind[EVENTS * 2];
  private int count;

  /** Where the row of each event ends. */
  private final int[] rowEnds = new int[EVENTS];

  /** What a line is. */
  enum Kind {
    EVENT,
    DUPLICATE,
    MALFORMED
  }

  EventBlock(GeneratorSettings settings, EventNames names, boolean withManifest) {
    this.settings = settings;
    this.event = new SyntheticEvent(settings, names);
    this.md5 = withManifest ? md5() : null;
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }

  /** The number of blocks of a stream. */
  static long count(GeneratorSettings settings) {
    return (settings.events() + EVENTS - 1) / EVENTS;
  }

  /** Replaces the content by that of another block. */
  EventBlock fill(long block) {
    lines.clear();
    rows.clear();
    count = 0;
    long first = block * EVENTS;
    long end = Math.min(first + EVENTS, settings.events());
    long[] extras = placeExtras(block, first, end);
    long malformed = settings.malformedBefore(first);
    int next = 0;
    for (long index = first; index < end; index++) {
      writeEvent(index);
      rowEnds[(int) (index - first)] = rows.size();
      for (; next < extras.length && extras[next] >> 1 == index; next++) {
        if ((extras[next] & 1) == 0) {
          event.write(original(index), lines);
          endLine(Kind.DUPLICATE);
        } else {
          MalformedLine.ofNumber(malformed)
              .write(malformed, settings.events() + malformed, event, lines);
          endLine(Kind.MALFORMED);
          malformed++;
        }
      }
    }
    return this;
  }

  private void writeEvent(long index) {
    event.write(index, lines);
    endLine(Kind.EVENT);
    if (md5 != null) {
      event.writeManifestRow(lines, md5, rows);
    }
  }

  private void endLine(Kind kind) {
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, count * 2);
      kinds = Arrays.copyOf(kinds, count * 2);
    }
    ends[count] = lines.size();
    kinds[count++] = kind;
  }

  /**
   * After which event each duplicate and each malformed line stands, ascending: the event's index
   * times two, plus one for a malformed line.
   */
  private long[] placeExtras(long block, long first, long end) {
    int duplicates = (int) (settings.duplicatesBefore(end) - settings.duplicatesBefore(first));
    int malformed = (int) (settings.malformedBefore(end) - settings.malformedBefore(first));
    order.restart(settings.seed(), Purpose.ORDER, block);
    long[] extras = new long[duplicates + malformed];
    for (int i = 0; i < extras.length; i++) {
      extras[i] = (first + order.below(end - first)) << 1 | (i < duplicates ? 0 : 1);
    }
    Arrays.sort(extras);
    return extras;
  }

  /** The index of the event that is repeated after the event with an index. */
  private long original(long index) {
    int kind = order.below(32);
    if (kind == 0) {
      return Long.remainderUnsigned(order.next(), index + 1);
    }
    return Math.max(0, index - order.below(kind < 4 ? LATER : SOON));
  }

  /** The number of bytes of all lines. */
  int bytes() {
    return lines.size();
  }

  /** The number of all lines. */
  int count() {
    return count;
  }

  /** What a line is, by its number in the block. */
  Kind kind(int line) {
    return kinds[line];
  }

  /** The size of a line with its line feed. */
  int bytes(int line) {
    return ends[line] - start(line);
  }

  private int start(int line) {
    return line == 0 ? 0 : ends[line - 1];
  }

  void giveLine(int line, LineSink sink) throws IOException {
    lines.giveLine(start(line), ends[line], sink);
  }

  void writeLines(OutputStream out) throws IOException {
    lines.writeTo(out);
  }

  void writeRows(OutputStream out) throws IOException {
    rows.writeTo(out);
  }

  /** Writes the rows of the block's first events only. */
  void writeRows(int events, OutputStream out) throws IOException {
    rows.writeTo(out, 0, events == 0 ? 0 : rowEnds[events - 1]);
  }

  /** The first row of a manifest. */
  static byte[] manifestHeader() {
    return "event_uuid,event_name,created_at,payload_md5\n".getBytes(US_ASCII);
  }
}
