package dev.weir.pipeline;

import static dev.weir.pipeline.World.batch;
import static dev.weir.pipeline.World.event;
import static dev.weir.pipeline.World.expected;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.lake.FencedException;
import dev.weir.pipeline.World.Arrival;
import dev.weir.pipeline.World.Process;
import dev.weir.record.Batch;
import dev.weir.record.Reason;
import dev.weir.transform.SqlTransform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The protocol with its real parts, on a real disk. */
class PipelineTest {
  @TempDir private static Path shared;
  private static SqlTransform transform;

  @TempDir private Path temp;
  private World world;

  @BeforeAll
  static void startEngine() throws Exception {
    transform = open(null);
  }

  private static SqlTransform open(String sql) throws Exception {
    return SqlTransform.open(
        new SqlTransform.Options(sql, false, 256L << 20, shared.resolve("staging"), 3, 64));
  }

  @AfterAll
  static void stopEngine() {
    transform.close();
  }

  @BeforeEach
  void newWorld() {
    world = new World(temp, transform);
  }

  private static TreeMap<Integer, String> payloads(int from, int to) {
    TreeMap<Integer, String> payloads = new TreeMap<>();
    IntStream.range(from, to).forEach(i -> payloads.put(i, "{\"n\":" + i + "}"));
    return payloads;
  }

  private static Arrival plain(long offset, int id) {
    return event(offset, id, "type" + id % 3, "{\"n\":" + id + "}");
  }

  @Test
  void batchLandsWithItsBooks() throws Exception {
    Outcome outcome;
    try (Process process = world.start()) {
      outcome =
          process
              .pipeline()
              .process(
                  batch(
                      plain(0, 1),
                      new Arrival(100, "{\"a\":"),
                      plain(200, 2),
                      new Arrival(300, "[]")));
    }
    assertEquals(expected(payloads(1, 3)), world.events());
    assertEquals(List.of("100 truncated_json", "300 not_an_object"), world.deadLetters());
    Ledger ledger = outcome.ledger();
    assertEquals(4, ledger.received());
    assertEquals(2, ledger.landed());
    assertEquals(2, ledger.deadLetters());
    assertEquals(0, ledger.duplicates() + ledger.filtered() + ledger.conflicts());
    assertArrayEquals(new int[0], outcome.redeliver());
    world.assertBooksBalance();
    try (var left = Files.list(shared.resolve("staging"))) {
      assertEquals(List.of(), left.filter(p -> !p.endsWith("spill")).toList());
    }
  }

  @Test
  void emptyBatchIsAcknowledged() throws Exception {
    try (Process process = world.start()) {
      Outcome outcome = process.pipeline().process(batch());
      assertEquals(0, outcome.ledger().received());
      assertArrayEquals(new int[0], outcome.redeliver());
    }
    world.assertBooksBalance();
  }

  @Test
  void duplicateInsideABatchLandsOnce() throws Exception {
    try (Process process = world.start()) {
      Ledger ledger =
          process.pipeline().process(batch(plain(0, 1), plain(1, 2), plain(2, 1))).ledger();
      assertEquals(2, ledger.landed());
      assertEquals(1, ledger.duplicates());
    }
    assertEquals(expected(payloads(1, 3)), world.events());
  }

  @Test
  void duplicateAcrossBatchesAndProcessesLandsOnce() throws Exception {
    try (Process process = world.start()) {
      Pipeline pipeline = process.pipeline();
      pipeline.process(batch(plain(0, 1), plain(1, 2)));
      assertEquals(1, pipeline.process(batch(plain(2, 2), plain(3, 3))).ledger().duplicates());
    }
    try (Process process = world.start()) {
      Outcome again =
          process.pipeline().process(batch(plain(0, 1), plain(1, 2), plain(2, 2), plain(3, 3)));
      assertEquals(4, again.ledger().duplicates());
      assertEquals(0, again.ledger().files());
    }
    assertEquals(expected(payloads(1, 4)), world.events());
    world.assertBooksBalance();
  }

  @Test
  void deadLetterOfTheSameRecordLandsOnce() throws Exception {
    for (int run = 0; run < 3; run++) {
      try (Process process = world.start()) {
        process.pipeline().process(batch(new Arrival(7, "nonsense")));
      }
    }
    assertEquals(List.of("7 invalid_json"), world.deadLetters());
  }

  @Test
  void eventUnderTheUuidOfADeadLetterStopsNothing() throws Exception {
    Arrival bad = new Arrival(7, "nonsense");
    try (Process process = world.start()) {
      process.pipeline().process(batch(bad));
    }
    String uuid =
        world.query("SELECT dead_letter_uuid::VARCHAR FROM {table}", "dead_letters").get(0);
    world = new World(temp.resolve("other"), transform);
    try (Process process = world.start()) {
      Arrival crafted =
          new Arrival(
              0, "{\"event_uuid\":\"%s\",\"event_name\":\"a\",\"created_at\":1}".formatted(uuid));
      process.pipeline().process(batch(crafted));
      Ledger ledger = process.pipeline().process(batch(bad, plain(8, 1))).ledger();
      assertEquals(1, ledger.landed());
      assertEquals(1, ledger.duplicates());
    }
  }

  @Test
  void otherContentUnderOneUuidIsADeadLetterInOneBatchAndAcross() throws Exception {
    Arrival first = event(0, 1, "a", "{\"n\":1}");
    Arrival other = event(1, 1, "a", "{\"n\":2}");
    Arrival third = event(2, 1, "a", "{\"n\":3}");
    try (Process process = world.start()) {
      Ledger ledger = process.pipeline().process(batch(first, other)).ledger();
      assertEquals(1, ledger.landed());
      assertEquals(1, ledger.conflicts());
      assertEquals(1, ledger.deadLettersByReason().get(Reason.CONFLICTING_DUPLICATE.code()));
    }
    try (Process process = world.start()) {
      process.pipeline().process(batch(third));
      for (int replay = 0; replay < 2; replay++) {
        process.pipeline().process(batch(first, other, third));
        process.pipeline().process(batch(other, third));
        process.pipeline().process(batch(third, first));
      }
    }
    assertEquals(expected(payloads(1, 2)), world.events());
    assertEquals(
        List.of("1 conflicting_duplicate", "2 conflicting_duplicate"), world.deadLetters());
    assertEquals(
        List.of(World.uuid(1).toString()),
        world.query("SELECT DISTINCT event_uuid::VARCHAR FROM {table}", "dead_letters"));
    world.assertBooksBalance();
  }

  /** What a record is must not depend on what else its batch holds. */
  @ParameterizedTest
  @CsvSource({"1,1,1,1", "4", "2,2", "1,3", "3,1"})
  void conflictsAreToldByTheOwnersContentHoweverTheBatchIsCut(
      @org.junit.jupiter.params.aggregator.AggregateWith(Cuts.class) int[] cuts) throws Exception {
    try (Process process = world.start()) {
      process.pipeline().process(batch(event(0, 1, "a", "{\"n\":1}")));
      List<Arrival> rest =
          List.of(
              event(1, 1, "a", "{\"n\":2}"),
              event(2, 1, "a", "{\"n\":2}"),
              event(3, 1, "a", "{\"n\":1}"),
              event(4, 1, "a", "{\"n\":1}"));
      int at = 0;
      for (int cut : cuts) {
        process.pipeline().process(batch(rest.subList(at, at + cut)));
        at += cut;
      }
    }
    assertEquals(expected(payloads(1, 2)), world.events());
    assertEquals(
        List.of("1 conflicting_duplicate", "2 conflicting_duplicate"), world.deadLetters());
    world.assertBooksBalance();
  }

  static final class Cuts implements org.junit.jupiter.params.aggregator.ArgumentsAggregator {
    @Override
    public Object aggregateArguments(
        org.junit.jupiter.params.aggregator.ArgumentsAccessor arguments,
        org.junit.jupiter.api.extension.ParameterContext context) {
      return arguments.toList().stream().mapToInt(a -> Integer.parseInt((String) a)).toArray();
    }
  }

  @Test
  void contentThatADeadOwnerClaimedIsTakenOverByTheRowThatHasIt() throws Exception {
    Arrival owned = event(0, 1, "a", "{\"n\":1}");
    Arrival other = event(1, 1, "a", "{\"n\":2}");
    crashAt("put", false, batch(owned));
    try (Process process = world.start()) {
      // The conflicting row stands first; the owner's content comes behind it.
      Ledger ledger =
          process
              .pipeline()
              .process(batch(other, event(2, 1, "a", "{\"n\":1}"), plain(3, 2), plain(4, 3)))
              .ledger();
      assertEquals(3, ledger.landed());
      assertEquals(1, ledger.conflicts());
      process.pipeline().process(batch(owned, other));
    }
    assertEquals(expected(payloads(1, 4)), world.events());
    assertEquals(List.of("1 conflicting_duplicate"), world.deadLetters());
  }

  /** Crashes a process at the first operation of a kind. */
  private void crashAt(String operation, boolean applied, Batch batch) throws Exception {
    StoreHook crash =
        new StoreHook() {
          private boolean dead;

          @Override
          public void before(String op, String subject) throws IOException {
            dead |= !applied && op.equals(operation);
            if (dead) {
              throw new IOException("dead");
            }
          }

          @Override
          public void after(String op, String subject) throws IOException {
            dead |= applied && op.equals(operation);
            if (dead) {
              throw new IOException("dead");
            }
          }
        };
    try (Process process = world.start(crash)) {
      assertThrows(IOException.class, () -> process.pipeline().process(batch));
    }
  }

  /** A process that dies when some of its data objects stand and others do not. */
  private void landPartly(int objects, Batch batch) throws Exception {
    StoreHook hook =
        new StoreHook() {
          private int landed;

          @Override
          public void before(String operation, String subject) throws IOException {
            if (operation.equals("done")
                || (operation.equals("put")
                    && !subject.startsWith("_weir")
                    && landed++ >= objects)) {
              throw new IOException("dead");
            }
          }
        };
    try (Process process = world.start(hook)) {
      assertThrows(IOException.class, () -> process.pipeline().process(batch));
    }
  }

  @Test
  void partlyLandedAttemptIsFencedAndOnlyTheRestIsTakenOver() throws Exception {
    Batch batch =
        batch(plain(0, 1), plain(1, 2), plain(2, 3), plain(3, 4), new Arrival(4, "nonsense"));
    landPartly(2, batch);
    int before = world.events().size();
    assertTrue(before > 0 && before < 4, "partly landed: " + before);
    try (Process process = world.start()) {
      Ledger ledger = process.pipeline().process(batch).ledger();
      assertEquals(4 - before, ledger.landed());
      assertEquals(before, ledger.duplicates());
      // The uuids that the fenced attempt landed stay its own; they are met again.
      assertEquals(5, process.pipeline().process(batch).ledger().duplicates());
    }
    try (Process process = world.start()) {
      assertEquals(5, process.pipeline().process(batch).ledger().duplicates());
    }
    assertEquals(expected(payloads(1, 5)), world.events());
    assertEquals(List.of("4 invalid_json"), world.deadLetters());
    world.assertBooksBalance();
  }

  @Test
  void sealsStandInTheLakeAndShowNoRows() throws Exception {
    Batch batch = batch(plain(0, 1), plain(1, 2), plain(2, 3));
    landPartly(1, batch);
    assertEquals(1, world.files("events").size());
    try (Process process = world.start()) {
      process.pipeline().process(batch);
    }
    assertEquals(5, world.files("events").size(), "one landed, two seals, two taken over");
    assertEquals(expected(payloads(1, 4)), world.events());
    assertEquals(
        List.of("date,event_type"),
        world.query(
            "SELECT string_agg(column_name, ',') FROM (DESCRIBE SELECT * FROM {table})"
                + " WHERE column_name IN ('date', 'event_type')",
            "events"));
  }

  /**
   * At every operation of a batch that meets duplicates, conflicts, dead letters and a partly
   * landed dead attempt. A crash behind an operation is one before the next.
   */
  @ParameterizedTest
  @CsvSource({"true,false", "false,false", "false,true"})
  void faultAtAnyOperationLandsEachEventOnce(boolean crash, boolean applied) throws Exception {
    List<Arrival> arrivals = new ArrayList<>();
    for (int i = 1; i <= 6; i++) {
      arrivals.add(plain(i, i));
    }
    arrivals.add(new Arrival(7, "nonsense"));
    arrivals.add(event(8, 2, "type2", "{\"n\":22}"));
    arrivals.add(plain(9, 7));
    arrivals.add(plain(10, 3));
    arrivals.add(new Arrival(11, "7"));
    arrivals.add(event(12, 8, "type2", "{\"n\":88}"));
    arrivals.add(event(13, 8, "type2", "{\"n\":8}"));
    List<List<Integer>> cuts =
        List.of(List.of(13), List.of(4, 9), List.of(1, 1, 6, 5), List.of(12, 1), List.of(2, 10, 1));

    // Before: event 8 is owned with other content than arrival 12, and an attempt died half-way.
    Path before = temp.resolve("before");
    world = new World(before, transform);
    try (Process process = world.start()) {
      process.pipeline().process(batch(event(0, 8, "type2", "{\"n\":8}")));
    }
    landPartly(1, batch(arrivals.subList(0, 8)));

    FaultAt fault = new FaultAt(0, applied, crash);
    for (int index = 0; index == 0 || fault.isMet(); index++) {
      Path folder = temp.resolve("%d".formatted(index));
      copy(before, folder);
      world = new World(folder, transform);

      fault = new FaultAt(index, applied, crash);
      try (Process process = world.start(fault)) {
        Pipeline pipeline = process.pipeline();
        try {
          pipeline.process(batch(arrivals.subList(0, 11)));
        } catch (IOException e) {
          if (!crash) {
            pipeline.process(batch(arrivals.subList(2, 13)));
          }
        }
      }
      try (Process process = world.start()) {
        Pipeline pipeline = process.pipeline();
        int at = 0;
        for (int size : cuts.get(index % cuts.size())) {
          Outcome outcome = pipeline.process(batch(arrivals.subList(at, at + size)));
          assertArrayEquals(new int[0], outcome.redeliver());
          at += size;
        }
        assertEquals(
            13, pipeline.process(batch(arrivals)).ledger().duplicates(), "replay: " + fault);
      }
      assertEquals(expected(payloads(1, 9)), world.events(), fault.toString());
      assertEquals(
          List.of(
              "7 invalid_json",
              "8 conflicting_duplicate",
              "11 not_an_object",
              "12 conflicting_duplicate"),
          world.deadLetters(),
          fault.toString());
      world.assertBooksBalance();
    }
    assertTrue(temp.resolve("12").toFile().exists(), "too few operations were met");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path)));
      }
    }
  }

  @Test
  void attemptThatIsFencedBeforeItsPlanLandsNothing() throws Exception {
    zombieAt("put", "_weir/attempts/");
  }

  @Test
  void attemptThatIsFencedBeforeItLandsLandsNothing() throws Exception {
    zombieAt("put", "events/");
  }

  @Test
  void attemptThatIsFencedBeforeItsDeadLettersLandLandsThemOnce() throws Exception {
    zombieAt("put", "dead_letters/");
  }

  @Test
  void attemptThatIsFencedBeforeItAsksForOwnersLandsNothing() throws Exception {
    zombieAt("knownDone", "");
  }

  /** While one attempt stands still before an operation, another fences it and takes all over. */
  private void zombieAt(String operation, String subjectPrefix) throws Exception {
    try (Process process = world.start()) {
      process.pipeline().process(batch(plain(0, 1)));
      Batch batch = batch(plain(1, 1), plain(2, 2), plain(3, 3), new Arrival(4, "nonsense"));
      Pipeline other = process.pipeline(StoreHook.NONE, owner -> true, duration -> {});
      List<Outcome> others = new ArrayList<>();
      StoreHook pausing =
          new StoreHook() {
            @Override
            public void before(String op, String subject) throws IOException {
              if (others.isEmpty() && op.equals(operation) && subject.contains(subjectPrefix)) {
                try {
                  others.add(other.process(batch));
                } catch (FencedException e) {
                  throw new IOException(e);
                }
              }
            }
          };
      Pipeline zombie = process.pipeline(pausing, process.attempts, duration -> {});
      assertThrows(FencedException.class, () -> zombie.process(batch));
      assertEquals(1, others.size());
      assertArrayEquals(new int[0], others.get(0).redeliver());
      assertEquals(4, process.pipeline().process(batch).ledger().duplicates());
    }
    assertEquals(expected(payloads(1, 4)), world.events());
    assertEquals(List.of("4 invalid_json"), world.deadLetters());
    world.assertBooksBalance();
  }

  @Test
  void recordsOfALiveOwnerAreRedeliveredUntilItIsDone() throws Exception {
    try (Process process = world.start()) {
      List<Outcome> others = new ArrayList<>();
      Pipeline other = process.pipeline();
      StoreHook beforePlan =
          new StoreHook() {
            @Override
            public void before(String operation, String subject) throws IOException {
              if (operation.equals("put") && others.isEmpty()) {
                try {
                  others.add(
                      other.process(
                          batch(plain(9, 9), plain(2, 2), plain(8, 8), plain(1, 1), plain(5, 1))));
                } catch (FencedException e) {
                  throw new IOException(e);
                }
              }
            }
          };
      process
          .pipeline(beforePlan, process.attempts, duration -> {})
          .process(batch(plain(1, 1), plain(2, 2)));
      assertArrayEquals(new int[] {1, 3, 4}, others.get(0).redeliver());
      assertEquals(2, others.get(0).ledger().landed());
      Outcome again = other.process(batch(plain(2, 2), plain(1, 1), plain(5, 1)));
      assertArrayEquals(new int[0], again.redeliver());
      assertEquals(3, again.ledger().duplicates());
    }
    TreeMap<Integer, String> payloads = payloads(1, 3);
    payloads.putAll(payloads(8, 10));
    assertEquals(expected(payloads), world.events());
  }

  /** Not only the first of equal events waits: each is acknowledged by itself. */
  @Test
  void everyEventWithTheContentOfALiveOwnerWaitsForIt() throws Exception {
    try (Process process = world.start()) {
      List<Outcome> others = new ArrayList<>();
      Pipeline other = process.pipeline();
      StoreHook beforePlan =
          new StoreHook() {
            @Override
            public void before(String operation, String subject) throws IOException {
              if (operation.equals("put") && others.isEmpty()) {
                try {
                  others.add(
                      other.process(
                          batch(
                              event(1, 1, "type1", "{\"n\":99}"),
                              plain(2, 1),
                              plain(3, 1),
                              plain(4, 1))));
                } catch (FencedException e) {
                  throw new IOException(e);
                }
              }
            }
          };
      process.pipeline(beforePlan, process.attempts, duration -> {}).process(batch(plain(0, 1)));
      assertArrayEquals(new int[] {1, 2, 3}, others.get(0).redeliver());
      assertEquals(1, others.get(0).ledger().conflicts());
      assertEquals(3, others.get(0).ledger().duplicates());
    }
    assertEquals(expected(payloads(1, 2)), world.events());
    assertEquals(List.of("1 conflicting_duplicate"), world.deadLetters());
  }

  @Test
  void pendingOwnerIsAcknowledgedOnlyOnceItIsDone() throws Exception {
    waitForLiveOwner(false);
  }

  @Test
  void recordsOfAnOwnerThatFailsMeanwhileAreRedelivered() throws Exception {
    waitForLiveOwner(true);
  }

  private void waitForLiveOwner(boolean ownerFails) throws Exception {
    CountDownLatch claimed = new CountDownLatch(1);
    CountDownLatch mayGoOn = new CountDownLatch(1);
    StoreHook held =
        new StoreHook() {
          @Override
          public void before(String operation, String subject) throws IOException {
            if (operation.equals("put") && subject.startsWith("_weir")) {
              claimed.countDown();
              await(mayGoOn);
              if (ownerFails) {
                throw new IOException("the plan was not put");
              }
            }
          }
        };
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Process process = world.start()) {
      Batch batch = batch(plain(1, 1), plain(2, 2));
      Pipeline owner = process.pipeline(held, process.attempts, duration -> {});
      Future<Outcome> owned = thread.submit(() -> owner.process(batch));
      await(claimed);
      List<String> whileWaiting = new ArrayList<>();
      Pause untilTheOwnerIsOver =
          duration -> {
            try {
              whileWaiting.addAll(world.events());
              mayGoOn.countDown();
              owned.get(30, TimeUnit.SECONDS);
            } catch (java.util.concurrent.ExecutionException e) {
              assertTrue(ownerFails);
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          };
      Pipeline waiting = process.pipeline(StoreHook.NONE, process.attempts, untilTheOwnerIsOver);
      Outcome outcome = waiting.process(batch(plain(3, 3), plain(2, 2)));
      assertEquals(List.of(expected(payloads(3, 4)).get(0)), whileWaiting);
      assertArrayEquals(ownerFails ? new int[] {1} : new int[0], outcome.redeliver());
      assertEquals(1, outcome.ledger().duplicates());
      if (ownerFails) {
        assertEquals(1, waiting.process(batch(plain(2, 2))).ledger().landed());
        assertEquals(1, waiting.process(batch).ledger().landed());
      }
    } finally {
      thread.shutdownNow();
    }
    assertEquals(expected(payloads(1, 4)), world.events());
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new IOException("waited too long");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void workersWithTheSameEventsAgreeOnEveryOne() throws Exception {
    int workers = 3;
    ExecutorService pool = Executors.newFixedThreadPool(workers);
    List<SqlTransform> engines = new ArrayList<>();
    try (Process process = world.start()) {
      List<Future<Object>> runs = new ArrayList<>();
      for (int worker = 0; worker < workers; worker++) {
        SqlTransform engine = open(null);
        engines.add(engine);
        Pipeline pipeline =
            process.pipeline(engine, StoreHook.NONE, process.attempts, d -> Thread.yield());
        int size = 3 + 4 * worker;
        runs.add(
            pool.submit(
                () -> {
                  for (int from = 0; from < 60; from += size) {
                    List<Arrival> part = new ArrayList<>();
                    for (int id = from; id < Math.min(60, from + size); id++) {
                      part.add(plain(id, id));
                    }
                    part.add(new Arrival(1_000 + from / 10, "nonsense"));
                    Batch rest = batch(part);
                    while (rest.count() > 0) {
                      rest = rest.select(pipeline.process(rest).redeliver());
                    }
                  }
                  return null;
                }));
      }
      for (Future<Object> run : runs) {
        run.get(60, TimeUnit.SECONDS);
      }
    } finally {
      pool.shutdownNow();
      engines.forEach(SqlTransform::close);
    }
    assertEquals(expected(payloads(0, 60)), world.events());
    List<String> letters = world.deadLetters();
    assertEquals(letters.stream().distinct().toList(), letters);
    world.assertBooksBalance();
  }

  @Test
  void doneHintThatIsLostCostsNothing() throws Exception {
    StoreHook noHints =
        new StoreHook() {
          @Override
          public void before(String operation, String subject) throws IOException {
            if (operation.equals("done")) {
              throw new IOException("lost");
            }
          }
        };
    try (Process process = world.start(noHints)) {
      Pipeline pipeline = process.pipeline();
      assertEquals(2, pipeline.process(batch(plain(0, 1), plain(1, 2))).ledger().landed());
      assertEquals(2, pipeline.process(batch(plain(0, 1), plain(1, 2))).ledger().duplicates());
    }
    assertEquals(expected(payloads(1, 3)), world.events());
  }
}
