package dev.weir.decode;

import dev.weir.record.Batch;
import dev.weir.record.Reason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decoded batch: the columns of its events, and its dead letters.
 *
 * <p>Row {@code i} is the i-th valid event of the batch in the order of the batch. Every record of
 * the batch is either one event or one dead letter, so {@code count + deadLetters} is the number of
 * records. The arrays are longer than {@link #count}; they are shared with the stages that read
 * them and written by {@link RecordDecoder} only. Not safe for use by several threads while it is
 * written.
 */
public final class Events {
  /** The longest detail that a dead letter may carry, in characters. */
  public static final int MAX_DETAIL_CHARS = 200;

  /** The batch that was decoded. */
  public final Batch batch;

  /** The number of events. */
  public int count;

  /** The index of each event's record in the batch, ascending. */
  public final int[] record;

  /** The upper 64 bits of each event's uuid. */
  public final long[] uuidHigh;

  /** The lower 64 bits of each event's uuid. */
  public final long[] uuidLow;

  /** Each event's name, as an index into {@link #names}. */
  public final int[] name;

  /** The distinct names of the batch. */
  public final List<EventName> names = new ArrayList<>();

  /** When each event happened, in microseconds since the epoch, UTC. */
  public final long[] createdMicros;

  /** When each event happened, in seconds since the epoch, as the nearest double. */
  public final double[] createdSeconds;

  /** Where each payload starts in the batch's bytes, inclusive. */
  public final int[] payloadStart;

  /** Where each payload ends, exclusive; equal to the start where there is no payload member. */
  public final int[] payloadEnd;

  /**
   * What each payload looks like, as a hash that differs from process to process: those of one hash
   * have the same fields of the same types. 0 where there is no payload member; of no length where
   * nobody asked for it.
   */
  public final long[] shape;

  /** The unmapped members of each event as one JSON object in UTF-8, or null if there are none. */
  public final byte[] @Nullable [] extra;

  /** The id as sent, in UTF-8, where it is no UUID; else null. */
  public final byte[] @Nullable [] eventId;

  /** The hash of each event's name, time and payload: a claim remembers it. */
  public final int[] contentHash;

  /** The dead letters, in the order of the batch. */
  public final List<DeadLetter> deadLetters = new ArrayList<>();

  /** How many records had no id, or null as id. */
  public long missingId;

  /** How many records had no name, or null as name. */
  public long missingName;

  /** How many records had no time, or null as time. */
  public long missingTime;

  /** How many events had no payload, or null as payload. */
  public long missingPayload;

  /**
   * A record that can never become an event.
   *
   * @param record its index in the batch
   * @param reason why
   * @param detail where and what, for people: never more than 200 characters, never content of the
   *     payload, and the same on every replay
   */
  public record DeadLetter(int record, Reason reason, String detail) {}

  /** Whether an event has no payload, or null as payload. */
  public boolean isPayloadMissing(int row) {
    int length = payloadEnd[row] - payloadStart[row];
    // No other JSON value of four bytes begins so; longer ones need not be looked at.
    return length == 0 || (length == 4 && batch.bytes()[payloadStart[row]] == 'n');
  }

  Events(Batch batch, boolean shapes) {
    int n = batch.count();
    this.batch = batch;
    this.record = new int[n];
    this.uuidHigh = new long[n];
    this.uuidLow = new long[n];
    this.name = new int[n];
    this.createdMicros = new long[n];
    this.createdSeconds = new double[n];
    this.payloadStart = new int[n];
    this.payloadEnd = new int[n];
    this.shape = new long[shapes ? n : 0];
    this.extra = new byte[n][];
    this.eventId = new byte[n][];
    this.contentHash = new int[n];
  }
}
