package dev.weir.cli.ledger;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of the attempts that were read: totals, totals by time, and the latest examples. Its
 * size depends on the labels in the ledger, which are bounded, not on the number of attempts. Not
 * safe for use by several threads.
 */
final class Book {
  private static final int EXAMPLES = 3;
  private static final int FINDINGS = 100;

  private final LabelSets labels;
  private final Totals all;
  private final Timeline timeline;
  private final boolean partial;
  private final Map<String, Deque<LetterExample>> letters = new TreeMap<>();
  private final Deque<DriftFinding> drift = new ArrayDeque<>();
  private @Nullable Instant oldest;

  private Book(Instant newest, boolean partial) {
    // A part is small. Were it to choose labels, they would depend on where it begins.
    this.labels = partial ? LabelSets.any() : LabelSets.first();
    this.all = new Totals(labels);
    this.timeline = new Timeline(newest, partial, labels);
    this.partial = partial;
  }

  /** An empty one, to be looked at. */
  static Book whole() {
    return new Book(Instant.EPOCH, false);
  }

  /**
   * An empty one, to be added to a whole one: an attempt is counted in one place only, because
   * counting it in each takes most of the time that a large ledger takes.
   *
   * @param newest when the newest attempt of the ledger began, or before
   */
  static Book part(Instant newest) {
    return new Book(newest, true);
  }

  /** Adds what an attempt counts. */
  void add(AttemptEntry entry) {
    count(entry, 1);
    if (oldest == null || entry.at().isBefore(oldest)) {
      oldest = entry.at();
    }
    for (String reason : entry.deadLettersByReason.keySet()) {
      entry.sources.stream()
          .limit(EXAMPLES)
          .map(source -> example(entry, reason, source))
          .forEach(this::addLetter);
    }
    for (AttemptEntry.Drift finding : entry.findings) {
      addDrift(
          new DriftFinding(
              entry.at(),
              finding.eventType(),
              finding.path(),
              finding.kind(),
              finding.before(),
              finding.after(),
              finding.events()));
    }
  }

  /** Takes away what an attempt counts; its examples stay. */
  void takeAway(AttemptEntry entry) {
    count(entry, -1);
  }

  private void count(AttemptEntry entry, int times) {
    boolean inTimeline = timeline.add(entry, times);
    if (!partial || !inTimeline) {
      all.add(entry, times);
    }
  }

  /** Adds a part, whose attempts are later ones. */
  void add(Book other) {
    labels.admit(other.labels);
    all.add(other.all);
    timeline.add(other.timeline, all);
    if (other.oldest != null && (oldest == null || other.oldest.isBefore(oldest))) {
      oldest = other.oldest;
    }
    other.letters.values().forEach(examples -> examples.forEach(this::addLetter));
    other.drift.forEach(this::addDrift);
  }

  private static LetterExample example(
      AttemptEntry entry, String reason, AttemptEntry.Source source) {
    return new LetterExample(
        reason,
        entry.at(),
        entry.attempt.toString(),
        source.stream(),
        source.shard(),
        source.first(),
        source.last());
  }

  private void addLetter(LetterExample letter) {
    Deque<LetterExample> kept =
        letters.computeIfAbsent(
            labels.reasons.admit(letter.reason()), reason -> new ArrayDeque<>());
    kept.addLast(letter);
    if (kept.size() > EXAMPLES) {
      kept.removeFirst();
    }
  }

  private void addDrift(DriftFinding finding) {
    drift.addLast(finding);
    if (drift.size() > FINDINGS) {
      drift.removeFirst();
    }
  }

  /** What it says about a window before a moment. */
  LedgerView view(Window window, Instant now, int unfinished, int damaged, List<String> names) {
    boolean whole = window == Window.ALL;
    Instant since = now.minus(window.length());
    Instant from = whole ? oldest : since;
    Timeline.Part part = timeline.since(from == null ? now : from);
    Totals totals = new Totals(LabelSets.any());
    if (whole) {
      totals.add(all);
    } else {
      part.buckets().values().forEach(totals::add);
    }
    totals.raiseToZero();
    // Totals change when attempts are added: what is handed out must not.
    NavigableMap<Instant, SeriesPoint> series = new TreeMap<>();
    part.buckets().forEach((time, bucket) -> series.put(time, new SeriesPoint(bucket)));
    return new LedgerView(
        from,
        now,
        totals,
        part.width(),
        series,
        letters.values().stream()
            .flatMap(Deque::stream)
            .filter(letter -> whole || !letter.at().isBefore(since))
            .toList(),
        findings(whole ? Instant.MIN : since),
        unfinished,
        damaged,
        names,
        all.lastLanding());
  }

  private List<DriftFinding> findings(Instant since) {
    List<DriftFinding> findings = new ArrayList<>(drift);
    findings.removeIf(finding -> finding.at().isBefore(since));
    findings.sort(Comparator.comparing(DriftFinding::at).reversed());
    return findings;
  }
}
