package dev.weir.cli.report;

import dev.weir.cli.ledger.Count;
import dev.weir.cli.ledger.DelayCounts;
import dev.weir.cli.ledger.LedgerView;
import dev.weir.cli.ledger.Totals;
import dev.weir.cli.ledger.TypeTotals;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What needs attention, by fixed rules; docs/reference/monitor.md lists them with their thresholds.
 */
public final class Attention {
  /** How much it matters, the most first. */
  public enum Level {
    CRITICAL,
    WARNING,
    NOTE;

    /** The name in JSON. */
    public String json() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Something that needs attention.
   *
   * @param rule the rule's name
   * @param text what was found, with its numbers, and what to do; plain text that may hold names
   *     out of events
   */
  public record Item(Level level, String rule, String text) {}

  private static final double CRITICAL_ACCURACY = 0.99;
  private static final double CRITICAL_DEAD_LETTERS = 0.01;
  private static final double DUPLICATES = 0.10;
  private static final double LATE = 0.01;
  private static final double FRESHNESS_SECONDS = 3600;
  private static final long SMALL_FILE_BYTES = 1 << 20;
  private static final long SMALL_FILES = 1000;
  private static final int NAMED = 5;

  private final LedgerView view;
  private final Totals totals;
  private final List<Item> items = new ArrayList<>();

  private Attention(LedgerView view) {
    this.view = view;
    this.totals = view.totals();
  }

  /** What needs attention, what matters most first. */
  public static List<Item> of(LedgerView view) {
    Attention attention = new Attention(view);
    attention.lookAtLedger();
    attention.lookAtEvents();
    attention.lookAtFiles();
    attention.items.sort(Comparator.comparing(Item::level));
    return List.copyOf(attention.items);
  }

  private void lookAtLedger() {
    long unbalanced = totals.count(Count.ATTEMPTS_UNBALANCED);
    if (unbalanced > 0) {
      add(
          Level.CRITICAL,
          "books",
          "The books of %,d attempts do not balance: received is not landed + duplicates + dead"
              + " letters + filtered. That is a bug of Weir: please report it.",
          unbalanced);
    }
    if (view.damaged() > 0) {
      add(
          Level.CRITICAL,
          "damaged",
          "%,d objects of the ledger cannot be read and are in no number here, such as %s. Something"
              + " else has written to _weir/attempts.",
          view.damaged(),
          view.damagedNames().get(0));
    }
    if (view.unfinished() > 0) {
      add(
          Level.WARNING,
          "unfinished",
          "%,d attempts have planned and not landed everything yet. If that lasts, run the same"
              + " input again: Weir finishes or replaces them.",
          view.unfinished());
    }
  }

  private void lookAtEvents() {
    lookAtAccuracy();
    lookAtDeadLetters();
    long received = totals.count(Count.RECEIVED);
    double duplicates = share(totals.count(Count.DUPLICATES), received);
    if (duplicates > DUPLICATES) {
      add(
          Level.NOTE,
          "duplicates",
          "%s of the records are duplicates (%,d of %,d). None of them landed twice; the source"
              + " repeats itself, or the same input was given again.",
          percent(duplicates),
          totals.count(Count.DUPLICATES),
          received);
    }
    double late = share(totals.count(Count.LATE), totals.answeredFor());
    if (late > LATE) {
      add(
          Level.WARNING,
          "late",
          "%s of the events came late (%,d).",
          percent(late),
          totals.count(Count.LATE));
    }
    DelayCounts freshness = totals.freshness();
    OptionalDouble p95 = freshness.percentileSeconds(0.95);
    if (p95.isPresent() && p95.getAsDouble() > FRESHNESS_SECONDS) {
      add(
          Level.NOTE,
          "freshness",
          "Of the events, 5%% were older than %s when they landed. That is as it should be for a"
              + " backfill, and for no live stream.",
          Numbers.delay(p95.getAsDouble()));
    }
    Map<String, Long> drift = totals.drift();
    if (!drift.isEmpty()) {
      add(
          Level.WARNING,
          "drift",
          "Fields are not as they were: %,d new, %,d vanished, %,d with another type.",
          drift.getOrDefault("new", 0L),
          drift.getOrDefault("vanished", 0L),
          drift.getOrDefault("type_changed", 0L));
    }
  }

  private void lookAtAccuracy() {
    long checked = totals.count(Count.CHECKED);
    long inaccurate = checked - totals.count(Count.ACCURATE);
    if (inaccurate > 0) {
      double accuracy = 1 - share(inaccurate, checked);
      add(
          accuracy < CRITICAL_ACCURACY ? Level.CRITICAL : Level.WARNING,
          "accuracy",
          "Accuracy is %s: %,d of %,d checked events break an expectation%s.",
          percent(accuracy),
          inaccurate,
          checked,
          named(totals.violations()));
    }
  }

  private void lookAtDeadLetters() {
    long letters = totals.count(Count.DEAD_LETTERS);
    if (letters > 0) {
      double share = share(letters, totals.count(Count.RECEIVED));
      add(
          share > CRITICAL_DEAD_LETTERS ? Level.CRITICAL : Level.WARNING,
          "dead_letters",
          "%,d records are dead letters, %s of all%s.",
          letters,
          percent(share),
          named(totals.deadLetters()));
    }
    long conflicts = totals.count(Count.CONFLICTS);
    if (conflicts > 0) {
      add(
          Level.WARNING,
          "conflicts",
          "%,d records have the uuid of another event and other content%s.",
          conflicts,
          named(conflictsByType()));
    }
  }

  private Map<String, Long> conflictsByType() {
    Map<String, Long> conflicts = new TreeMap<>();
    for (Map.Entry<String, TypeTotals> type : totals.types().entrySet()) {
      long count = type.getValue().count(Count.CONFLICTS);
      if (count > 0) {
        conflicts.put(type.getKey(), count);
      }
    }
    return conflicts;
  }

  private void lookAtFiles() {
    long files = totals.count(Count.FILES);
    long mean = files == 0 ? 0 : totals.count(Count.BYTES_OUT) / files;
    if (files >= SMALL_FILES && mean < SMALL_FILE_BYTES) {
      add(
          Level.NOTE,
          "small_files",
          "Files are small: %,d of %s on average. Larger batches make fewer, and queries faster.",
          files,
          Numbers.bytes(mean));
    }
  }

  private void add(Level level, String rule, String format, Object... values) {
    items.add(new Item(level, rule, String.format(Locale.ROOT, format, values)));
  }

  /** The largest counts, in words; nothing where none is told. */
  private static String named(Map<String, Long> counts) {
    if (counts.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder(": ");
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(NAMED)
        .forEach(
            count ->
                text.append(text.length() > 2 ? ", " : "")
                    .append(Numbers.name(count.getKey()))
                    .append(String.format(Locale.ROOT, " %,d", count.getValue())));
    if (counts.size() > NAMED) {
      text.append(" and ").append(counts.size() - NAMED).append(" more");
    }
    return text.toString();
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  private static String percent(double share) {
    return Numbers.percent(share);
  }
}
