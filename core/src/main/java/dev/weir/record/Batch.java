package dev.weir.record;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Records that are processed together, in the order of their shard.
 *
 * <p>They come from one shard; where the shards are files, from several that were read one after
 * the other, so that many small files do not make many small batches.
 *
 * <p>A batch holds columns, not an object per record: one byte array with the content of all
 * records, and for each record its byte range, its place in the shard and its time of arrival.
 * Immutable once built, and then safe for use by several threads.
 */
public final class Batch {
  private final String stream;
  private final List<String> shards;
  private final int @Nullable [] shardIndexes;
  private final byte[] bytes;
  private final int count;
  private final int[] starts;
  private final int[] ends;
  private final long[] offsets;
  private final String @Nullable [] sequenceNumbers;
  private final int @Nullable [] subIndexes;
  private final long[] arrivalMicros;
  private final Reason @Nullable [] refusals;

  private Batch(Builder builder) {
    this.stream = builder.stream;
    this.shards = List.copyOf(builder.shards);
    this.shardIndexes = builder.shardIndexes;
    this.bytes = builder.bytes;
    this.count = builder.count;
    this.starts = builder.starts;
    this.ends = builder.ends;
    this.offsets = builder.offsets;
    this.sequenceNumbers = builder.sequenceNumbers;
    this.subIndexes = builder.subIndexes;
    this.arrivalMicros = builder.arrivalMicros;
    this.refusals = builder.refusals;
  }

  /** The name of the stream that all records come from. */
  public String stream() {
    return stream;
  }

  /** The shards that records come from, in the order in which they were read. */
  public List<String> shards() {
    return shards;
  }

  /** The shard that record {@code i} comes from, as an index into {@link #shards()}. */
  public int shardIndex(int i) {
    Objects.checkIndex(i, count);
    return shardIndexes == null ? 0 : shardIndexes[i];
  }

  /** The number of records. */
  public int count() {
    return count;
  }

  /** The array that all byte ranges refer to. Not to be written to. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where record {@code i} starts in {@link #bytes()}, inclusive. */
  public int start(int i) {
    return starts[Objects.checkIndex(i, count)];
  }

  /** Where record {@code i} ends in {@link #bytes()}, exclusive. */
  public int end(int i) {
    return ends[Objects.checkIndex(i, count)];
  }

  /** A copy of the bytes of record {@code i}, exactly as received. */
  public byte[] content(int i) {
    return Arrays.copyOfRange(bytes, start(i), end(i));
  }

  /** The total number of content bytes of all records. */
  public long contentBytes() {
    long total = 0;
    for (int i = 0; i < count; i++) {
      total += ends[i] - starts[i];
    }
    return total;
  }

  /** The sequence number of record {@code i}, as a decimal integer. */
  public String sequenceNumber(int i) {
    Objects.checkIndex(i, count);
    return sequenceNumbers == null ? Long.toString(offsets[i]) : sequenceNumbers[i];
  }

  /** The index of record {@code i} inside an aggregated record; 0 for plain records. */
  public int subIndex(int i) {
    Objects.checkIndex(i, count);
    return subIndexes == null ? 0 : subIndexes[i];
  }

  /** When record {@code i} arrived at the source, in microseconds since the epoch, UTC. */
  public long arrivalMicros(int i) {
    return arrivalMicros[Objects.checkIndex(i, count)];
  }

  /** Why the source's framing already refused record {@code i}, or null if it did not. */
  public @Nullable Reason refusal(int i) {
    Objects.checkIndex(i, count);
    return refusals == null ? null : refusals[i];
  }

  /** The position of record {@code i}. */
  public Position position(int i) {
    return new Position(stream, shards.get(shardIndex(i)), sequenceNumber(i), subIndex(i));
  }

  /** A batch of some of this batch's records, sharing its bytes, in the order of the indexes. */
  public Batch select(int[] indexes) {
    Builder builder = new Builder(stream, bytes, indexes.length);
    int shard = -1;
    for (int i : indexes) {
      if (shardIndex(i) != shard) {
        shard = shardIndex(i);
        builder.shard(shards.get(shard));
      }
      int to = builder.count;
      builder.add(starts[i], ends[i], offsets[i], arrivalMicros[i], refusal(i));
      if (sequenceNumbers != null) {
        builder.sequence(to, sequenceNumbers[i], subIndex(i));
      }
    }
    return builder.build();
  }

  /** A builder over bytes that already hold the content of every record to be added. */
  public static Builder over(String stream, byte[] bytes) {
    return new Builder(stream, bytes, 1024);
  }

  /** Collects the records of one batch. Not safe for use by several threads. */
  public static final class Builder {
    private final String stream;
    private byte[] bytes;
    private final List<String> shards = new ArrayList<>();
    private int @Nullable [] shardIndexes;
    private int count;
    private int[] starts;
    private int[] ends;
    private long[] offsets;
    private String @Nullable [] sequenceNumbers;
    private int @Nullable [] subIndexes;
    private long[] arrivalMicros;
    private Reason @Nullable [] refusals;

    private Builder(String stream, byte[] bytes, int capacity) {
      this.stream = stream;
      this.bytes = bytes;
      this.starts = new int[capacity];
      this.ends = new int[capacity];
      this.offsets = new long[capacity];
      this.arrivalMicros = new long[capacity];
    }

    /** Says which shard the records that are added next come from; to be called first. */
    public Builder shard(String shard) {
      shards.add(shard);
      if (shards.size() > 1 && shardIndexes == null) {
        shardIndexes = new int[starts.length];
      }
      return this;
    }

    /** Adds a record whose sequence number is a byte offset. */
    public Builder add(int start, int end, long offset, long arrivalMicros) {
      return add(start, end, offset, arrivalMicros, null);
    }

    /**
     * Adds a record whose sequence number is a byte offset.
     *
     * @param refusal why the source's framing refuses the record (it becomes a dead letter), or
     *     null
     */
    public Builder add(
        int start, int end, long offset, long arrivalMicros, @Nullable Reason refusal) {
      Objects.checkFromToIndex(start, end, bytes.length);
      if (shards.isEmpty()) {
        throw new IllegalStateException("a record was added before its shard was named");
      }
      grow();
      if (shardIndexes != null) {
        shardIndexes[count] = shards.size() - 1;
      }
      starts[count] = start;
      ends[count] = end;
      offsets[count] = offset;
      this.arrivalMicros[count] = arrivalMicros;
      if (refusal != null) {
        if (refusals == null) {
          refusals = new Reason[starts.length];
        }
        refusals[count] = refusal;
      }
      count++;
      return this;
    }

    /** Adds a record whose sequence number is an integer of any length, such as Kinesis's. */
    public Builder add(
        int start, int end, String sequenceNumber, int subIndex, long arrivalMicros) {
      return add(start, end, sequenceNumber, subIndex, arrivalMicros, null);
    }

    /**
     * Adds a record whose sequence number is an integer of any length, such as Kinesis's.
     *
     * @param refusal why the record can be no event (it becomes a dead letter), or null
     */
    public Builder add(
        int start,
        int end,
        String sequenceNumber,
        int subIndex,
        long arrivalMicros,
        @Nullable Reason refusal) {
      add(start, end, 0L, arrivalMicros, refusal);
      sequence(count - 1, sequenceNumber, subIndex);
      return this;
    }

    /** Says that the bytes are in another array now, all at the same indexes. */
    public Builder moved(byte[] larger) {
      bytes = larger;
      return this;
    }

    private void sequence(int i, String sequenceNumber, int subIndex) {
      if (sequenceNumbers == null || subIndexes == null) {
        sequenceNumbers = new String[starts.length];
        subIndexes = new int[starts.length];
      }
      sequenceNumbers[i] = sequenceNumber;
      subIndexes[i] = subIndex;
    }

    private void grow() {
      if (count < starts.length) {
        return;
      }
      int capacity = Math.max(16, starts.length * 2);
      starts = Arrays.copyOf(starts, capacity);
      shardIndexes = shardIndexes == null ? null : Arrays.copyOf(shardIndexes, capacity);
      ends = Arrays.copyOf(ends, capacity);
      offsets = Arrays.copyOf(offsets, capacity);
      arrivalMicros = Arrays.copyOf(arrivalMicros, capacity);
      refusals = refusals == null ? null : Arrays.copyOf(refusals, capacity);
      sequenceNumbers = sequenceNumbers == null ? null : Arrays.copyOf(sequenceNumbers, capacity);
      subIndexes = subIndexes == null ? null : Arrays.copyOf(subIndexes, capacity);
    }

    /** The number of records added so far. */
    public int count() {
      return count;
    }

    /** The batch; the builder must not be used afterwards. */
    public Batch build() {
      return new Batch(this);
    }
  }
}
