package dev.weir.sim;

import dev.weir.claim.Attempt;
import dev.weir.record.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What must be true, of the lake, the claims and what the source was told. Knows the records and
 * the stores, and shares no code with the pipeline.
 */
final class Audit {
  private static final int MOST = 20;

  private final Simulation simulation;
  private final List<Violation> violations = new ArrayList<>();

  Audit(Simulation simulation) {
    this.simulation = simulation;
  }

  List<Violation> violations() {
    return violations;
  }

  void violated(Violation.Kind kind, String message) {
    if (violations.size() < MOST) {
      violations.add(new Violation(kind, message));
      simulation.trace("!!", kind.toString(), message);
    }
  }

  private void require(boolean holds, Violation.Kind kind, String message, Object... subjects) {
    if (!holds) {
      violated(kind, message.formatted(subjects));
    }
  }

  // While it runs.

  /** I2 and I5: a plan is the first object at its key, and its books balance with its files. */
  void beforePut(String key, Entry entry, boolean taken) {
    require(!taken, Violation.Kind.KEY, "%s is written twice", key);
    require(entry.balances(), Violation.Kind.BOOKS, "%s does not balance: %s", key, entry);
    if (entry.state().equals("planned")) {
      require(
          entry.planned("events/") == entry.count("landed")
              && entry.planned("dead_letters/") == entry.count("dead_letters"),
          Violation.Kind.BOOKS,
          "%s plans other files than it counts: %s",
          key,
          entry);
    }
  }

  /** I2: a data key is written once, by its attempt or by a seal, and as its attempt planned. */
  void beforePut(String key, DataFile content, Run by, boolean taken) {
    require(!taken, Violation.Kind.KEY, "%s is written twice", key);
    Attempt owner = content.isSeal() ? content.sealed() : by.attempt;
    require(
        key.contains("/" + owner + "-")
            && (content.isSeal() || by.attempt.equals(content.attempt())),
        Violation.Kind.KEY,
        "%s is written by %s, which it does not belong to",
        key,
        by);
    Entry plan = simulation.objects.plan(owner);
    require(
        plan != null && plan.files().containsKey(key),
        Violation.Kind.KEY,
        "%s is written and was not planned",
        key);
  }

  /** I3: the old owner is fenced, every key that it planned is taken, and the uuid not among it. */
  void beforeRebind(UUID uuid, Attempt from) {
    Entry plan = simulation.objects.plan(from);
    if (plan == null) {
      violated(
          Violation.Kind.REBIND, "%s moves from %s, which may still plan".formatted(uuid, from));
      return;
    }
    for (String key : plan.files().keySet()) {
      DataFile present = simulation.objects.data().get(key);
      require(
          present != null,
          Violation.Kind.REBIND,
          "%s moves from %s, which may still write %s",
          uuid,
          from,
          key);
      require(
          present == null || present.rows().stream().noneMatch(row -> row.uuid().equals(uuid)),
          Violation.Kind.REBIND,
          "%s moves from %s, which has landed it",
          uuid,
          from);
    }
  }

  /** I4: what is acknowledged is in the lake, as its event's row or as a dead letter of its own. */
  void atAcknowledgement(Source.Record record, Run by) {
    Content content = record.content;
    if (content.filtered()) {
      return; // either nothing is to land, or a letter that the end will tell
    }
    for (DataFile file : simulation.objects.data().values()) {
      for (DataFile.Row row : file.rows()) {
        boolean accounts =
            row.reason() == null
                ? content.isEvent()
                    && row.uuid().equals(content.uuid())
                    && row.number() == content.number()
                : row.record() == record.index;
        if (accounts) {
          return;
        }
      }
    }
    violated(
        Violation.Kind.ACK,
        "%s was acknowledged by %s and is not in the lake".formatted(record, by));
  }

  // In the end.

  /** All rows of the lake, by what they account for. */
  private static final class Rows {
    private final Map<UUID, List<DataFile.Row>> events = new HashMap<>();
    private final Map<Integer, List<DataFile.Row>> letters = new HashMap<>();
    private long eventRows;
    private long letterRows;

    List<DataFile.Row> events(UUID uuid) {
      return events.getOrDefault(uuid, List.of());
    }

    List<DataFile.Row> letters(int record) {
      return letters.getOrDefault(record, List.of());
    }
  }

  /** Faults are over, everything was delivered, and nothing runs any more. */
  void inTheEnd() {
    Rows rows = readRows();
    for (Source.Record record : simulation.source.records()) {
      if (simulation.claimsGetLost) {
        landedAtLeastOnce(record, rows);
      } else {
        landedOnce(record, rows);
      }
    }
    if (!simulation.claimsGetLost) {
      rows.events.forEach(
          (uuid, same) ->
              require(
                  same.size() == 1,
                  Violation.Kind.DUPLICATED,
                  "%d rows of event %s",
                  same.size(),
                  uuid));
    }
    rows.letters.forEach(
        (record, same) ->
            require(
                same.size() == 1 || simulation.claimsGetLost,
                Violation.Kind.DUPLICATED,
                "%d dead letters of record %d",
                same.size(),
                record));
    booksAddUp(rows);
    simulation.tally.add(Tally.Count.EVENTS_LANDED, rows.eventRows);
    simulation.tally.add(Tally.Count.DEAD_LETTERS_LANDED, rows.letterRows);
  }

  private Rows readRows() {
    Rows rows = new Rows();
    simulation
        .objects
        .data()
        .forEach(
            (key, file) -> {
              String folder = key.substring(0, key.lastIndexOf('/'));
              for (DataFile.Row row : file.rows()) {
                checkRow(key, folder, file, row);
                if (row.reason() == null) {
                  rows.eventRows++;
                  rows.events.computeIfAbsent(row.uuid(), u -> new ArrayList<>(1)).add(row);
                } else {
                  rows.letterRows++;
                  rows.letters.computeIfAbsent(row.record(), r -> new ArrayList<>(1)).add(row);
                  simulation.tally.add(
                      Tally.Count.CONFLICTS_LANDED,
                      row.reason() == Reason.CONFLICTING_DUPLICATE ? 1 : 0);
                }
              }
            });
    return rows;
  }

  /** A row is what its record says, in the folder that it belongs to. */
  private void checkRow(String key, String folder, DataFile file, DataFile.Row row) {
    Content content = simulation.source.records().get(row.record()).content;
    boolean right =
        row.reason() == null
            ? content.isEvent()
                && row.uuid().equals(content.uuid())
                && row.number() == content.number()
                && !content.filtered()
            : row.reason() == (content.isEvent() ? Reason.CONFLICTING_DUPLICATE : content.reason());
    require(right, Violation.Kind.ALTERED, "%s in %s is not what was sent: %s", row, key, content);
    String expected =
        row.reason() == null
            ? file.layout().folder(content.date(), content.type())
            : Source.LETTERS;
    require(folder.equals(expected), Violation.Kind.MISPLACED, "%s is in %s", row, key);
  }

  private void landedOnce(Source.Record record, Rows rows) {
    Content content = record.content;
    int letters = rows.letters(record.index).size();
    boolean givenUp = record.discarded && !record.acknowledged;
    if (!content.isEvent()) {
      require(letters > 0 || givenUp, Violation.Kind.LOST, "no dead letter of %s", record);
      return;
    }
    List<DataFile.Row> events = rows.events(content.uuid());
    SimulatedClaims.Claim claim = simulation.claims.get(content.uuid());
    if (claim == null) {
      require(givenUp, Violation.Kind.LOST, "nobody owns %s", record);
      require(events.isEmpty() && letters == 0, Violation.Kind.ALTERED, "%s has no owner", record);
      return;
    }
    if (claim.hash() != content.hash()) {
      require(letters > 0 || givenUp, Violation.Kind.LOST, "no dead letter of %s", record);
      require(
          events.stream().noneMatch(row -> row.number() == content.number()),
          Violation.Kind.ALTERED,
          "%s is in the lake, and its uuid belongs to other content",
          record);
    } else {
      require(letters == 0, Violation.Kind.DUPLICATED, "%s is an event and a letter", record);
      require(
          givenUp
              || content.filtered()
              || events.stream().anyMatch(row -> row.number() == content.number()),
          Violation.Kind.LOST,
          "no row of %s",
          record);
    }
  }

  private void landedAtLeastOnce(Source.Record record, Rows rows) {
    Content content = record.content;
    boolean landed =
        !rows.letters(record.index).isEmpty()
            || (content.isEvent()
                && (content.filtered()
                    || rows.events(content.uuid()).stream()
                        .anyMatch(row -> row.number() == content.number())));
    require(
        landed || (record.discarded && !record.acknowledged),
        Violation.Kind.LOST,
        "no row and no letter of %s",
        record);
  }

  /**
   * What plans say has landed, or the entries beside them, is what is in the lake. The plan of an
   * attempt that nobody had a reason to fence stays a promise; that needs records that the source
   * gave up, or claims that were lost.
   */
  private void booksAddUp(Rows rows) {
    long events = 0;
    long letters = 0;
    boolean promisesMayStay =
        simulation.claimsGetLost
            || simulation.source.records().stream().anyMatch(record -> record.discarded);
    boolean allKept = true;
    Map<String, SimulatedObjects.Stored> entries = simulation.objects.entries();
    for (Map.Entry<String, SimulatedObjects.Stored> stored : entries.entrySet()) {
      Entry plan = stored.getValue().entry();
      if (!plan.state().equals("planned")) {
        continue;
      }
      int missing = 0;
      int seals = 0;
      for (String key : plan.files().keySet()) {
        DataFile file = simulation.objects.data().get(key);
        missing += file == null ? 1 : 0;
        seals += file != null && file.isSeal() ? 1 : 0;
      }
      SimulatedObjects.Stored sealed = entries.get(SimulatedObjects.sealedKey(stored.getKey()));
      boolean kept = missing == 0 && (seals == 0 || sealed != null);
      allKept &= kept;
      require(
          kept || promisesMayStay,
          Violation.Kind.BOOKS,
          "%s: %d planned files are missing, %d are seals, and %s entry of what counts",
          stored.getKey(),
          missing,
          seals,
          sealed == null ? "there is no" : "there is an");
      require(
          sealed == null || seals > 0,
          Violation.Kind.BOOKS,
          "%s has an entry beside it, and no file is sealed",
          stored.getKey());
      Entry counts = sealed == null ? plan : sealed.entry();
      events += counts.count("landed");
      letters += counts.count("dead_letters");
    }
    require(
        !allKept || (events == rows.eventRows && letters == rows.letterRows),
        Violation.Kind.BOOKS,
        "plans count %d events and %d dead letters, the lake has %d and %d",
        events,
        letters,
        rows.eventRows,
        rows.letterRows);
  }
}
