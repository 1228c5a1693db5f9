package dev.weir.cli.ledger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.weir.claim.Attempt;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads one object of the ledger, member by member, and skips those it does not know: newer
 * versions may write more, earlier ones wrote less. Safe for use by several threads.
 */
final class EntryParser {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxDocumentLength(1L << 30).build())
          .build();

  private static final Map<String, Count> NUMBERS =
      Map.ofEntries(
          Map.entry("received", Count.RECEIVED),
          Map.entry("landed", Count.LANDED),
          Map.entry("duplicates", Count.DUPLICATES),
          Map.entry("conflicts", Count.CONFLICTS),
          Map.entry("dead_letters", Count.DEAD_LETTERS),
          Map.entry("filtered", Count.FILTERED),
          Map.entry("late", Count.LATE),
          Map.entry("checked", Count.CHECKED),
          Map.entry("accurate", Count.ACCURATE),
          Map.entry("bytes_in", Count.BYTES_IN),
          Map.entry("bytes_out", Count.BYTES_OUT));

  private static final Map<String, String> DRIFT =
      Map.of("new_fields", "new", "vanished_fields", "vanished", "type_changes", "type_changed");

  /** A number of a list that the parser reads; the most that any version could mean. */
  private static final int MAX_BOUNDS = 256;

  private EntryParser() {}

  /**
   * Reads an object.
   *
   * @param attempt whose it is by its key
   * @param trustedBefore of plans that are older, the keys of the files are not read: nobody looks
   *     for them
   * @throws IOException if it is no plan, fence or entry of a sealed plan
   */
  static AttemptEntry parse(Attempt attempt, byte[] content, Instant trustedBefore)
      throws IOException {
    try (JsonParser json = JSON.createParser(content)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("it is no JSON object");
      }
      return new OneObject(json, new AttemptEntry(attempt), trustedBefore).read();
    } catch (DateTimeException e) {
      throw new IOException("planned_at is no time: " + e.getMessage(), e);
    }
  }

  /** The reading of one object. */
  private static final class OneObject {
    private final JsonParser json;
    private final AttemptEntry entry;
    private final Instant trustedBefore;
    private boolean stateIsKnown;
    private double[] bounds = new double[0];
    private final List<Delays> delays = new ArrayList<>();
    private final long[] numbers = new long[MAX_BOUNDS];

    /** A distribution, until it is known by which bounds it was counted. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Delays(DelayCounts into, long[] counts, double sum, double max) {}

    OneObject(JsonParser json, AttemptEntry entry, Instant trustedBefore) {
      this.json = json;
      this.entry = entry;
      this.trustedBefore = trustedBefore;
    }

    AttemptEntry read() throws IOException {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        member(name);
      }
      if (!json.hasToken(JsonToken.END_OBJECT)) {
        throw new IOException("it is cut off");
      }
      if (!stateIsKnown) {
        throw new IOException("it has no state");
      }
      delays.forEach(one -> one.into().add(bounds, one.counts(), one.sum(), one.max()));
      entry.counts[Count.FILES.ordinal()] = entry.files.size();
      return entry;
    }

    private void member(String name) throws IOException {
      switch (name) {
        case "attempt" -> requireOwn(text());
        case "state" -> state(text());
        case "planned_at" -> entry.plannedAt = Instant.parse(text());
        case "dead_letters_by_reason" -> numbers(entry.deadLettersByReason);
        case "missing_values" -> numbers(entry.missingValues);
        case "events_by_type" -> numbers(entry.eventsByType);
        case "violations" -> numbers(entry.violations);
        case "delay_bounds_seconds" -> bounds = doubles();
        case "freshness_seconds" -> delays(entry.freshness);
        case "arrival_lag_seconds" -> delays(entry.arrivalLag);
        case "quality" -> quality();
        case "undecoded" -> undecoded();
        case "drift" -> drift();
        case "files" -> files();
        case "sources" -> sources();
        default -> count(name);
      }
    }

    private void count(String name) throws IOException {
      Count count = NUMBERS.get(name);
      if (count == null) {
        json.skipChildren();
      } else {
        entry.counts[count.ordinal()] = number();
      }
    }

    private void requireOwn(String attempt) throws IOException {
      if (!attempt.equals(entry.attempt.toString())) {
        throw new IOException("it is the object of another attempt");
      }
    }

    private void state(String state) throws IOException {
      entry.state =
          switch (state) {
            case "planned" -> AttemptEntry.State.PLANNED;
            case "sealed" -> AttemptEntry.State.SEALED;
            case "fenced" -> AttemptEntry.State.FENCED;
            default -> throw new IOException("its state is none that is known");
          };
      stateIsKnown = true;
    }

    private void quality() throws IOException {
      while (nextMember()) {
        String type = json.currentName();
        json.nextToken();
        type(entry.types.computeIfAbsent(type, t -> new TypeTotals()), new TreeMap<>());
      }
    }

    private void undecoded() throws IOException {
      Map<String, Long> letters = new TreeMap<>();
      type(entry.undecoded, letters);
      entry.undecodedLetters = letters;
    }

    /**
     * Reads what is told of a type.
     *
     * @param letters receives its dead letters by reason
     */
    private void type(TypeTotals type, Map<String, Long> letters) throws IOException {
      while (nextMember()) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "dead_letters" -> {
            if (json.hasToken(JsonToken.VALUE_NUMBER_INT)) {
              type.add(Count.DEAD_LETTERS, number());
            } else {
              numbers(letters);
              letters.values().forEach(count -> type.add(Count.DEAD_LETTERS, count));
            }
          }
          case "asked" -> counts(type.asked);
          case "violations" -> counts(type.violations);
          case "missing_values" -> counts(type.missingValues);
          case "freshness_seconds" -> delays(type.freshness);
          case "arrival_lag_seconds" -> delays(type.arrivalLag);
          default -> {
            Count count = NUMBERS.get(name);
            if (count == null) {
              json.skipChildren();
            } else {
              type.add(count, number());
            }
          }
        }
      }
    }

    private void delays(DelayCounts into) throws IOException {
      double sum = 0;
      double max = 0;
      long[] counts = new long[0];
      while (nextMember()) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "sum" -> sum = json.getDoubleValue();
          case "max" -> max = json.getDoubleValue();
          case "counts" -> counts = longs();
          default -> json.skipChildren();
        }
      }
      delays.add(new Delays(into, counts, sum, max));
    }

    private void drift() throws IOException {
      while (nextMember()) {
        String name = json.currentName();
        json.nextToken();
        String kind = DRIFT.get(name);
        if (kind != null) {
          entry.drift.put(kind, number());
        } else if (name.equals("findings") && json.hasToken(JsonToken.START_ARRAY)) {
          while (json.nextToken() == JsonToken.START_OBJECT) {
            entry.findings.add(finding());
          }
        } else {
          json.skipChildren();
        }
      }
    }

    private AttemptEntry.Drift finding() throws IOException {
      String type = "";
      String path = "";
      String kind = "";
      @Nullable String before = null;
      @Nullable String after = null;
      long events = 0;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "event_type" -> type = text();
          case "path" -> path = text();
          case "kind" -> kind = text();
          case "before" -> before = json.getValueAsString(null);
          case "after" -> after = json.getValueAsString(null);
          case "events" -> events = number();
          default -> json.skipChildren();
        }
      }
      return new AttemptEntry.Drift(type, path, kind, before, after, events);
    }

    private void files() throws IOException {
      Instant plannedAt = entry.plannedAt;
      boolean trusted = plannedAt != null && plannedAt.isBefore(trustedBefore);
      while (nextElement()) {
        String key = "";
        long bytes = 0;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          json.nextToken();
          switch (name) {
            case "key" -> key = trusted ? "" : text();
            case "bytes" -> bytes = number();
            default -> json.skipChildren();
          }
        }
        entry.files.add(new AttemptEntry.PlannedFile(key, bytes));
      }
    }

    private void sources() throws IOException {
      while (nextElement()) {
        String stream = "";
        String shard = "";
        String first = "";
        String last = "";
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          json.nextToken();
          switch (name) {
            case "stream" -> stream = text();
            case "shard_id" -> shard = text();
            case "first_sequence_number" -> first = text();
            case "last_sequence_number" -> last = text();
            default -> json.skipChildren();
          }
        }
        entry.sources.add(new AttemptEntry.Source(stream, shard, first, last));
      }
    }

    private void numbers(Map<String, Long> into) throws IOException {
      while (nextMember()) {
        String name = json.currentName();
        json.nextToken();
        into.put(name, number());
      }
    }

    private void counts(Counts into) throws IOException {
      while (nextMember()) {
        String name = json.currentName();
        json.nextToken();
        into.add(name, number());
      }
    }

    private long[] longs() throws IOException {
      int count = 0;
      requireArray();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        requireRoom(count);
        numbers[count++] = number();
      }
      return Arrays.copyOf(numbers, count);
    }

    private double[] doubles() throws IOException {
      List<Double> numbers = new ArrayList<>();
      requireArray();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        requireRoom(numbers.size());
        numbers.add(json.getDoubleValue());
      }
      return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static void requireRoom(int count) throws IOException {
      if (count >= MAX_BOUNDS) {
        throw new IOException("a list of counts is too long");
      }
    }

    private void requireArray() throws IOException {
      if (!json.hasToken(JsonToken.START_ARRAY)) {
        throw new IOException("a member is not what its name says");
      }
    }

    /** Goes to the next member of the object that is open, or past its end. */
    private boolean nextMember() throws IOException {
      if (json.hasToken(JsonToken.VALUE_NULL)) {
        return false;
      }
      return json.nextToken() == JsonToken.FIELD_NAME;
    }

    private boolean nextElement() throws IOException {
      return json.nextToken() == JsonToken.START_OBJECT;
    }

    private long number() throws IOException {
      long number = json.getLongValue();
      if (number < 0) {
        throw new IOException("a count is negative");
      }
      return number;
    }

    private String text() throws IOException {
      return Objects.requireNonNullElse(json.getValueAsString(), "");
    }
  }
}
