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
  private final Aggregate aggregate = new Aggregate();
  private final Blocks blocks = new Blocks();

  /**
   * An expander.
   *
   * @param framing how documents follow each other in one record; {@link Framing#AUTO} also leaves
   *     a record whole that is one object over several lines
   * @param limits bounds on what one record may expand to
   */
  public RecordExpander(Framing framing, InputLimits limits) {
    this.framing = framing;
    this.limits = limits;
  }

  /**
   * Finds the documents in a record.
   *
   * <p>A record that is damaged is one refused document with all of its bytes; of one that is
   * compressed, the documents before the damage are found too.
   *
   * @param buffer holds the record; what was compressed is added to it, and is no more than the
   *     limits allow
   * @param start where the record starts, inclusive
   * @param end where it ends, exclusive
   */
  public void expand(RecordBuffer buffer, int start, int end, Documents documents) {
    byte[] bytes = buffer.bytes();
    if (!Aggregate.isOne(bytes, start, end)) {
      unpack(buffer, start, end, documents);
    } else if (!aggregate.read(bytes, start, end)) {
      documents.add(start, end, Reason.CORRUPT_AGGREGATE);
    } else if (aggregate.count() == 0) {
      documents.add(start, end, Reason.EMPTY_RECORD);
    } else {
      for (int i = 0; i < aggregate.count(); i++) {
        unpack(buffer, aggregate.start(i), aggregate.end(i), documents);
      }
    }
  }

  private void unpack(RecordBuffer buffer, int start, int end, Documents documents) {
    Compression compression = Compression.of(buffer.bytes(), start, end);
    if (compression == Compression.NONE) {
      frame(buffer.bytes(), start, end, true, documents);
      return;
    }
    int from = buffer.size();
    Reason damage = decompress(buffer, start, end, compression);
    if (damage == null || buffer.size() > from) {
      frame(buffer.bytes(), from, buffer.size(), damage == null, documents);
    }
    if (damage != null) {
      documents.add(start, end, damage);
    }
  }

  /** Adds the content of a range to the buffer. Returns why it did not come to an end, or null. */
  private @Nullable Reason decompress(
      RecordBuffer buffer, int start, int end, Compression compression) {
    CountedSource source = new CountedSource(buffer.bytes(), start, end);
    try (Content content = Content.of(source, compression, limits, blocks)) {
      int count = 0;
      while (count >= 0) {
        buffer.added(count);
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

  private void frame(byte[] bytes, int start, int end, boolean complete, Documents documents) {
    int first = Bytes.skipWhiteSpace(bytes, start, end);
    if (complete && (first == end || isOneDocument(bytes, first, end))) {
      documents.add(start, end, null);
      return;
    }
    Window window = Window.over(bytes, start, end, limits.maxRecordBytes());
    window.dropByteOrderMark();
    Framer framer = framing.newFramer();
    while (framer.find(window, complete)) {
      documents.add(window.recordStart, window.recordEnd, window.refusal);
    }
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
