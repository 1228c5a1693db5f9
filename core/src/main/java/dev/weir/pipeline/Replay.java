package dev.weir.pipeline;

import dev.weir.decode.Events;
import dev.weir.lake.FencedException;
import dev.weir.lake.Lake;
import dev.weir.lake.ReplayMark;
import dev.weir.pipeline.Resolver.Resolution;
import dev.weir.quality.Inspection;
import dev.weir.record.Batch;
import dev.weir.record.Reason;
import dev.weir.transform.Rows;
import dev.weir.transform.Written;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Sends the records of dead letters through the pipeline again, at the positions at which they once
 * stood (docs/decisions/0014-replay.md).
 *
 * <p>Events are claimed as always, so that within the window nothing lands twice, whoever replays
 * or runs at the same time. Of what the claims have forgotten the caller says what is in the lake.
 * A replay adds no dead letters: the lake has them already.
 *
 * <p>Not safe for use by several threads.
 */
public final class Replay {
  private final Pipeline pipeline;
  private final Lake lake;
  private final Clock clock;

  /** A replay into a lake, through a pipeline that no other thread uses meanwhile. */
  public Replay(Pipeline pipeline, Lake lake, Clock clock) {
    this.pipeline = pipeline;
    this.lake = lake;
    this.clock = clock;
  }

  /** What became of a record. */
  public enum Fate {
    /** Its event is in the lake, by this attempt. */
    LANDED,
    /** Its event was in the lake before, or another record accounts for it. */
    DUPLICATE,
    /** It was left out on purpose, by the SQL. */
    FILTERED,
    /** It is still no event, or its uuid is taken by other content. Nothing has changed. */
    REFUSED,
    /** Another attempt holds its event and has not finished: to be sent again. */
    PENDING
  }

  /**
   * What became of the records of a batch.
   *
   * @param outcome the attempt and its books
   * @param fates for each record
   * @param refusals for each record that was refused the reason's code, else null
   */
  @SuppressWarnings("ArrayRecordComponent") // columns, never compared
  public record Replayed(Outcome outcome, Fate[] fates, @Nullable String[] refusals) {}

  /**
   * Lands the records of a batch that are events now.
   *
   * @param present uuids of events that are in the lake, whatever the claims know of them; each
   *     counts as a duplicate
   * @throws IOException if a store, the disk or the engine failed; some of the batch may have
   *     landed; process the records again
   * @throws FencedException if another process took the events over; process the records again
   */
  public Replayed process(Batch batch, Set<UUID> present) throws IOException, FencedException {
    Sifting sifting = new Sifting(batch.count(), present);
    Outcome outcome = pipeline.process(batch, Instant.MAX, sifting);
    for (int record : outcome.redeliver()) {
      sifting.fates[record] = Fate.PENDING;
    }
    return new Replayed(outcome, sifting.fates, sifting.refusals);
  }

  /**
   * Marks dead letters as replayed. To be called when their records are at their end; without it,
   * or after a crash before it, the next replay finds out once more.
   *
   * @throws IOException if the outcome is unknown; call it again
   */
  public void mark(Replayed replayed, List<ReplayMark.Ended> letters) throws IOException {
    if (!letters.isEmpty()) {
      lake.markReplayed(new ReplayMark(replayed.outcome().attempt(), clock.instant(), letters));
    }
  }

  /** Keeps from landing what the lake has, and notes what becomes of each record. */
  private final class Sifting implements Review {
    private final Set<UUID> present;
    private final Fate[] fates;
    private final @Nullable String[] refusals;

    Sifting(int records, Set<UUID> present) {
      this.present = present;
      this.fates = new Fate[records];
      this.refusals = new @Nullable String[records];
      Arrays.fill(fates, Fate.FILTERED);
    }

    @Override
    public Resolution resolved(Inspection inspection, Resolution resolution) {
      Rows rows = resolution.rows();
      Events events = rows.events();
      for (Events.DeadLetter letter : events.deadLetters) {
        refuse(letter.record(), letter.reason().code());
      }
      for (Inspection.BadEvent bad : inspection.deadLetters()) {
        refuse(events.record[bad.row()], bad.reason());
      }
      for (int row : inspection.kept()) {
        fates[events.record[row]] = Fate.DUPLICATE;
      }
      for (int row : resolution.conflicts()) {
        refuse(events.record[row], Reason.CONFLICTING_DUPLICATE.code());
      }
      return withoutKnown(resolution);
    }

    /** What is in the lake does not land, and a record that is refused stays the letter it is. */
    private Resolution withoutKnown(Resolution resolution) {
      Rows rows = resolution.rows();
      Events events = rows.events();
      boolean[] duplicates = resolution.duplicateRows().clone();
      long undecodedDuplicates = resolution.undecodedDuplicates();
      int[] absent = new int[rows.count()];
      int count = 0;
      for (int i = 0; i < rows.count(); i++) {
        int row = rows.rows()[i];
        if (present.contains(uuid(events, row))) {
          duplicates[row] = true;
        } else {
          fates[events.record[row]] = Fate.LANDED;
          absent[count++] = row;
        }
      }
      for (Rows.Letter letter : rows.deadLetters()) {
        Integer event = letter.event();
        if (event == null) {
          undecodedDuplicates++;
        } else {
          duplicates[event] = true;
        }
      }
      return new Resolution(
          new Rows(events, absent, count, List.of()),
          duplicates,
          undecodedDuplicates,
          resolution.pending(),
          resolution.conflicts(),
          resolution.claiming());
    }

    private void refuse(int record, String reason) {
      fates[record] = Fate.REFUSED;
      refusals[record] = reason;
    }

    @Override
    public void written(Resolution resolution, Written written) throws IOException {
      if (written.filtered() == 0) {
        return;
      }
      Rows rows = resolution.rows();
      Set<UUID> landing = lake.eventUuids(written.files());
      for (int i = 0; i < rows.count(); i++) {
        int row = rows.rows()[i];
        if (!landing.contains(uuid(rows.events(), row))) {
          fates[rows.events().record[row]] = Fate.FILTERED;
        }
      }
    }
  }

  private static UUID uuid(Events events, int row) {
    return new UUID(events.uuidHigh[row], events.uuidLow[row]);
  }
}
