package dev.weir.cli.letters;

import dev.weir.record.Reason;
import dev.weir.settings.Settings;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The work of a replay: letters that are events now are brought to their end in batches.
 *
 * <p>Used by one thread.
 */
final class ReplayJob {
  private final LetterSource letters;
  private final LetterDecoder decoder;
  private final LakeLook lake;
  private final BatchEnd end;
  private final Settings settings;
  private final ReplayTotals totals;
  private final BooleanSupplier stopped;

  /**
   * A job.
   *
   * @param end lands the records, or finds out only what would be done
   * @param stopped whether no further batch is to be begun
   */
  ReplayJob(
      LetterSource letters,
      LetterDecoder decoder,
      LakeLook lake,
      BatchEnd end,
      Settings settings,
      ReplayTotals totals,
      BooleanSupplier stopped) {
    this.letters = letters;
    this.decoder = decoder;
    this.lake = lake;
    this.end = end;
    this.settings = settings;
    this.totals = totals;
    this.stopped = stopped;
  }

  /**
   * Replays all letters.
   *
   * @return whether it got to their end, and was not stopped
   * @throws IOException if a batch failed as often as is allowed; those before it are at their end
   */
  boolean run() throws IOException, SQLException {
    LetterBatch batch = newBatch();
    for (Letter letter = letters.next(); letter != null; letter = letters.next()) {
      LetterDecoder.Event event = accept(letter);
      if (event != null) {
        if (!batch.takes(letter)) {
          finish(batch);
          batch = newBatch();
        }
        batch.add(letter, event);
      }
      if (stopped.getAsBoolean()) {
        return false;
      }
    }
    finish(batch);
    return true;
  }

  private LetterBatch newBatch() {
    return new LetterBatch(settings.run().batchRecords(), settings.run().batchBytes());
  }

  /** The event that a letter is now; null if it is still none, which is counted. */
  private LetterDecoder.@Nullable Event accept(Letter letter) {
    totals.give();
    if (letter.isCut(settings.limits().maxRecordBytes())) {
      totals.refuseCut(letter.reason());
      return null;
    }
    LetterDecoder.Decoded decoded = decoder.decode(letter.record());
    LetterDecoder.Event event = decoded.event();
    if (event == null) {
      totals.refuse(String.valueOf(decoded.refusal()));
      return null;
    }
    if (letter.isConflict() && event.uuid().equals(letter.event())) {
      // Another event has this uuid for good; the claims may have forgotten it, the lake has not.
      totals.refuse(Reason.CONFLICTING_DUPLICATE.code());
      return null;
    }
    return event;
  }

  private void finish(LetterBatch batch) throws IOException, SQLException {
    if (batch.items().isEmpty()) {
      return;
    }
    Set<UUID> present = lake.present(batch.events(), batch.days());
    end.end(batch, present);
  }
}
