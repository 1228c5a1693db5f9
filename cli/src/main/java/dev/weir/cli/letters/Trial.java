package dev.weir.cli.letters;

import dev.weir.decode.Events;
import dev.weir.pipeline.Replay.Fate;
import dev.weir.quality.Inspection;
import dev.weir.wiring.RecordExaminer;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Finds out what would become of letters, and changes nothing. Used by one thread. */
final class Trial implements BatchEnd {
  private final RecordExaminer examiner;
  private final ReplayTotals totals;

  Trial(RecordExaminer examiner, ReplayTotals totals) {
    this.examiner = examiner;
    this.totals = totals;
  }

  @Override
  public void end(LetterBatch letters, Set<UUID> present) throws IOException {
    Inspection inspection = examiner.examine(letters.batch());
    Events events = inspection.events();
    List<LetterBatch.Item> items = letters.items();
    events.deadLetters.forEach(letter -> totals.refuse(letter.reason().code()));
    inspection.deadLetters().forEach(bad -> totals.refuse(bad.reason()));
    for (int i = 0; i < inspection.dropped().length; i++) {
      totals.end(Fate.FILTERED);
    }
    for (int row : inspection.kept()) {
      UUID event = items.get(events.record[row]).event();
      totals.end(present.contains(event) ? Fate.DUPLICATE : Fate.LANDED);
    }
  }
}
