package dev.weir.source;

import dev.weir.record.Reason;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The documents of a record, kept until it is known that the record is within its limits. Used
 * again for every record. Not safe for use by several threads.
 */
final class FoundDocuments {
  private int count;
  private int[] starts = new int[16];
  private int[] ends = new int[16];
  private @Nullable Reason[] refusals = new @Nullable Reason[16];

  /** Forgets all documents. */
  void clear() {
    count = 0;
  }

  /** How many documents there are. */
  int count() {
    return count;
  }

  /** Adds a document; see {@link RecordExpander.Documents#add}. */
  void add(int start, int end, @Nullable Reason refusal) {
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, count * 2);
      ends = Arrays.copyOf(ends, count * 2);
      refusals = Arrays.copyOf(refusals, count * 2);
    }
    starts[count] = start;
    ends[count] = end;
    refusals[count++] = refusal;
  }

  /** Gives all documents away, in their order. */
  void giveTo(RecordExpander.Documents documents) {
    for (int i = 0; i < count; i++) {
      documents.add(starts[i], ends[i], refusals[i]);
    }
  }
}
