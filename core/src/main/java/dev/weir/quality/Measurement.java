package dev.weir.quality;

import dev.weir.decode.Events;
import dev.weir.decode.PayloadPath;
import dev.weir.record.Batch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the books of a batch's quality, once it is known what becomes of each event. Safe for use
 * by several threads.
 */
public final class Measurement {
  private final List<Expectation> expectations;
  private final List<String> watched;
  private final long lateAfterMicros;
  private final int maxEventTypes;
  private final @Nullable Drift drift;

  /**
   * A measurement.
   *
   * @param options what is measured
   * @param drift what fields are compared with; null to not compare
   */
  public Measurement(QualityOptions options, @Nullable Drift drift) {
    this.expectations = options.expectations();
    this.watched =
        options.watch().stream().map(PayloadPath::toString).map("payload."::concat).toList();
    this.lateAfterMicros =
        options.lateAfter() == null ? Long.MAX_VALUE : options.lateAfter().toNanos() / 1_000;
    this.maxEventTypes = options.maxEventTypes();
    this.drift = drift;
  }

  /** A measurement of nothing but counts and delays by event type. */
  public static Measurement plain() {
    return new Measurement(QualityOptions.NONE, null);
  }

  /** The books of a batch that is planned now. */
  public QualityBooks books(Inspection inspection, Fate fate, Instant now) {
    Tallies tallies = new Tallies(inspection);
    tallies.addAll(fate, now);
    FieldsByType fields = drift == null ? FieldsByType.NONE : tallies.fields();
    QualityBooks.DriftFindings findings =
        drift == null
            ? null
            : new QualityBooks.DriftFindings(drift.compare(fields.types()), drift.errors());
    return new QualityBooks(tallies.books(), tallies.undecoded(fate), findings, fields);
  }

  /** Takes note that the batch of these books has landed. */
  public void landed(QualityBooks books) {
    if (drift != null) {
      drift.learn(books.fields());
    }
  }

  /** The counts of one event type while they are made. */
  private static final class Tally {
    long received;
    long landed;
    long duplicates;
    long filtered;
    final Map<String, Long> deadLetters = new TreeMap<>();
    long checked;
    long accurate;
    final long[] asked;
    final long[] violations;
    final long[] missing;
    long missingPayload;
    long late;
    final Delays freshness = new Delays();
    final Delays arrivalLag = new Delays();

    Tally(int expectations, int watched) {
      this.asked = new long[expectations];
      this.violations = new long[expectations];
      this.missing = new long[watched];
    }
  }

  private final class Tallies {
    private final Inspection inspection;
    private final Events events;
    private final Map<String, Tally> byType = new HashMap<>();
    private final Tally[] byName;
    private final long[] byGroup;
    private final long[] checkedByName;
    private final Map<String, Long> undecodedLetters = new TreeMap<>();

    Tallies(Inspection inspection) {
      this.inspection = inspection;
      this.events = inspection.events();
      this.byName = new Tally[events.names.size()];
      this.byGroup = new long[inspection.groups().size()];
      this.checkedByName = new long[byName.length];
      long[] received = new long[byName.length];
      for (int row = 0; row < events.count; row++) {
        received[events.name[row]]++;
      }
      Set<String> kept = mostFrequent(received);
      for (int name = 0; name < byName.length; name++) {
        String type = events.names.get(name).type();
        byName[name] =
            byType.computeIfAbsent(
                kept.contains(type) ? type : QualityBooks.OTHER,
                t -> new Tally(expectations.size(), watched.size()));
        byName[name].received += received[name];
      }
    }

    private Set<String> mostFrequent(long[] received) {
      Map<String, Long> counts = new HashMap<>();
      for (int name = 0; name < received.length; name++) {
        counts.merge(events.names.get(name).type(), received[name], Long::sum);
      }
      List<String> types = new ArrayList<>(counts.keySet());
      if (types.size() > maxEventTypes) {
        types.sort(
            Comparator.comparing((String type) -> counts.getOrDefault(type, 0L))
                .reversed()
                .thenComparing(Comparator.naturalOrder()));
        types = types.subList(0, maxEventTypes);
      }
      return new HashSet<>(types);
    }

    void addAll(Fate fate, Instant now) {
      long nowMicros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
      int[] rows = fate.rows();
      for (int i = 0; i < fate.count(); i++) {
        int row = rows[i];
        Tally tally = byName[events.name[row]];
        long created = events.createdMicros[row];
        long arrival = events.batch.arrivalMicros(events.record[row]);
        tally.freshness.add(nowMicros - created);
        tally.arrivalLag.add(nowMicros - arrival);
        examine(row, tally, created, arrival);
        tally.filtered++; // what lands of them is taken away below
      }
      long[] landed = fate.landedByName();
      for (int name = 0; name < landed.length; name++) {
        byName[name].landed += landed[name];
        byName[name].filtered -= landed[name];
      }
      for (int row : inspection.dropped()) {
        Tally tally = byName[events.name[row]];
        examine(row, tally);
        tally.filtered++;
      }
      boolean[] duplicates = fate.duplicates();
      for (int row = 0; row < duplicates.length; row++) {
        byName[events.name[row]].duplicates += duplicates[row] ? 1 : 0;
      }
      fate.deadLetters(this::addLetter);
      addGroups();
      addAsked();
    }

    private void addLetter(int row, String reason) {
      if (row < 0) {
        undecodedLetters.merge(reason, 1L, Long::sum);
        return;
      }
      Tally tally = byName[events.name[row]];
      tally.deadLetters.merge(reason, 1L, Long::sum);
      if (inspection.isRefused(row)) {
        examine(row, tally);
      }
    }

    private void examine(int row, Tally tally) {
      Batch batch = events.batch;
      examine(row, tally, events.createdMicros[row], batch.arrivalMicros(events.record[row]));
    }

    private void examine(int row, Tally tally, long created, long arrival) {
      tally.late += arrival - created > lateAfterMicros ? 1 : 0;
      tally.missingPayload += events.isPayloadMissing(row) ? 1 : 0;
      if (byGroup.length > 0) {
        byGroup[inspection.group(row)]++;
      }
      if (inspection.isChecked(row)) {
        long broken = inspection.broken(row);
        tally.checked++;
        checkedByName[events.name[row]]++;
        if (broken == 0) {
          tally.accurate++;
        }
        for (; broken != 0; broken &= broken - 1) {
          tally.violations[Long.numberOfTrailingZeros(broken)]++;
        }
      }
    }

    /** All events of a name are asked the same. */
    private void addAsked() {
      for (int name = 0; name < checkedByName.length; name++) {
        long[] asked = byName[name].asked;
        for (long bits = inspection.asked(name); bits != 0; bits &= bits - 1) {
          asked[Long.numberOfTrailingZeros(bits)] += checkedByName[name];
        }
      }
    }

    private void addGroups() {
      for (int group = 0; group < byGroup.length; group++) {
        Inspection.Group members = inspection.groups().get(group);
        long[] missing = byName[members.name()].missing;
        for (long bits = members.shape().missing(); bits != 0; bits &= bits - 1) {
          missing[Long.numberOfTrailingZeros(bits)] += byGroup[group];
        }
      }
    }

    FieldsByType fields() {
      Map<String, FieldCounts> fields = new TreeMap<>();
      for (int group = 0; group < byGroup.length; group++) {
        Inspection.Group members = inspection.groups().get(group);
        if (byGroup[group] > 0 && members.shape().kept()) {
          fields
              .computeIfAbsent(events.names.get(members.name()).type(), type -> new FieldCounts())
              .add(members.shape().fields(), byGroup[group]);
        }
      }
      return new FieldsByType(fields);
    }

    QualityBooks.Undecoded undecoded(Fate fate) {
      return new QualityBooks.Undecoded(
          events.batch.count() - events.count, fate.undecodedDuplicates(), undecodedLetters);
    }

    Map<String, TypeBooks> books() {
      Map<String, TypeBooks> books = new TreeMap<>();
      byType.forEach(
          (type, tally) -> {
            if (tally.received > 0) {
              books.put(type, books(tally));
            }
          });
      return books;
    }

    private TypeBooks books(Tally tally) {
      Map<String, Long> asked = new TreeMap<>();
      Map<String, Long> violations = new TreeMap<>();
      for (int i = 0; i < tally.violations.length; i++) {
        put(asked, expectations.get(i).name(), tally.asked[i]);
        put(violations, expectations.get(i).name(), tally.violations[i]);
      }
      Map<String, Long> missing = new TreeMap<>();
      put(missing, "payload", tally.missingPayload);
      for (int i = 0; i < tally.missing.length; i++) {
        put(missing, watched.get(i), tally.missing[i]);
      }
      return new TypeBooks(
          tally.received,
          tally.landed,
          tally.duplicates,
          tally.filtered,
          tally.deadLetters,
          tally.checked,
          tally.accurate,
          asked,
          violations,
          missing,
          tally.late,
          tally.freshness,
          tally.arrivalLag);
    }

    private static void put(Map<String, Long> counts, String name, long count) {
      if (count > 0) {
        counts.put(name, count);
      }
    }
  }
}
