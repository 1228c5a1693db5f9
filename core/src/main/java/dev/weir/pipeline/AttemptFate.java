package dev.weir.pipeline;

import dev.weir.quality.Fate;
import dev.weir.transform.Rows;
import dev.weir.transform.Written;

/**
 * What became of the events of an attempt.
 *
 * @param resolution who owns each event
 * @param written what of those that the attempt owns was written
 */
record AttemptFate(Resolver.Resolution resolution, Written written) implements Fate {
  @Override
  public int[] rows() {
    return resolution.rows().rows();
  }

  @Override
  public int count() {
    return resolution.rows().count();
  }

  @Override
  public long[] landedByName() {
    return written.landedByName();
  }

  @Override
  public boolean[] duplicates() {
    return resolution.duplicateRows();
  }

  @Override
  public long undecodedDuplicates() {
    return resolution.undecodedDuplicates();
  }

  @Override
  public void deadLetters(LetterVisitor visitor) {
    for (Rows.Letter letter : resolution.rows().deadLetters()) {
      Integer event = letter.event();
      visitor.letter(event == null ? -1 : event, letter.reason());
    }
  }
}
