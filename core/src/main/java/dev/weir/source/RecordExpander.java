package dev.weir.source;

import dev.weir.record.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Finds the documents in one record of a stream: producers aggregate, compress and join them.
 *
 * <p>A record is an aggregate of the Kinesis Producer Library or not; each record in it, or the
 * record itself, is gzip, zstd or plain; and the content is one document, one JSON array, or one
 * document a line. All of it is told by the bytes and the limits alone: the same record gives the
 * same documents in the same order whenever it is delivered. Whether they are valid is for the
 * parser to say.
 *
 * <p>Not safe for use by several threads.
 */
public final class RecordExpander {
  /** Receives the documents of a record, in their order. */
  @FunctionalInterface
  public interface Documents {
    /**
     * Takes a document.
     *
     * @param start where it starts in the buffer's array, inclusive
     * @param end where it ends, exclusive
     * @param refusal why it can be no event, or null
     */
    void add(int start, int end, @Nullable Reason refusal);
  }

  private final Framing framing;
  private final InputLimits limits;
  private final int maxDocuments;
  private final Aggregate aggregate = new Aggregate();
  private final Blocks blocks = new Blocks();
  private final FoundDocuments found = new FoundDocuments();
  // What the record may still expand to.
  private long leftBytes;

  /**
   * An expander.
   *
   * @param framing how documents follow each other in one record; {@link Framing#AUTO} also leaves
   *     a record whole that is one object over several lines
   * @param limits bounds on what one record may expand to, with all that is aggregated in it
   * @param maxDocuments how many documents one record may hold; at least 1
   */
  public RecordExpander(Framing framing, InputLimits limits, int maxDocuments) {
    if (maxDocuments < 1) {
      throw new IllegalArgumentException(
          "maxDocuments is %d; at least 1 is allowed".formatted(maxDocuments));
    }
    this.framing = framing;
    this.limits = limits;
    this.maxDocuments = maxDocuments;
  }

  /**
   * Finds the documents in a record.
   *
   * <p>A record that is damaged is one refused document with all of its bytes; of one that is
   * compressed, the documents before the damage are found too. A record beyond a limit is one
   * refused document and nothing else: a part of it would tell nobody how much was left out.
   *
   * @param buffer holds the record; what was compressed is added to it, and is no more than the
   *     limits allow; nothing is added of a record that is beyond them
   * @param start where the record starts, inclusive
   * @param end where it ends, exclusive
   */
  public void expand(RecordBuffer buffer, int start, int end, Documents documents) {
    int size = buffer.size();
    leftBytes = mostDecompressedBytes(end - start);
    found.clear();
    Reason beyond = find(buffer, start, end);
    if (beyond == null) {
      found.giveTo(documents);
    } else {
      buffer.cut(size);
      documents.add(start, end, beyond);
    }
  }

  /** What a record of so many bytes may expand to: an aggregate as much as a single one. */
  private long mostDecompressedBytes(long recordBytes) {
    // The ratio is one of whole numbers, rounded down, as it is of a stream.
    long byRatio = (recordBytes + 1) * limits.maxCompressionRatio() - 1;
    return Math.min(limits.maxDecompressedBytes(), Math.max(InputLimits.RATIO_FREE_BYTES, byRatio));
  }

  /** Finds the documents. Returns which limit the record is beyond, or null. */
  private @Nullable Reason find(RecordBuffer buffer, int start, int end) {
    byte[] bytes = buffer.bytes();
    if (!Aggregate.isOne(bytes, start, end)) {
      return unpack(buffer, start, end);
    }
    if (!aggregate.read(bytes, start, end)) {
      return add(start, end, Reason.CORRUPT_AGGREGATE);
    }
    if (aggregate.count() == 0) {
      return add(start, end, Reason.EMPTY_RECORD);
    }
    Reason beyond = null;
    for (int i = 0; i < aggregate.count() && beyond == null; i++) {
      beyond = unpack(buffer, aggregate.start(i), aggregate.end(i));
    }
    return beyond;
  }

  private @Nullable Reason unpack(RecordBuffer buffer, int start, int end) {
    Compression compression = Compression.of(buffer.bytes(), start, end);
    if (compression == Compression.NONE) {
      return frame(buffer.bytes(), start, end, true);
    }
    int from = buffer.size();
    Reason damage = decompress(buffer, start, end, compression);
    if (damage == Reason.DECOMPRESSION_LIMIT) {
      return damage;
    }
    Reason beyond = null;
    if (damage == null || buffer.size() > from) {
      beyond = frame(buffer.bytes(), from, buffer.size(), damage == null);
    }
    return beyond == null && damage != null ? add(start, end, damage) : beyond;
  }

  /** Adds the content of a range to the buffer. Returns why it did not come to an end, or null. */
  private @Nullable Reason decompress(
      RecordBuffer buffer, int start, int end, Compression compression) {
    CountedSource source = new CountedSource(buffer.bytes(), start, end);
    try (Content content = Content.of(source, compression, limits, blocks)) {
      int count = 0;
      while (count >= 0) {
        buffer.added(count);
        leftBytes -= count;
        if (leftBytes < 0) {
          return Reason.DECOMPRESSION_LIMIT;
        }
        buffer.reserve(Blocks.BLOCK_BYTES);
        count = content.read(buffer.bytes(), buffer.size(), Blocks.BLOCK_BYTES);
      }
      return null;
    } catch (ContentException e) {
      return e.reason();
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be read", e);
    }
  }

  private @Nullable Reason frame(byte[] bytes, int start, int end, boolean complete) {
    int first = Bytes.skipWhiteSpace(bytes, start, end);
    if (complete && (first == end || isOneDocument(bytes, first, end))) {
      return add(start, end, null);
    }
    Window window = Window.over(bytes, start, end, limits.maxRecordBytes());
    window.dropByteOrderMark();
    Framer framer = framing.newFramer();
    Reason beyond = null;
    while (beyond == null && framer.find(window, complete)) {
      beyond = add(window.recordStart, window.recordEnd, window.refusal);
    }
    return beyond;
  }

  private @Nullable Reason add(int start, int end, @Nullable Reason refusal) {
    if (found.count() == maxDocuments) {
      return Reason.TOO_MANY_DOCUMENTS;
    }
    found.add(start, end, refusal);
    return null;
  }

  /** Whether all of it is one document, or one line. */
  private boolean isOneDocument(byte[] bytes, int first, int end) {
    if (framing != Framing.AUTO || bytes[first] == '[' || bytes[first] == (byte) 0xEF) {
      return false;
    }
    if (Bytes.indexOfLineFeed(bytes, first, end) < 0) {
      return true;
    }
    if (bytes[first] != '{') {
      return false;
    }
    Nesting nesting = Nesting.ofDocuments();
    nesting.begin();
    int documentEnd = nesting.end(bytes, first, end);
    return documentEnd >= 0 && Bytes.skipWhiteSpace(bytes, documentEnd, end) == end;
  }
}
