package dev.weir.local;

import static dev.weir.local.TestFunction.answered;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Shards, lanes and the end of a mapping, over a stream and a function in memory. */
@Timeout(60)
class EventSourceMappingTest {
  private static final MappingOptions OPTIONS =
      MappingOptions.defaults()
          .withPauses(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofMillis(1));

  private final TestStream stream = new TestStream();
  private final TestFunction function = new TestFunction();

  @Test
  void recordsOfOneReadGoTogetherInBatchesOfTheGivenSize() throws Exception {
    stream.shard("a").put("a", Records.range(1, 10));
    MappingSnapshot end = deliver(OPTIONS.withBatches(4, Duration.ZERO, 1), 10);
    assertEquals(
        List.of(List.of(1, 2, 3, 4), List.of(5, 6, 7, 8), List.of(9, 10)), function.events());
    assertEquals(0, end.underWay());
    assertEquals(1, end.openShards());
  }

  @Test
  void windowGathersRecordsOfSeveralReadsUntilTheShardEnds() throws Exception {
    stream.shard("a").put("a", Records.range(1, 2));
    MappingOptions options = OPTIONS.withBatches(100, Duration.ofSeconds(300), 1);
    try (EventSourceMapping mapping = start(options)) {
      await(() -> mapping.snapshot().records() == 2);
      stream.put("a", Records.range(3, 4)).close("a");
      await(() -> mapping.snapshot().finishedShards() == 1);
    }
    assertEquals(List.of(List.of(1, 2, 3, 4)), function.events());
  }

  @Test
  void lanesDeliverAtOnceAndKeepRecordsOfOneKeyInOrder() throws Exception {
    List<StreamRecord> records = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      records.add(Records.record(i, "key-" + i % 7));
    }
    stream.shard("a").put("a", records);
    // Two invocations at once or none at all: a single lane would wait in vain.
    CyclicBarrier two = new CyclicBarrier(2);
    CountDownLatch met = new CountDownLatch(1);
    function.always(
        numbers -> {
          if (met.getCount() > 0) {
            try {
              two.await(20, TimeUnit.SECONDS);
              met.countDown();
            } catch (Exception e) {
              assertEquals(0, met.getCount(), "nobody else was there");
            }
          }
          return answered("");
        });
    deliver(OPTIONS.withBatches(10, Duration.ZERO, 2), 200);
    List<Integer> all = function.events().stream().flatMap(List::stream).toList();
    for (int key = 0; key < 7; key++) {
      int wanted = key;
      List<Integer> ofKey = all.stream().filter(i -> i % 7 == wanted).toList();
      assertEquals(ofKey.stream().sorted().toList(), ofKey);
    }
    assertEquals(200, all.size());
  }

  @Test
  void childrenBeginWhenTheirParentIsDelivered() throws Exception {
    stream.shard("parent").put("parent", Records.range(1, 3)).close("parent");
    stream.shard("left", "parent").put("left", Records.range(11, 13));
    stream.shard("right", "parent").put("right", Records.range(21, 23));
    function.then(TestFunction.failed()).then(TestFunction.failed());
    deliver(OPTIONS, 9);
    List<List<Integer>> events = function.events();
    assertEquals(List.of(1, 2, 3), events.get(2));
    assertEquals(5, events.size());
    assertTrue(events.contains(List.of(11, 12, 13)) && events.contains(List.of(21, 22, 23)));
  }

  @Test
  void latestBeginsWithWhatIsPutAfterTheStart() throws Exception {
    stream.shard("a").put("a", Records.range(1, 3));
    try (EventSourceMapping mapping = start(OPTIONS.withStart(StartingPosition.LATEST))) {
      await(() -> mapping.snapshot().openShards() == 1);
      // Whatever is put before the cursor is there is not new to it: put until one is read.
      int[] next = {4};
      await(
          () -> {
            stream.put("a", Records.range(next[0], next[0]));
            next[0]++;
            return mapping.snapshot().done() > 0;
          });
      stream.shard("b", "a").put("b", Records.range(9000, 9001)).close("a");
      await(() -> mapping.snapshot().finishedShards() == 1);
      long before = mapping.snapshot().records();
      await(() -> mapping.snapshot().done() >= before && seen(9001));
    }
    assertFalse(seen(3));
    assertTrue(seen(9000), "all of a shard that appears later is news");
  }

  private boolean seen(int number) {
    return function.events().stream().anyMatch(numbers -> numbers.contains(number));
  }

  @Test
  void streamThatIsAwayIsAskedAgain() throws Exception {
    stream.shard("a").put("a", Records.range(1, 3)).failing(5);
    MappingSnapshot end = deliver(OPTIONS, 3);
    assertEquals(5, end.readFailures());
    assertEquals(List.of(List.of(1, 2, 3)), function.events());
  }

  @Test
  void badBatchHoldsUpItsShardAlone() throws Exception {
    stream.shard("a").put("a", Records.range(1, 2));
    stream.shard("b").put("b", Records.range(11, 19));
    function.always(n -> n.contains(1) ? TestFunction.failed() : answered(""));
    try (EventSourceMapping mapping = start(OPTIONS)) {
      await(() -> mapping.snapshot().done() == 9 && mapping.snapshot().retries() > 3);
      assertEquals(2, mapping.snapshot().underWay());
    }
  }

  @Test
  void closingLetsTheInvocationUnderWayEnd() throws Exception {
    stream.shard("a").put("a", Records.range(1, 4));
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    function.always(
        numbers -> {
          begun.countDown();
          try {
            assertTrue(mayEnd.await(20, TimeUnit.SECONDS));
            return answered("");
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    EventSourceMapping mapping = start(OPTIONS.withBatches(2, Duration.ZERO, 1));
    assertTrue(begun.await(20, TimeUnit.SECONDS));
    Thread closing = new Thread(() -> mapping.close(Duration.ofSeconds(20)));
    closing.start();
    mayEnd.countDown();
    closing.join();
    assertEquals(Optional.empty(), mapping.failure());
    assertTrue(mapping.snapshot().done() >= 2, mapping.snapshot().toString());
    assertEquals(mapping.snapshot().done(), function.events().size() * 2L);
  }

  @Test
  void mistakeInsideStopsTheMappingAndIsTold() throws Exception {
    stream.shard("a").put("a", Records.range(1, 4));
    function.always(
        numbers -> {
          throw new IllegalStateException("a mistake");
        });
    try (EventSourceMapping mapping = start(OPTIONS)) {
      await(() -> mapping.failure().isPresent());
      assertEquals("a mistake", mapping.failure().get().getMessage());
    }
  }

  private MappingSnapshot deliver(MappingOptions options, long records) throws Exception {
    try (EventSourceMapping mapping = start(options)) {
      await(() -> mapping.snapshot().done() == records || mapping.failure().isPresent());
      assertEquals(Optional.empty(), mapping.failure());
      return mapping.snapshot();
    }
  }

  private EventSourceMapping start(MappingOptions options) throws Exception {
    return EventSourceMapping.start(
        stream,
        function,
        options,
        FailureDestination.none(),
        InvocationListener.none(),
        Clock.fixed(Records.START, ZoneOffset.UTC));
  }

  private static void await(BooleanSupplier condition) {
    Waiting.until(Duration.ofSeconds(30), condition, () -> "it is not so");
  }
}
