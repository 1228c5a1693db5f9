package dev.weir.cli.letters;

import dev.weir.lake.FencedException;
import dev.weir.lake.ReplayMark;
import dev.weir.pipeline.Pause;
import dev.weir.pipeline.Replay;
import dev.weir.pipeline.Replay.Fate;
import dev.weir.record.Batch;
import dev.weir.record.Reason;
import dev.weir.settings.Settings;
import dev.weir.transform.TransformFailedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of a replay: letters that are events now go through the pipeline in batches, and are
 * marked when their batch is at its end.
 *
 * <p>Used by one thread.
 */
final class ReplayJob {
  private static final Logger log = LoggerFactory.getLogger(ReplayJob.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  private final LetterSource letters;
  private final LetterDecoder decoder;
  private final LakeLook lake;
  private final @Nullable Replay replay;
  private final Settings settings;
  private final ReplayTotals totals;
  private final BooleanSupplier stopped;
  private final Pause pause = Pause.sleeping();

  /**
   * A job.
   *
   * @param replay lands the records; null to find out only what would be done
   * @param stopped whether no further batch is to be begun
   */
  ReplayJob(
      LetterSource letters,
      LetterDecoder decoder,
      LakeLook lake,
      @Nullable Replay replay,
      Settings settings,
      ReplayTotals totals,
      BooleanSupplier stopped) {
    this.letters = letters;
    this.decoder = decoder;
    this.lake = lake;
    this.replay = replay;
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
    if (event.uuid().equals(letter.event())) {
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
    if (replay == null) {
      for (LetterBatch.Item item : batch.items()) {
        totals.end(present.contains(item.event()) ? Fate.DUPLICATE : Fate.LANDED);
      }
    } else {
      land(replay, batch, present);
    }
  }

  /** Processes a batch until all of it is at its end. */
  private void land(Replay replay, LetterBatch letters, Set<UUID> present) throws IOException {
    Batch rest = letters.batch();
    int[] open = IntStream.range(0, rest.count()).toArray();
    int maxAttempts = settings.run().attempts();
    for (int attempt = 1; rest.count() > 0; attempt++) {
      try {
        Replay.Replayed replayed = replay.process(rest, present);
        replay.mark(replayed, ended(letters, open, replayed));
        count(replayed);
        int[] again = replayed.outcome().redeliver();
        rest = rest.select(again);
        int[] before = open;
        open = Arrays.stream(again).map(i -> before[i]).toArray();
      } catch (InterruptedIOException | TransformFailedException e) {
        throw e;
      } catch (IOException | FencedException e) {
        if (attempt == maxAttempts) {
          throw new IOException(
              "a batch failed %d times, beginning at %s: %s"
                  .formatted(attempt, rest.position(0), e.getMessage()),
              e);
        }
        log.warn("an attempt failed and is made again; cause={}", e.getMessage());
        long millis = FIRST_PAUSE.toMillis() << Math.min(attempt - 1, 6);
        pause.pause(
            Duration.ofMillis(ThreadLocalRandom.current().nextLong(millis / 2, millis + 1)));
        continue;
      }
      if (rest.count() > 0 && attempt == maxAttempts) {
        throw new IOException(
            "%d records wait for an attempt that does not finish, beginning at %s"
                .formatted(rest.count(), rest.position(0)));
      }
    }
  }

  private static List<ReplayMark.Ended> ended(
      LetterBatch letters, int[] open, Replay.Replayed replayed) {
    List<ReplayMark.Ended> ended = new ArrayList<>();
    for (int i = 0; i < open.length; i++) {
      Fate fate = replayed.fates()[i];
      if (fate != Fate.PENDING && fate != Fate.REFUSED) {
        LetterBatch.Item item = letters.items().get(open[i]);
        ended.add(
            new ReplayMark.Ended(
                item.letter(), fate.name().toLowerCase(Locale.ROOT), item.event()));
      }
    }
    return ended;
  }

  private void count(Replay.Replayed replayed) {
    for (int i = 0; i < replayed.fates().length; i++) {
      switch (replayed.fates()[i]) {
        case PENDING -> {}
        case REFUSED -> totals.refuse(String.valueOf(replayed.refusals()[i]));
        default -> totals.end(replayed.fates()[i]);
      }
    }
  }
}
