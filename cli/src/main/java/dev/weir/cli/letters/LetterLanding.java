package dev.weir.cli.letters;

import dev.weir.lake.FencedException;
import dev.weir.lake.ReplayMark;
import dev.weir.pipeline.Pause;
import dev.weir.pipeline.Replay;
import dev.weir.pipeline.Replay.Fate;
import dev.weir.quality.ExpectationFailedException;
import dev.weir.quality.Inspection;
import dev.weir.record.Batch;
import dev.weir.transform.TransformFailedException;
import dev.weir.wiring.RecordExaminer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends batches through the pipeline until all of their records are at their end, and marks those.
 *
 * <p>Used by one thread.
 */
final class LetterLanding implements BatchEnd {
  private static final Logger log = LoggerFactory.getLogger(LetterLanding.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  private final RecordExaminer examiner;
  private final Replay replay;
  private final int maxAttempts;
  private final ReplayTotals totals;
  private final Pause pause = Pause.sleeping();

  /**
   * A landing.
   *
   * @param examiner says beforehand what is still refused: that is not sent
   * @param maxAttempts tries for each batch, at least 1
   */
  LetterLanding(RecordExaminer examiner, Replay replay, int maxAttempts, ReplayTotals totals) {
    this.examiner = examiner;
    this.replay = replay;
    this.maxAttempts = maxAttempts;
    this.totals = totals;
  }

  @Override
  public void end(LetterBatch letters, Set<UUID> present) throws IOException {
    int[] open = accepted(letters.batch());
    Batch rest = letters.batch().select(open);
    for (int attempt = 1; rest.count() > 0; attempt++) {
      try {
        Replay.Replayed replayed = replay.process(rest, present);
        replay.mark(replayed, ended(letters, open, replayed));
        count(replayed);
        int[] again = replayed.outcome().redeliver();
        rest = rest.select(again);
        int[] before = open;
        open = Arrays.stream(again).map(i -> before[i]).toArray();
      } catch (InterruptedIOException | TransformFailedException | ExpectationFailedException e) {
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

  /** The records that no expectation refuses; the others are counted. */
  private int[] accepted(Batch batch) throws IOException {
    Inspection inspection = examiner.examine(batch);
    int[] records = inspection.events().record;
    BitSet accepted = new BitSet();
    Arrays.stream(inspection.kept()).forEach(row -> accepted.set(records[row]));
    Arrays.stream(inspection.dropped()).forEach(row -> accepted.set(records[row]));
    inspection.events().deadLetters.forEach(letter -> totals.refuse(letter.reason().code()));
    inspection.deadLetters().forEach(bad -> totals.refuse(bad.reason()));
    return accepted.stream().toArray();
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
