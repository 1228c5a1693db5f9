package dev.weir.lambda;

import dev.weir.claim.Attempt;
import dev.weir.pipeline.Ledger;
import dev.weir.pipeline.Outcome;
import dev.weir.pipeline.StepTimes;
import dev.weir.quality.Delays;
import dev.weir.quality.QualityBooks;
import java.util.ArrayList;
import java.util.List;

/**
 * What an invocation has brought about: the sums of its attempts' books, which balance as they do,
 * and the records that have to come again. Written by one thread at a time.
 */
final class Landed {
  final List<Attempt> attempts = new ArrayList<>();
  final Delays freshness = new Delays();
  final Delays arrivalLag = new Delays();
  final StepTimes steps = new StepTimes();
  final Redelivery redelivery = new Redelivery();
  long records;
  long redelivered;
  long received;
  long landed;
  long duplicates;
  long deadLetters;
  long filtered;
  long checked;
  long accurate;
  long late;
  long driftFindings;
  long files;
  long bytesOut;

  /** The shards of the records, in the order of the event. */
  List<String> shards = List.of();

  void add(Outcome outcome) {
    Ledger ledger = outcome.ledger();
    attempts.add(outcome.attempt());
    freshness.add(ledger.freshness());
    arrivalLag.add(ledger.arrivalLag());
    steps.add(outcome.steps());
    received += ledger.received();
    landed += ledger.landed();
    duplicates += ledger.duplicates();
    deadLetters += ledger.deadLetters();
    filtered += ledger.filtered();
    checked += ledger.quality().checked();
    accurate += ledger.quality().accurate();
    late += ledger.quality().late();
    QualityBooks.DriftFindings drift = ledger.quality().drift();
    driftFindings += drift == null ? 0 : drift.findings().size();
    files += ledger.files();
    bytesOut += ledger.bytesOut();
  }
}
