package dev.weir.cli.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.cli.ledger.Count;
import dev.weir.cli.ledger.DelayCounts;
import dev.weir.cli.ledger.DriftFinding;
import dev.weir.cli.ledger.LedgerView;
import dev.weir.cli.ledger.LetterExample;
import dev.weir.cli.ledger.SeriesPoint;
import dev.weir.cli.ledger.Totals;
import dev.weir.cli.ledger.TypeTotals;
import dev.weir.wiring.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger says as one JSON object, as docs/reference/monitor.md describes it: what the
 * monitor answers, what its page and the report show, and {@code weir report --format json}.
 *
 * <p>Characters that end a script element, or steer a terminal, are escaped: the text can stand in
 * a page.
 */
public final class ReportJson {
  private static final Count[] TOTALS = {
    Count.RECEIVED,
    Count.LANDED,
    Count.DUPLICATES,
    Count.CONFLICTS,
    Count.DEAD_LETTERS,
    Count.FILTERED,
    Count.LATE,
    Count.CHECKED,
    Count.ACCURATE,
    Count.BYTES_IN,
    Count.BYTES_OUT,
    Count.FILES
  };

  private static final Count[] BY_TYPE = {
    Count.LANDED,
    Count.DUPLICATES,
    Count.CONFLICTS,
    Count.DEAD_LETTERS,
    Count.FILTERED,
    Count.LATE,
    Count.CHECKED,
    Count.ACCURATE
  };

  private final JsonGenerator json;
  private final LedgerView view;
  private final Totals totals;

  private ReportJson(JsonGenerator json, LedgerView view) {
    this.json = json;
    this.view = view;
    this.totals = view.totals();
  }

  /**
   * The object, ending with a line break.
   *
   * @param lake where the lake is, for people
   * @param window the name of the span that is looked at
   * @param stale why it may be out of date; null if nothing speaks for that
   */
  public static byte[] of(LedgerView view, String lake, String window, @Nullable String stale)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.setCharacterEscapes(new PageEscapes());
      new ReportJson(json, view).write(lake, window, stale);
      json.writeRaw('\n');
    }
    return out.toByteArray();
  }

  private void write(String lake, String window, @Nullable String stale) throws IOException {
    json.writeStartObject();
    json.writeStringField("lake", lake);
    json.writeStringField("version", Version.CURRENT);
    json.writeStringField("window", window);
    time("from", view.from());
    time("to", view.to());
    json.writeStringField("stale", stale);
    attention();
    ledger();
    json.writeObjectFieldStart("totals");
    counts(TOTALS, totals::count);
    share("accuracy", totals.count(Count.ACCURATE), totals.count(Count.CHECKED));
    json.writeEndObject();
    delays("freshness_seconds", totals.freshness());
    delays("arrival_lag_seconds", totals.arrivalLag());
    eventTypes();
    expectations();
    deadLetters();
    missingValues();
    fileSizes();
    drift();
    series();
    json.writeEndObject();
  }

  private void attention() throws IOException {
    json.writeArrayFieldStart("attention");
    for (Attention.Item item : Attention.of(view)) {
      json.writeStartObject();
      json.writeStringField("level", item.level().json());
      json.writeStringField("rule", item.rule());
      json.writeStringField("text", item.text());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void ledger() throws IOException {
    json.writeObjectFieldStart("ledger");
    json.writeNumberField("landed", totals.count(Count.ATTEMPTS_LANDED));
    json.writeNumberField("sealed", totals.count(Count.ATTEMPTS_SEALED));
    json.writeNumberField("fenced", totals.count(Count.ATTEMPTS_FENCED));
    json.writeNumberField("unfinished", view.unfinished());
    json.writeNumberField("unbalanced", totals.count(Count.ATTEMPTS_UNBALANCED));
    json.writeNumberField("damaged", view.damaged());
    json.writeArrayFieldStart("damaged_names");
    for (String name : view.damagedNames()) {
      json.writeString(name);
    }
    json.writeEndArray();
    time("last_landing", view.lastLanding());
    json.writeEndObject();
  }

  private void eventTypes() throws IOException {
    json.writeArrayFieldStart("event_types");
    for (Map.Entry<String, TypeTotals> entry : totals.types().entrySet()) {
      TypeTotals type = entry.getValue();
      json.writeStartObject();
      json.writeStringField("event_type", entry.getKey());
      counts(BY_TYPE, type::count);
      share("accuracy", type.count(Count.ACCURATE), type.count(Count.CHECKED));
      map("violations", type.violations());
      delays("freshness_seconds", type.freshness());
      delays("arrival_lag_seconds", type.arrivalLag());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void expectations() throws IOException {
    json.writeArrayFieldStart("expectations");
    Map<String, Long> asked = totals.asked();
    Map<String, Long> broken = totals.violations();
    Set<String> names = new TreeSet<>(asked.keySet());
    names.addAll(broken.keySet());
    for (String name : names) {
      long violations = broken.getOrDefault(name, 0L);
      long events = asked.getOrDefault(name, totals.count(Count.CHECKED));
      json.writeStartObject();
      json.writeStringField("expectation", name);
      json.writeNumberField("asked", events);
      json.writeNumberField("violations", violations);
      json.writeObjectFieldStart("event_types");
      for (Map.Entry<String, TypeTotals> type : totals.types().entrySet()) {
        Long count = type.getValue().violations().get(name);
        if (count != null) {
          json.writeNumberField(type.getKey(), count);
        }
      }
      json.writeEndObject();
      share("accuracy", events - violations, events);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void deadLetters() throws IOException {
    json.writeArrayFieldStart("dead_letters");
    for (Map.Entry<String, Long> reason : totals.deadLetters().entrySet()) {
      json.writeStartObject();
      json.writeStringField("reason", reason.getKey());
      json.writeNumberField("count", reason.getValue());
      json.writeArrayFieldStart("examples");
      for (LetterExample letter : view.letters()) {
        if (letter.reason().equals(reason.getKey())) {
          letter(letter);
        }
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void letter(LetterExample letter) throws IOException {
    json.writeStartObject();
    time("at", letter.at());
    json.writeStringField("attempt", letter.attempt());
    json.writeStringField("stream", letter.stream());
    json.writeStringField("shard_id", letter.shard());
    json.writeStringField("first_sequence_number", letter.first());
    json.writeStringField("last_sequence_number", letter.last());
    json.writeEndObject();
  }

  private void missingValues() throws IOException {
    json.writeArrayFieldStart("missing_values");
    for (Map.Entry<String, TypeTotals> type : totals.types().entrySet()) {
      for (Map.Entry<String, Long> field : type.getValue().missingValues().entrySet()) {
        json.writeStartObject();
        json.writeStringField("field", field.getKey());
        json.writeStringField("event_type", type.getKey());
        json.writeNumberField("count", field.getValue());
        json.writeEndObject();
      }
    }
    json.writeEndArray();
  }

  private void fileSizes() throws IOException {
    json.writeArrayFieldStart("file_sizes");
    long[] bounds = Totals.fileBounds();
    long[] sizes = totals.fileSizes();
    for (int i = 0; i < sizes.length; i++) {
      json.writeStartObject();
      if (i < bounds.length) {
        json.writeNumberField("up_to_bytes", bounds[i]);
      } else {
        json.writeNullField("up_to_bytes");
      }
      json.writeNumberField("files", sizes[i]);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void drift() throws IOException {
    json.writeObjectFieldStart("drift");
    for (String kind : new String[] {"new", "vanished", "type_changed"}) {
      json.writeNumberField(kind, totals.drift().getOrDefault(kind, 0L));
    }
    json.writeArrayFieldStart("findings");
    for (DriftFinding finding : view.drift()) {
      json.writeStartObject();
      time("at", finding.at());
      json.writeStringField("event_type", finding.eventType());
      json.writeStringField("path", finding.path());
      json.writeStringField("kind", finding.kind());
      json.writeStringField("before", finding.before());
      json.writeStringField("after", finding.after());
      json.writeNumberField("events", finding.events());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void series() throws IOException {
    json.writeObjectFieldStart("series");
    json.writeNumberField("bucket_seconds", view.bucketWidth().toSeconds());
    json.writeArrayFieldStart("buckets");
    for (Map.Entry<Instant, SeriesPoint> bucket : view.series().entrySet()) {
      SeriesPoint of = bucket.getValue();
      json.writeStartObject();
      time("at", bucket.getKey());
      counts(TOTALS, of::count);
      share("accuracy", of.count(Count.ACCURATE), of.count(Count.CHECKED));
      DelayCounts freshness = of.freshness();
      number("freshness_p50_seconds", freshness.percentileSeconds(0.5));
      number("freshness_p95_seconds", freshness.percentileSeconds(0.95));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** A count by its name. */
  private interface Counted {
    long of(Count count);
  }

  private void counts(Count[] names, Counted counted) throws IOException {
    for (Count count : names) {
      json.writeNumberField(count.json(), counted.of(count));
    }
  }

  private void map(String name, Map<String, Long> counts) throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, Long> count : new TreeMap<>(counts).entrySet()) {
      json.writeNumberField(count.getKey(), count.getValue());
    }
    json.writeEndObject();
  }

  private void delays(String name, DelayCounts delays) throws IOException {
    json.writeObjectFieldStart(name);
    json.writeNumberField("count", delays.count());
    json.writeNumberField("sum", delays.sumSeconds());
    number("p50", delays.percentileSeconds(0.5));
    number("p95", delays.percentileSeconds(0.95));
    json.writeNumberField("max", delays.maxSeconds());
    json.writeEndObject();
  }

  /** Null where there is no whole. */
  private void share(String name, long part, long whole) throws IOException {
    number(name, whole == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) part / whole));
  }

  private void number(String name, OptionalDouble number) throws IOException {
    if (number.isPresent()) {
      json.writeNumberField(name, number.getAsDouble());
    } else {
      json.writeNullField(name);
    }
  }

  private void time(String name, @Nullable Instant time) throws IOException {
    json.writeStringField(name, time == null ? null : time.toString());
  }
}
