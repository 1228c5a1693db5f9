package dev.weir.pipeline;

import dev.weir.claim.Attempt;
import dev.weir.claim.Claims;
import dev.weir.decode.Events;
import dev.weir.quality.Inspection;
import dev.weir.record.Batch;
import dev.weir.record.Reason;
import dev.weir.transform.Rows.Letter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a batch wants to land, without repetitions: events by uuid and dead letters by position.
 *
 * <p>An item is known by its index. Items of events come first, in the order of the batch.
 */
final class Items {
  private final long[] high;
  private final long[] low;
  private final int[] hash;
  private final int[] eventRows;
  private final int eventCount;
  private final List<Letter> letters;
  private final List<Repeat> repeats;
  private final List<Letter> repeatedLetters;

  private Items(
      long[] high,
      long[] low,
      int[] hash,
      int[] eventRows,
      int eventCount,
      List<Letter> letters,
      List<Repeat> repeats,
      List<Letter> repeatedLetters) {
    this.high = high;
    this.low = low;
    this.hash = hash;
    this.eventRows = eventRows;
    this.eventCount = eventCount;
    this.letters = letters;
    this.repeats = repeats;
    this.repeatedLetters = repeatedLetters;
  }

  /**
   * An event whose uuid an earlier event of the batch has.
   *
   * @param item the item of the earlier one
   * @param row the event's row
   */
  record Repeat(int item, int row) {}

  /**
   * The items of a batch that was checked; of equal uuids the first is the item, the others repeat
   * it. An event that does not meet an expectation is a dead letter and no event.
   */
  static Items of(Inspection inspection) {
    Events events = inspection.events();
    List<Letter> letters = new ArrayList<>();
    for (Events.DeadLetter dead : events.deadLetters) {
      letters.add(letter(events.batch, dead.record(), dead.reason().code(), dead.detail(), -1));
    }
    for (Inspection.BadEvent bad : inspection.deadLetters()) {
      int record = events.record[bad.row()];
      letters.add(letter(events.batch, record, bad.reason(), bad.detail(), bad.row()));
    }
    letters.sort(Comparator.comparingInt(Letter::record));
    return of(events, inspection.kept(), letters);
  }

  /** The items of some events of a decoded batch, and those that repeat them. */
  static Items ofEvents(Events events, List<Integer> rows) {
    return of(events, rows.stream().mapToInt(Integer::intValue).toArray(), List.of());
  }

  private static Items of(Events events, int[] candidates, List<Letter> letters) {
    int capacity = candidates.length + letters.size();
    long[] high = new long[capacity];
    long[] low = new long[capacity];
    int[] hash = new int[capacity];
    int[] rows = new int[candidates.length];
    List<Repeat> repeats = new ArrayList<>();
    FirstSeen firstSeen = new FirstSeen(events, candidates.length);
    int count = 0;
    for (int row : candidates) {
      int first = firstSeen.firstRow(row);
      if (first == row) {
        high[count] = events.uuidHigh[row];
        low[count] = events.uuidLow[row];
        hash[count] = events.contentHash[row];
        rows[count++] = row;
      } else {
        repeats.add(new Repeat(Arrays.binarySearch(rows, 0, count, first), row));
      }
    }
    return withLetters(high, low, hash, rows, count, letters, repeats);
  }

  /** The dead letters of events whose uuid is taken by other content. */
  static Items ofConflicts(Events events, List<Integer> rows) {
    List<Letter> letters = new ArrayList<>();
    for (int row : rows) {
      letters.add(
          letter(
              events.batch,
              events.record[row],
              Reason.CONFLICTING_DUPLICATE.code(),
              "the uuid was already used with another name, time or payload",
              row));
    }
    int n = letters.size();
    return withLetters(new long[n], new long[n], new int[n], new int[0], 0, letters, List.of());
  }

  private static Items withLetters(
      long[] high,
      long[] low,
      int[] hash,
      int[] rows,
      int eventCount,
      List<Letter> letters,
      List<Repeat> repeats) {
    Set<UUID> seen = new HashSet<>();
    List<Letter> distinct = new ArrayList<>();
    List<Letter> repeated = new ArrayList<>();
    for (Letter letter : letters) {
      if (seen.add(new UUID(letter.high(), letter.low()))) {
        int item = eventCount + distinct.size();
        high[item] = letter.high();
        low[item] = letter.low();
        hash[item] = Claims.NO_CONTENT;
        distinct.add(letter);
      } else {
        repeated.add(letter);
      }
    }
    return new Items(high, low, hash, rows, eventCount, distinct, repeats, repeated);
  }

  /** The events whose uuid an item of this batch has already, in the order of the batch. */
  List<Repeat> repeats() {
    return repeats;
  }

  /** The dead letters of the batch that stand at a position that another one has already. */
  List<Letter> repeatedLetters() {
    return repeatedLetters;
  }

  /** How many items there are. */
  int count() {
    return eventCount + letters.size();
  }

  /** The claims on all items. */
  Claims claims(Attempt attempt) {
    return new Claims(attempt, count(), high, low, hash);
  }

  /** Whether an item is an event, and not a dead letter. */
  boolean isEvent(int item) {
    return item < eventCount;
  }

  /** The row of an item that is an event. */
  int eventRow(int item) {
    return eventRows[item];
  }

  /** The row of the event that an item is, or was before it became a dead letter; else null. */
  @Nullable Integer event(int item) {
    return isEvent(item) ? Integer.valueOf(eventRow(item)) : letter(item).event();
  }

  /** The letter of an item that is a dead letter. */
  Letter letter(int item) {
    return letters.get(item - eventCount);
  }

  /** The index in the batch of an item's record. */
  int record(int item, Events events) {
    return isEvent(item) ? events.record[eventRow(item)] : letter(item).record();
  }

  /**
   * A dead letter under its own uuid: a hash of its position and its bytes. The same record at the
   * same position is one letter on every replay; another record never passes for it, even where a
   * file was replaced by another.
   */
  private static Letter letter(Batch batch, int record, String reason, String detail, int row) {
    MessageDigest digest = sha256();
    digest.update(batch.position(record).toString().getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    int start = batch.start(record);
    digest.update(batch.bytes(), start, batch.end(record) - start);
    ByteBuffer hash = ByteBuffer.wrap(digest.digest());
    // Version 8 and the variant of RFC 9562: "made by a hash of the maker's choice".
    long high = (hash.getLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x8000L;
    long low = (hash.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new Letter(high, low, record, reason, detail, row < 0 ? null : row);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** For each row the first row of the batch with the same uuid: open addressing over rows. */
  private static final class FirstSeen {
    /** Differs from process to process, so that nobody can choose uuids that collide. */
    private static final long SEED = new SplittableRandom().nextLong();

    private final Events events;
    private final int[] table;
    private final int mask;

    FirstSeen(Events events, int rows) {
      this.events = events;
      int size = Integer.highestOneBit(Math.max(8, rows)) << 2;
      this.table = new int[size];
      this.mask = size - 1;
      Arrays.fill(table, -1);
    }

    private static long mix(long value) {
      long product = value * 0x9E3779B97F4A7C15L;
      return Math.multiplyHigh(value, 0x9E3779B97F4A7C15L) ^ product ^ (product >>> 32);
    }

    int firstRow(int row) {
      long high = events.uuidHigh[row];
      long low = events.uuidLow[row];
      long mixed = mix(mix(high ^ SEED) ^ low);
      int slot = (int) (mixed >>> 32) & mask;
      while (true) {
        int other = table[slot];
        if (other < 0) {
          table[slot] = row;
          return row;
        }
        if (events.uuidHigh[other] == high && events.uuidLow[other] == low) {
          return other;
        }
        slot = (slot + 1) & mask;
      }
    }
  }
}
