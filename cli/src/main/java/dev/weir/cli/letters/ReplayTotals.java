package dev.weir.cli.letters;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.pipeline.Ledger;
import dev.weir.pipeline.Replay.Fate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The books of a replay. When it has got to its end, {@code chosen = already replayed + left out +
 * still refused + landed + duplicates + filtered}.
 *
 * <p>Used by one thread, and read by another after a signal.
 */
final class ReplayTotals {
  private long chosen;
  private long alreadyReplayed;
  private long given;
  private long landed;
  private long duplicates;
  private long filtered;
  private long cut;
  private final Map<String, Long> stillRefused = new TreeMap<>();

  /** Says which letters were asked for: those that are open, and those that were replayed. */
  synchronized void choose(long open, long replayed) {
    chosen = open + replayed;
    alreadyReplayed = replayed;
  }

  /** A letter was given out, and was not left out by the SQL. */
  synchronized void give() {
    given++;
  }

  /** A letter is still refused. */
  synchronized void refuse(String reason) {
    stillRefused.merge(reason, 1L, Long::sum);
  }

  /** A letter has only the beginning of its record. */
  synchronized void refuseCut(String reason) {
    cut++;
    refuse(reason);
  }

  /** A letter has come to its end. */
  synchronized void end(Fate fate) {
    switch (fate) {
      case LANDED -> landed++;
      case DUPLICATE -> duplicates++;
      case FILTERED -> filtered++;
      default -> throw new IllegalArgumentException("no end: " + fate);
    }
  }

  private long leftOut() {
    return chosen - alreadyReplayed - given;
  }

  private long refused() {
    return stillRefused.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Makes sure that every letter that was chosen is accounted for.
   *
   * @throws IllegalStateException if not: the replay has failed
   */
  synchronized void requireBalance() {
    if (given != landed + duplicates + filtered + refused()) {
      throw new IllegalStateException(
          "the replay's books do not balance: given %d, landed %d, duplicates %d, filtered %d, still refused %d"
              .formatted(given, landed, duplicates, filtered, refused()));
    }
  }

  /**
   * The summary for a person.
   *
   * @param dryRun whether nothing was done
   */
  synchronized String text(boolean dryRun) {
    StringBuilder text = new StringBuilder();
    if (dryRun) {
      text.append("Nothing was written (--dry-run).%n".formatted());
    }
    line(text, "chosen", chosen, "");
    line(text, "  already replayed", alreadyReplayed, "");
    line(text, "  left out by SQL", leftOut(), "");
    line(text, "  still refused", refused(), reasons());
    line(text, dryRun ? "  would land" : "  landed", landed, "");
    line(text, dryRun ? "  in the lake already" : "  duplicates", duplicates, "");
    line(text, "  filtered", filtered, "");
    if (cut > 0) {
      text.append(
          "%,d of those still refused were cut at limits.max_record_bytes: only their source has the whole record%n"
              .formatted(cut));
    }
    return text.toString();
  }

  private String reasons() {
    StringBuilder text = new StringBuilder();
    stillRefused.forEach(
        (reason, count) ->
            text.append(text.isEmpty() ? "" : ", ")
                .append(String.format(Locale.ROOT, "%s %,d", reason, count)));
    return text.toString();
  }

  private static void line(StringBuilder text, String name, long count, String detail) {
    text.append(String.format(Locale.ROOT, "%-22s %,12d  %s", name, count, detail).stripTrailing())
        .append(System.lineSeparator());
  }

  /** The summary as one JSON object. */
  synchronized byte[] json(boolean dryRun) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.writeStartObject();
      json.writeBooleanField("dry_run", dryRun);
      json.writeNumberField("chosen", chosen);
      json.writeNumberField("already_replayed", alreadyReplayed);
      json.writeNumberField("left_out", leftOut());
      json.writeNumberField("still_refused", refused());
      json.writeNumberField("landed", landed);
      json.writeNumberField("duplicates", duplicates);
      json.writeNumberField("filtered", filtered);
      json.writeNumberField("cut", cut);
      Ledger.writeCounts(json, "still_refused_by_reason", stillRefused);
      json.writeEndObject();
      json.writeRaw('\n');
    }
    return out.toByteArray();
  }
}
