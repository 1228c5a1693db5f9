package dev.weir.pipeline;

import static dev.weir.pipeline.World.batch;
import static dev.weir.pipeline.World.event;
import static dev.weir.pipeline.World.expected;
import static dev.weir.pipeline.World.uuid;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.lake.FencedException;
import dev.weir.lake.ReplayMark;
import dev.weir.pipeline.Replay.Fate;
import dev.weir.pipeline.World.Arrival;
import dev.weir.pipeline.World.Process;
import dev.weir.transform.SqlTransform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dead letters on their way back, over the real parts and a real disk. */
class ReplayTest {
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
  void makeWorld() {
    world = new World(temp, transform);
  }

  /** The record that is no event, and what it was mended to. */
  private static final Arrival BAD = new Arrival(0, "{\"event_name\":\"a:x\"}");

  private static final Arrival MENDED = event(0, 1, "a", "{\"n\":1}");

  private Replay replay(Process process) throws IOException {
    return replay(process, StoreHook.NONE);
  }

  private Replay replay(Process process, StoreHook hook) throws IOException {
    return new Replay(
        process.pipeline(hook, process.attempts, pause -> {}), world.lake(hook), Clock.systemUTC());
  }

  @Test
  void eachRecordIsToldItsFate() throws Exception {
    try (Process process = world.start()) {
      process.pipeline().process(batch(BAD, event(100, 2, "a", "2"), event(200, 3, "a", "3")));

      Replay.Replayed replayed =
          replay(process)
              .process(
                  batch(
                      MENDED,
                      event(300, 1, "a", "{\"n\":1}"), // the same event once more
                      event(400, 2, "a", "2"), // in the lake
                      event(500, 3, "a", "33"), // a conflict
                      new Arrival(600, "still bad")),
                  Set.of());

      assertArrayEquals(
          new Fate[] {Fate.LANDED, Fate.DUPLICATE, Fate.DUPLICATE, Fate.REFUSED, Fate.REFUSED},
          replayed.fates());
      assertEquals("conflicting_duplicate", replayed.refusals()[3]);
      assertEquals("invalid_json", replayed.refusals()[4]);
      Ledger ledger = replayed.outcome().ledger();
      assertEquals(List.of(5L, 1L, 4L, 0L), counts(ledger));
    }
    assertEquals(List.of("0 missing_id"), world.deadLetters(), "a replay adds no dead letters");
    assertEquals(3, world.events().size());
    world.assertBooksBalance();
  }

  private static List<Long> counts(Ledger ledger) {
    return List.of(ledger.received(), ledger.landed(), ledger.duplicates(), ledger.deadLetters());
  }

  @Test
  void whatTheClaimsHaveForgottenAndTheLakeHasDoesNotLandAgain() throws Exception {
    try (Process process = world.start()) {
      process.pipeline().process(batch(MENDED));
    }
    forgetClaims();

    try (Process process = world.start()) {
      Replay.Replayed replayed =
          replay(process).process(batch(MENDED, event(9, 2, "a", "2")), Set.of(uuid(1)));

      assertArrayEquals(new Fate[] {Fate.DUPLICATE, Fate.LANDED}, replayed.fates());
    }
    assertEquals(expected(new TreeMap<>(Map.of(1, "{\"n\":1}", 2, "2"))), world.events());
    world.assertBooksBalance();
  }

  private void forgetClaims() throws IOException {
    Files.move(world.claimsFolder(), temp.resolve("forgotten"));
  }

  @Test
  void eventsThatTheSqlLeavesOutAreFiltered() throws Exception {
    try (SqlTransform filter = open("FROM events WHERE payload <> '2'")) {
      World filtering = new World(temp, filter);
      try (Process process = filtering.start()) {
        Replay.Replayed replayed =
            replay(process).process(batch(event(0, 1, "a", "1"), event(50, 2, "a", "2")), Set.of());

        assertArrayEquals(new Fate[] {Fate.LANDED, Fate.FILTERED}, replayed.fates());
      }
    }
  }

  @Test
  void twoReplaysAtOnceLandEachEventOnce() throws Exception {
    List<Arrival> mended = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      mended.add(event(i * 100L, i, "a", "1"));
    }
    int rounds = 5;
    try (Process process = world.start()) {
      ExecutorService threads = Executors.newFixedThreadPool(2);
      try (SqlTransform second = open(null)) {
        Replay one = replay(process);
        Replay other =
            new Replay(
                process.pipeline(second, StoreHook.NONE, process.attempts, pause -> {}),
                world.lake(StoreHook.NONE),
                Clock.systemUTC());
        for (int round = 0; round < rounds; round++) {
          List<Arrival> some = mended.subList(round * 8, round * 8 + 8);
          CyclicBarrier start = new CyclicBarrier(2);
          List<Callable<Long>> both =
              List.of(() -> landed(one, some, start), () -> landed(other, some, start));
          long landed = 0;
          for (Future<Long> result : threads.invokeAll(both)) {
            landed += result.get();
          }
          assertEquals(8, landed, "round " + round);
        }
      } finally {
        threads.shutdownNow();
      }
    }
    assertEquals(40, world.events().size());
    assertEquals(40, Set.copyOf(world.events()).size());
  }

  private static long landed(Replay replay, List<Arrival> records, CyclicBarrier start)
      throws Exception {
    start.await(30, TimeUnit.SECONDS);
    return Arrays.stream(replay.process(batch(records), Set.of()).fates())
        .filter(fate -> fate == Fate.LANDED)
        .count();
  }

  /** A process dies at each of its operations in turn, and another replays the same letters. */
  @ParameterizedTest
  @CsvSource({"false", "true"})
  void replayThatDiesAnywhereLandsEachEventOnceAtItsSecondTry(boolean afterApplying)
      throws Exception {
    int crashes = 0;
    for (int operation = 0; ; operation++) {
      world = new World(Files.createDirectory(temp.resolve("world-" + operation)), transform);
      FaultAt fault = new FaultAt(operation, afterApplying, true);
      try (Process process = world.start()) {
        process.pipeline().process(batch(BAD, event(100, 2, "a", "2")));
        tryToReplay(process, fault);
      }
      if (!fault.fired()) {
        break;
      }
      crashes++;
      try (Process process = world.start()) {
        tryToReplay(process, StoreHook.NONE);
        tryToReplay(process, StoreHook.NONE);
      }
      assertEquals(
          expected(new TreeMap<>(Map.of(1, "{\"n\":1}", 2, "2"))),
          world.events(),
          fault.toString());
      assertEquals(List.of("0 missing_id"), world.deadLetters(), fault.toString());
      assertTrue(marks() >= 2, fault.toString());
      world.assertBooksBalance();
    }
    assertTrue(crashes >= 5, "operations of a replay: " + crashes);
  }

  private void tryToReplay(Process process, StoreHook hook) throws IOException, FencedException {
    try {
      Replay replay = replay(process, hook);
      Replay.Replayed replayed = replay.process(batch(MENDED), Set.of());
      List<ReplayMark.Ended> ended = new ArrayList<>();
      for (Fate fate : replayed.fates()) {
        assertTrue(fate == Fate.LANDED || fate == Fate.DUPLICATE, fate.toString());
        ended.add(new ReplayMark.Ended(new UUID(1, 2), fate.name(), uuid(1)));
      }
      replay.mark(replayed, ended);
    } catch (IOException e) {
      if (hook == StoreHook.NONE) {
        throw e;
      }
    }
  }

  private int marks() throws IOException {
    return world.files("_weir/replayed").size();
  }
}
