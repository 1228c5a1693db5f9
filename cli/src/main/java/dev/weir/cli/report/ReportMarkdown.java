package dev.weir.cli.report;

import dev.weir.cli.ledger.Count;
import dev.weir.cli.ledger.DelayCounts;
import dev.weir.cli.ledger.DriftFinding;
import dev.weir.cli.ledger.LedgerView;
import dev.weir.cli.ledger.LetterExample;
import dev.weir.cli.ledger.Totals;
import dev.weir.cli.ledger.TypeTotals;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** The report as Markdown, for a terminal, a message or an issue. */
final class ReportMarkdown {
  private static final int MAX_ROWS = 300;

  private final StringBuilder text = new StringBuilder();
  private final LedgerView view;
  private final Totals totals;

  private ReportMarkdown(LedgerView view) {
    this.view = view;
    this.totals = view.totals();
  }

  /** The report. */
  static String of(LedgerView view, String lake) {
    return new ReportMarkdown(view).write(lake);
  }

  private String write(String lake) {
    line("# Weir report");
    line("");
    line(
        view.from() == null
            ? cell(lake) + ": the ledger is empty."
            : "%s, %s to %s".formatted(cell(lake), view.from(), view.to()));
    heading("What needs attention");
    List<Attention.Item> items = Attention.of(view);
    if (items.isEmpty()) {
      line("Nothing.");
    }
    for (Attention.Item item : items) {
      line("- **%s** %s".formatted(item.level().json(), cell(item.text())));
    }
    all();
    types();
    expectations();
    deadLetters();
    missing();
    drift();
    return text.toString();
  }

  private void expectations() {
    Map<String, Long> asked = totals.asked();
    if (asked.isEmpty()) {
      counts("Violations", "expectation", "violations", totals.violations());
      return;
    }
    heading("Accuracy by expectation");
    row("expectation", "asked of", "violations", "accuracy");
    row("---", "--:", "--:", "--:");
    for (Map.Entry<String, Long> events : asked.entrySet()) {
      long violations = totals.violations().getOrDefault(events.getKey(), 0L);
      row(
          cell(events.getKey()),
          number(events.getValue()),
          number(violations),
          Numbers.percent(1 - (double) violations / events.getValue()));
    }
  }

  private void all() {
    heading("In all");
    row("", "");
    row("---", "--:");
    for (Count count :
        new Count[] {
          Count.RECEIVED,
          Count.LANDED,
          Count.DUPLICATES,
          Count.CONFLICTS,
          Count.DEAD_LETTERS,
          Count.FILTERED,
          Count.CHECKED,
          Count.ACCURATE,
          Count.LATE,
          Count.FILES
        }) {
      row(count.json().replace('_', ' '), number(totals.count(count)));
    }
    row("bytes in", Numbers.bytes(totals.count(Count.BYTES_IN)));
    row("bytes written", Numbers.bytes(totals.count(Count.BYTES_OUT)));
    row("accuracy", accuracy(totals.count(Count.ACCURATE), totals.count(Count.CHECKED)));
    row("freshness, half", delay(totals.freshness(), 0.5));
    row("freshness, 95%", delay(totals.freshness(), 0.95));
    row("attempts landed", number(totals.count(Count.ATTEMPTS_LANDED)));
    row("attempts sealed", number(totals.count(Count.ATTEMPTS_SEALED)));
    row("attempts unfinished", number(view.unfinished()));
  }

  private void types() {
    heading("Event types");
    if (totals.types().isEmpty()) {
      line("None.");
      return;
    }
    row("type", "landed", "duplicates", "conflicts", "dead letters", "accuracy", "fresh, 95%");
    row("---", "--:", "--:", "--:", "--:", "--:", "--:");
    totals.types().entrySet().stream()
        .sorted(
            Comparator.comparing(
                (Map.Entry<String, TypeTotals> type) -> -type.getValue().count(Count.LANDED)))
        .limit(MAX_ROWS)
        .forEach(
            entry -> {
              TypeTotals type = entry.getValue();
              row(
                  entry.getKey(),
                  number(type.count(Count.LANDED)),
                  number(type.count(Count.DUPLICATES)),
                  number(type.count(Count.CONFLICTS)),
                  number(type.count(Count.DEAD_LETTERS)),
                  accuracy(type.count(Count.ACCURATE), type.count(Count.CHECKED)),
                  delay(type.freshness(), 0.95));
            });
  }

  private void deadLetters() {
    heading("Dead letters by reason");
    if (totals.deadLetters().isEmpty()) {
      line("None.");
      return;
    }
    row("reason", "records", "the latest batches with some");
    row("---", "--:", "---");
    totals.deadLetters().entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(MAX_ROWS)
        .forEach(
            reason -> row(reason.getKey(), number(reason.getValue()), positions(reason.getKey())));
  }

  private String positions(String reason) {
    return view.letters().stream()
        .filter(letter -> letter.reason().equals(reason))
        .map(ReportMarkdown::position)
        .collect(Collectors.joining("; "));
  }

  private static String position(LetterExample letter) {
    return "%s %s to %s".formatted(Numbers.name(letter.shard()), letter.first(), letter.last());
  }

  private void missing() {
    heading("Missing values");
    boolean none = true;
    for (Map.Entry<String, TypeTotals> type : totals.types().entrySet()) {
      for (Map.Entry<String, Long> field : type.getValue().missingValues().entrySet()) {
        if (none) {
          row("field", "type", "records");
          row("---", "---", "--:");
        }
        none = false;
        row(field.getKey(), type.getKey(), number(field.getValue()));
      }
    }
    if (none) {
      line("None.");
    }
  }

  private void drift() {
    heading("Fields that are not as they were");
    if (view.drift().isEmpty()) {
      line("None listed.");
      return;
    }
    row("type", "field", "what", "before", "now", "events");
    row("---", "---", "---", "---", "---", "--:");
    for (DriftFinding finding : view.drift()) {
      row(
          finding.eventType(),
          finding.path(),
          finding.kind(),
          finding.before() == null ? "" : finding.before(),
          finding.after() == null ? "" : finding.after(),
          number(finding.events()));
    }
  }

  private void counts(String title, String label, String what, Map<String, Long> counts) {
    heading(title);
    if (counts.isEmpty()) {
      line("None.");
      return;
    }
    row(label, what);
    row("---", "--:");
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(MAX_ROWS)
        .forEach(count -> row(count.getKey(), number(count.getValue())));
  }

  private void heading(String title) {
    line("");
    line("## " + title);
    line("");
  }

  private void row(String... cells) {
    text.append('|');
    for (String cell : cells) {
      text.append(' ').append(cell(cell)).append(" |");
    }
    text.append('\n');
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  /** A name as one that no Markdown takes for anything else, and that stays in its line. */
  private static String cell(String name) {
    StringBuilder escaped = new StringBuilder();
    for (char c : limited(name).toCharArray()) {
      switch (c) {
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '&' -> escaped.append("&amp;");
        case '|', '`', '*', '_', '~', '[', ']', '\\', '!', '#' -> escaped.append('\\').append(c);
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }

  private static String limited(String text) {
    // Attention's texts are longer than names, and have cleaned those in them.
    return text.length() > 1000 ? Numbers.name(text) : Numbers.printable(text);
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String accuracy(long accurate, long checked) {
    return checked == 0 ? "" : Numbers.percent((double) accurate / checked);
  }

  private static String delay(DelayCounts delays, double share) {
    OptionalDouble delay = delays.percentileSeconds(share);
    return delay.isPresent() ? Numbers.delay(delay.getAsDouble()) : "";
  }
}
