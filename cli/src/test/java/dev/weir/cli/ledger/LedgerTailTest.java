package dev.weir.cli.ledger;

import static dev.weir.cli.ledger.LedgerFolder.counts;
import static dev.weir.cli.ledger.LedgerFolder.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LedgerTailTest {
  private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");
  private static final Duration TRUST = Duration.ofHours(1);

  @TempDir private Path folder;
  private final MovedClock clock = new MovedClock(START);
  private LedgerFolder ledger;
  private LedgerTail tail;

  @BeforeEach
  void open() throws IOException {
    ledger = new LedgerFolder(folder);
    tail = tail(Instant.MIN);
  }

  @AfterEach
  void close() {
    tail.close();
  }

  private LedgerTail tail(Instant since) {
    return new LedgerTail(new FolderLedgerFiles(folder), since, TRUST, clock);
  }

  private String attempt(int number) {
    return id(clock.instant(), number);
  }

  private LedgerView view() throws IOException {
    tail.refresh();
    return tail.view(Window.ALL);
  }

  private static long landed(LedgerView view) {
    return view.totals().count(Count.LANDED);
  }

  @Test
  void eachRefreshAddsWhatIsNewAndNothingTwice() throws IOException {
    assertEquals(0, landed(view()));
    ledger.landed(attempt(1), clock.instant(), counts(5, 4, 1));
    assertEquals(4, landed(view()));
    assertEquals(4, landed(view()));

    clock.move(Duration.ofMinutes(2));
    ledger.landed(attempt(2), clock.instant(), counts(3, 3, 0));
    assertEquals(7, landed(view()));
    assertEquals(2, tail.view(Window.ALL).totals().count(Count.ATTEMPTS_LANDED));
  }

  @Test
  void anotherTailOfTheSameLedgerHasTheSameTotals() throws IOException {
    ledger.landed(attempt(1), clock.instant(), counts(5, 4, 1));
    view();
    clock.move(Duration.ofMinutes(1));
    ledger.landed(attempt(2), clock.instant(), counts(7, 7, 0));
    LedgerView followed = view();
    try (LedgerTail restarted = tail(Instant.MIN)) {
      restarted.refresh();
      LedgerView anew = restarted.view(Window.ALL);
      assertEquals(landed(followed), landed(anew));
      assertEquals(followed.series().keySet(), anew.series().keySet());
    }
  }

  @Test
  void planCountsOnceItsFilesAreThere() throws IOException {
    String attempt = attempt(1);
    ledger.plan(attempt, clock.instant(), 10, counts(5, 5, 0));
    LedgerView before = view();
    assertEquals(0, landed(before));
    assertEquals(1, before.unfinished());

    ledger.land(attempt, 10);
    LedgerView after = view();
    assertEquals(5, landed(after));
    assertEquals(0, after.unfinished());
  }

  @Test
  void fileThatIsASealDoesNotMakeItsPlanCount() throws IOException {
    String attempt = attempt(1);
    ledger.plan(attempt, clock.instant(), 10, counts(5, 5, 0)).land(attempt, 3);
    assertEquals(1, view().unfinished());

    ledger.sealed(attempt, 2);
    LedgerView after = view();
    assertEquals(2, landed(after));
    assertEquals(0, after.unfinished());
    assertEquals(1, after.totals().count(Count.ATTEMPTS_SEALED));
    assertEquals(0, after.totals().count(Count.ATTEMPTS_LANDED));
  }

  @Test
  void unfinishedPlanCountsOnceItIsOldAsForOneWhoReadsItThenForTheFirstTime() throws IOException {
    ledger.plan(attempt(1), clock.instant(), 10, counts(5, 5, 0));
    view();
    clock.move(TRUST);
    assertEquals(1, view().unfinished());
    assertEquals(0, landed(view()));

    clock.move(Duration.ofSeconds(1));
    LedgerView followed = view();
    try (LedgerTail restarted = tail(Instant.MIN)) {
      restarted.refresh();
      for (LedgerView one : List.of(followed, restarted.view(Window.ALL))) {
        assertEquals(5, landed(one));
        assertEquals(0, one.unfinished());
      }
    }
  }

  @Test
  void sealOfAnUnfinishedPlanThatHasBecomeOldCountsAlone() throws IOException {
    String attempt = attempt(1);
    ledger.plan(attempt, clock.instant(), 10, counts(5, 5, 0));
    view();
    ledger.sealed(attempt, 2);
    clock.move(TRUST.plusSeconds(1));
    LedgerView after = view();
    assertEquals(2, landed(after));
    assertEquals(0, after.totals().count(Count.ATTEMPTS_LANDED));
    assertEquals(0, after.unfinished());
  }

  @Test
  void planThatIsOldWhenFirstSeenCountsUntilASealSaysOtherwise() throws IOException {
    String attempt = attempt(1);
    ledger.plan(attempt, clock.instant(), 10, counts(5, 5, 0));
    clock.move(TRUST.plusSeconds(1));
    assertEquals(5, landed(view()));

    ledger.sealed(attempt, 2);
    clock.move(LedgerTail.FULL_EVERY);
    LedgerView after = view();
    assertEquals(2, landed(after));
    assertEquals(0, after.totals().count(Count.ATTEMPTS_LANDED));
    assertEquals(2, after.totals().types().get("__unknown__").count(Count.LANDED));
  }

  @Test
  void planThatComesLongAfterItsAttemptBeganIsFoundByTheNextFullListing() throws IOException {
    String slow = attempt(1);
    clock.move(LedgerTail.OVERLAP.multipliedBy(2));
    ledger.landed(attempt(2), clock.instant(), counts(1, 1, 0));
    view();
    ledger.landed(slow, clock.instant(), counts(8, 8, 0));
    assertEquals(1, landed(view()));
    clock.move(LedgerTail.FULL_EVERY);
    assertEquals(9, landed(view()));
  }

  @Test
  void damagedObjectsAreCountedAndLeftOut() throws IOException {
    String empty = attempt(1);
    String cut = attempt(2);
    String foreign = attempt(3);
    String negative = attempt(4);
    ledger
        .object(empty + ".json", "")
        .object(cut + ".json", "{\"attempt\":\"" + cut + "\",\"state\":\"planned\",\"received\":")
        .object(foreign + ".json", "{\"attempt\":\"" + cut + "\",\"state\":\"planned\"}")
        .object(
            negative + ".json",
            "{\"attempt\":\"" + negative + "\",\"state\":\"planned\",\"received\":-1}")
        .object("README.md", "nobody's")
        .landed(attempt(5), clock.instant(), counts(1, 1, 0));
    LedgerView view = view();
    assertEquals(1, landed(view));
    assertEquals(4, view.damaged());
    assertEquals(
        List.of(empty + ".json", cut + ".json", foreign + ".json", negative + ".json"),
        view.damagedNames());
    assertEquals(4, view().damaged());
  }

  @Test
  void fenceCountsNothing() throws IOException {
    ledger.fenced(attempt(1));
    LedgerView view = view();
    assertEquals(1, view.totals().count(Count.ATTEMPTS_FENCED));
    assertEquals(0, view.totals().count(Count.RECEIVED));
  }

  @Test
  void plansBeforeTheTimeThatIsAskedForDoNotCount() throws IOException {
    ledger.landed(attempt(1), clock.instant(), counts(1, 1, 0));
    clock.move(Duration.ofHours(2));
    ledger.landed(attempt(2), clock.instant(), counts(2, 2, 0));
    try (LedgerTail since = tail(clock.instant().minus(Duration.ofHours(1)))) {
      since.refresh();
      assertEquals(2, landed(since.view(Window.ALL)));
      since.refresh();
      assertEquals(2, landed(since.view(Window.ALL)));
    }
  }

  @Test
  void windowsHaveWhatLandedInThem() throws IOException {
    ledger.landed(attempt(1), clock.instant(), counts(1, 1, 0));
    clock.move(Duration.ofDays(3));
    ledger.landed(attempt(2), clock.instant(), counts(2, 2, 0));
    clock.move(Duration.ofHours(3));
    ledger.landed(attempt(3), clock.instant(), counts(4, 4, 0));
    tail.refresh();
    assertEquals(4, landed(tail.view(Window.HOUR)));
    assertEquals(6, landed(tail.view(Window.DAY)));
    assertEquals(7, landed(tail.view(Window.WEEK)));
    assertEquals(7, landed(tail.view(Window.ALL)));
    assertEquals(60, tail.view(Window.HOUR).bucketWidth().toSeconds());
    assertEquals(600, tail.view(Window.DAY).bucketWidth().toSeconds());
    assertEquals(3600, tail.view(Window.WEEK).bucketWidth().toSeconds());
    assertEquals(
        List.of(4L),
        tail.view(Window.HOUR).series().values().stream().map(t -> t.count(Count.LANDED)).toList());
  }

  @Test
  void typesAddUpToTheWhole() throws IOException {
    ledger
        .landed(
            attempt(1),
            clock.instant(),
            counts(9, 6, 3) + ",\"events_by_type\":{\"a\":4,\"b\":2}") // of an earlier version
        .landed(
            attempt(2),
            clock.instant(),
            """
            "received":12,"landed":5,"duplicates":3,"dead_letters":3,"filtered":1,"conflicts":1,
            "late":2,"checked":6,"accurate":4,"violations":{"x":2},"missing_values":{"id":1},
            "dead_letters_by_reason":{"missing_id":1,"expectation:x":1,"conflicting_duplicate":1},
            "delay_bounds_seconds":[0.1,0.5,1,5,10,30,60,120,300,600,1800,3600,10800,21600,43200,86400,259200,604800],
            "freshness_seconds":{"p50":1,"p95":2,"max":3,"sum":9.5,"counts":[0,1,2,3]},
            "quality":{
              "a":{"received":8,"landed":4,"duplicates":2,"filtered":1,
                "dead_letters":{"expectation:x":1},
                "checked":6,"accurate":4,"violations":{"x":2},
                "missing_values":{"payload.user":2},"late":2,
                "freshness_seconds":{"p50":1,"p95":2,"max":3,"sum":9.5,"counts":[0,1,2,3]},
                "something_new":{"a":[1]}},
              "b":{"received":2,"landed":1,"dead_letters":{"conflicting_duplicate":1},"conflicts":1}},
            "undecoded":{"received":2,"duplicates":1,"dead_letters":{"missing_id":1}},
            "drift":{"new_fields":3,"vanished_fields":0,"type_changes":1,"findings":[
              {"event_type":"a","path":"payload.x","kind":"new","before":null,"after":"string","events":2},
              {"event_type":"a","path":"payload.y","kind":"type_changed","before":"string","after":"number","events":1}]}""");
    LedgerView view = view();
    Map<String, TypeTotals> types = view.totals().types();
    assertEquals(List.of("__undecoded__", "__unknown__", "a", "b"), List.copyOf(types.keySet()));
    assertEquals(8, types.get("a").count(Count.LANDED));
    assertEquals(3, types.get("b").count(Count.LANDED));
    assertEquals(3, types.get("__unknown__").count(Count.DUPLICATES));
    assertEquals(1, types.get("__undecoded__").count(Count.DUPLICATES));
    assertEquals(Map.of("id", 1L), types.get("__undecoded__").missingValues());
    for (Count count :
        new Count[] {
          Count.LANDED,
          Count.DUPLICATES,
          Count.DEAD_LETTERS,
          Count.CONFLICTS,
          Count.FILTERED,
          Count.LATE,
          Count.CHECKED,
          Count.ACCURATE
        }) {
      assertEquals(
          view.totals().count(count),
          types.values().stream().mapToLong(type -> type.count(count)).sum(),
          count.toString());
    }
    assertEquals(Map.of("x", 2L), types.get("a").violations());
    assertEquals(Map.of("payload.user", 2L), types.get("a").missingValues());
    assertEquals(Map.of("new", 3L, "type_changed", 1L), view.totals().drift());
    assertEquals(Map.of("new", 2L), types.get("__unknown__").drift());
    assertEquals(2, view.drift().size());
    assertEquals(6, types.get("a").freshness().count());
    assertEquals(9.5, types.get("a").freshness().sumSeconds());
    assertEquals(0, view.totals().count(Count.ATTEMPTS_UNBALANCED));
  }

  @Test
  void recordsWithoutAFieldCountOnceHoweverOftenTheirBatchIsDelivered() throws IOException {
    String counted = "\"missing_values\":{\"id\":3,\"name\":1,\"time\":0},";
    ledger
        .landed(
            attempt(1),
            clock.instant(),
            counted
                + "\"received\":4,\"dead_letters\":4,\"undecoded\":{\"received\":4,"
                + "\"dead_letters\":{\"missing_id\":3,\"missing_name\":1}}")
        .landed(
            attempt(2),
            clock.instant(),
            counted
                + "\"received\":4,\"duplicates\":4,"
                + "\"undecoded\":{\"received\":4,\"duplicates\":4,\"dead_letters\":{}}");
    assertEquals(
        Map.of("id", 3L, "name", 1L), view().totals().types().get("__undecoded__").missingValues());
  }

  @Test
  void recordsWithoutAFieldInThePlanOfAnEarlierVersionCountAsItSays() throws IOException {
    ledger.landed(
        attempt(1), clock.instant(), counts(4, 4, 0) + ",\"missing_values\":{\"time\":2}");
    assertEquals(Map.of("time", 2L), view().totals().types().get("__undecoded__").missingValues());
  }

  @Test
  void attemptWhoseBooksDoNotBalanceIsCounted() throws IOException {
    ledger.landed(attempt(1), clock.instant(), counts(9, 6, 2));
    assertEquals(1, view().totals().count(Count.ATTEMPTS_UNBALANCED));
  }

  @Test
  void labelsBeyondTheBoundShareOne() throws IOException {
    for (int i = 0; i < 250; i++) {
      ledger.landed(
          attempt(i),
          clock.instant(),
          counts(1, 1, 0) + ",\"events_by_type\":{\"t%d\":1}".formatted(i));
    }
    Map<String, TypeTotals> types = view().totals().types();
    assertEquals(201, types.size());
    assertEquals(50, types.get("__other__").count(Count.LANDED));
  }

  @Test
  void labelsThatCameFirstAreToldApartHoweverTheLedgerIsCut() throws IOException {
    for (int i = 0; i < 90; i++) {
      ledger.landed(attempt(i), clock.instant(), counts(3, 3, 0) + types(999 - 3 * i, 3));
    }
    // A remote ledger is cut into smaller parts.
    try (LedgerTail cut =
        new LedgerTail(new Failing(new FolderLedgerFiles(folder)), Instant.MIN, TRUST, clock)) {
      cut.refresh();
      Map<String, TypeTotals> types = cut.view(Window.ALL).totals().types();
      assertEquals(201, types.size());
      assertEquals(70, types.get("__other__").count(Count.LANDED));
      assertEquals(view().totals().types().keySet(), types.keySet());
      assertEquals(types.keySet(), tail.view(Window.DAY).totals().types().keySet());
      // 66 attempts with 3 types, and the first two of the next one
      assertTrue(types.containsKey("t801") && types.containsKey("t802"));
      assertFalse(types.containsKey("t803"));
    }
  }

  @Test
  void countsAreTakenAwayFromTheLabelThatTheyWereAddedTo() throws IOException {
    ledger.landed(attempt(0), clock.instant(), counts(1, 1, 0) + types(1, 1));
    view();
    for (int i = 1; i <= 80; i++) {
      ledger.landed(attempt(i), clock.instant(), counts(3, 3, 0) + types(3 * i, 3));
    }
    String sealed = attempt(90);
    ledger.landed(sealed, clock.instant(), counts(9, 9, 0) + ",\"events_by_type\":{\"t1\":9}");
    assertEquals(10, view().totals().types().get("t1").count(Count.LANDED));
    ledger.sealed(sealed, 4);
    Map<String, TypeTotals> types = view().totals().types();
    assertEquals(1, types.get("t1").count(Count.LANDED));
    assertEquals(41, types.get("__other__").count(Count.LANDED));
  }

  private static String types(int first, int count) {
    return IntStream.range(first, first + count)
        .mapToObj("\"t%d\":1"::formatted)
        .collect(Collectors.joining(",", ",\"events_by_type\":{", "}"));
  }

  @Test
  void attemptOfAClockThatIsAheadIsTakenAwayAndNothingBecomesLessThanNothing() throws IOException {
    Instant ahead = clock.instant().plus(Duration.ofDays(4000));
    String attempt = attempt(1);
    ledger
        .landed(attempt, ahead, counts(5, 5, 0))
        .landed(attempt(2), clock.instant(), counts(2, 2, 0));
    assertEquals(7, landed(view()));
    clock.move(Duration.ofMinutes(5));
    ledger.sealed(attempt, 3);
    assertEquals(5, landed(view()));
    LedgerView hour = tail.view(Window.HOUR);
    assertEquals(5, landed(hour));
    assertTrue(hour.series().values().stream().allMatch(point -> point.count(Count.LANDED) >= 0));
    assertTrue(hour.series().values().stream().anyMatch(point -> point.count(Count.LANDED) > 0));
  }

  @Test
  void futureOfAClockThatIsAheadIsNow() throws IOException {
    Instant ahead = clock.instant().plus(Duration.ofDays(4000));
    ledger.landed(id(ahead, 1), ahead, counts(1, 1, 0));
    assertEquals(clock.instant(), view().lastLanding());
    ledger.landed(attempt(2), clock.instant(), counts(2, 2, 0));
    assertEquals(3, landed(view()));
    assertEquals(3, landed(tail.view(Window.HOUR)));
  }

  @Test
  void failedRefreshLosesNothing() throws IOException {
    for (int i = 0; i < 40; i++) {
      ledger.landed(attempt(i), clock.instant(), counts(1, 1, 0));
    }
    Failing failing = new Failing(new FolderLedgerFiles(folder));
    try (LedgerTail unlucky = new LedgerTail(failing, Instant.MIN, TRUST, clock)) {
      failing.failAt = 20;
      assertThrows(IOException.class, unlucky::refresh);
      failing.failAt = Integer.MAX_VALUE;
      unlucky.refresh();
      assertEquals(40, landed(unlucky.view(Window.ALL)));
    }
  }

  /** A store that fails at some read; its reads cost, so that few of them are made at a time. */
  private static final class Failing implements LedgerFiles {
    private final LedgerFiles files;
    private volatile int failAt = Integer.MAX_VALUE;
    private int reads;

    Failing(LedgerFiles files) {
      this.files = files;
    }

    @Override
    public List<String> names(String after) throws IOException {
      return files.names(after);
    }

    @Override
    public synchronized Optional<byte[]> read(String name) throws IOException {
      if (++reads >= failAt) {
        throw new IOException("no answer");
      }
      return files.read(name);
    }

    @Override
    public OptionalLong bytes(String key) throws IOException {
      return files.bytes(key);
    }

    @Override
    public Requests requests() {
      return files.requests();
    }

    @Override
    public boolean isRemote() {
      return true;
    }

    @Override
    public void close() {
      files.close();
    }
  }
}
