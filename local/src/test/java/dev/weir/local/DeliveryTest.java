package dev.weir.local;

import static dev.weir.local.TestFunction.answered;
import static dev.weir.local.TestFunction.asksFor;
import static dev.weir.local.TestFunction.failed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** What Lambda does with a batch until it is done with: one test for each rule. */
class DeliveryTest {
  private static final MappingOptions OPTIONS = MappingOptions.defaults();

  private final TestFunction function = new TestFunction();
  private final Counters counters = new Counters();
  private final List<Duration> pauses = new ArrayList<>();
  private final Map<String, String> kept = new java.util.TreeMap<>();
  private FailureDestination destination =
      (key, record) -> kept.put(key, new String(record, StandardCharsets.UTF_8));

  @Test
  void batchThatSucceedsIsDeliveredOnce() throws Exception {
    deliver(OPTIONS, 1, 3);
    assertEquals(List.of(List.of(1, 2, 3)), function.events());
    assertEquals(3, snapshot().done());
    assertEquals(Map.of("num_events_processed", 2L), snapshot().answers());
  }

  @ParameterizedTest
  @EnumSource(
      value = FunctionReply.Status.class,
      mode = Mode.EXCLUDE,
      names = {"ANSWERED", "THROTTLED"})
  void batchThatFailsComesAgainWhole(FunctionReply.Status status) throws Exception {
    function.then(new FunctionReply("id", status, "no"));
    deliver(OPTIONS, 1, 3);
    assertEquals(List.of(List.of(1, 2, 3), List.of(1, 2, 3)), function.events());
    assertEquals(1, snapshot().failures());
    assertEquals(1, snapshot().retries());
    assertEquals(3, snapshot().done());
  }

  @Test
  void lowestReportedRecordIsTheFirstThatComesAgain() throws Exception {
    function.then(asksFor(5, 3, 4));
    deliver(OPTIONS, 1, 5);
    assertEquals(List.of(List.of(1, 2, 3, 4, 5), List.of(3, 4, 5)), function.events());
    assertEquals(1, snapshot().partial());
    assertEquals(0, snapshot().failures());
    assertEquals(5, snapshot().done());
  }

  @Test
  void reportsOfRecordsCountOnlyWhereTheMappingWantsThem() throws Exception {
    function.then(asksFor(3));
    deliver(OPTIONS.withFailures(-1, false, false, Optional.empty()), 1, 5);
    assertEquals(List.of(List.of(1, 2, 3, 4, 5)), function.events());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "{}", "{\"batchItemFailures\":null}"})
  void answerThatReportsNothingIsSuccess(String answer) throws Exception {
    function.then(answered(answer));
    deliver(OPTIONS, 1, 2);
    assertEquals(List.of(List.of(1, 2)), function.events());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"batchItemFailures\":[{\"itemIdentifier\":\"\"}]}",
        "{\"batchItemFailures\":[{\"itemIdentifier\":null}]}",
        "{\"batchItemFailures\":[{\"identifier\":\"2\"}]}",
        "{\"batchItemFailures\":[{\"itemIdentifier\":\"99\"}]}",
        "{\"batchItemFailures\":[{\"itemIdentifier\":\"2\"},{\"itemIdentifier\":\"99\"}]}",
        "{\"batchItemFailures\":[\"2\"]}",
        "{\"batchItemFailures\":\"2\"}",
        "\"fine\"",
        "{\"batchItemFailures\":[",
      })
  void answerThatCannotBeUnderstoodFailsTheWholeBatch(String answer) throws Exception {
    function.then(answered(answer));
    deliver(OPTIONS, 1, 3);
    assertEquals(List.of(List.of(1, 2, 3), List.of(1, 2, 3)), function.events());
  }

  @Test
  void batchIsGivenUpAfterTheLastRetryAndKeptWithItsRecords() throws Exception {
    function.always(numbers -> failed());
    deliver(OPTIONS.withFailures(2, false, true, Optional.empty()), 1, 2);
    assertEquals(3, function.events().size());
    assertEquals(2, snapshot().discarded());
    Map.Entry<String, String> object = kept.entrySet().iterator().next();
    assertTrue(
        object
            .getKey()
            .matches(
                "aws/lambda/[0-9a-f-]{36}/shardId-000000000000/2026/11/22/"
                    + "2026-11-22T10\\.01\\.40-[0-9a-f-]{36}"),
        object.getKey());
    assertEquals(
        "{\"requestContext\":{\"requestId\":\"id\","
            + "\"functionArn\":\"arn:aws:lambda:us-east-1:123456789012:function:weir\","
            + "\"condition\":\"RetryAttemptsExhausted\",\"approximateInvokeCount\":3},"
            + "\"responseContext\":{\"statusCode\":200,\"executedVersion\":\"$LATEST\","
            + "\"functionError\":\"Unhandled\"},\"version\":\"1.0\","
            + "\"timestamp\":\"2026-11-22T10:01:40Z\",\"KinesisBatchInfo\":{"
            + "\"shardId\":\"shardId-000000000000\",\"startSequenceNumber\":\"1\","
            + "\"endSequenceNumber\":\"2\","
            + "\"approximateArrivalOfFirstRecord\":\"2026-11-22T10:00:01Z\","
            + "\"approximateArrivalOfLastRecord\":\"2026-11-22T10:00:02Z\",\"batchSize\":2,"
            + "\"streamArn\":\"arn:aws:kinesis:us-east-1:123456789012:stream/clicks\"},\"payload\":\""
            + new String(EventJson.event(Records.packed(1, 2)), StandardCharsets.UTF_8)
                .replace("\"", "\\\"")
            + "\"}",
        object.getValue());
  }

  @Test
  void recordsAreGivenUpThoughTheDestinationIsAway() throws Exception {
    destination =
        (key, record) -> {
          throw new IOException("away");
        };
    function.always(numbers -> failed());
    deliver(OPTIONS.withFailures(0, false, true, Optional.empty()), 1, 2);
    assertEquals(2, snapshot().discarded());
    assertEquals(1, snapshot().destinationFailures());
  }

  @Test
  void halvingFindsTheBadRecordWithoutUsingUpRetries() throws Exception {
    function.always(numbers -> numbers.contains(3) ? failed() : answered(""));
    deliver(OPTIONS.withFailures(1, true, true, Optional.empty()), 1, 4);
    assertEquals(
        List.of(
            List.of(1, 2, 3, 4), List.of(1, 2), List.of(3, 4), List.of(3), List.of(3), List.of(4)),
        function.events());
    assertEquals(2, snapshot().bisections());
    assertEquals(1, snapshot().discarded());
    assertEquals(3, snapshot().done());
    assertTrue(kept.values().iterator().next().contains("\"approximateInvokeCount\":4"));
  }

  @Test
  void batchIsCutWhereTheFunctionSaysWithoutUsingUpRetries() throws Exception {
    function.then(asksFor(2)).then(asksFor(3)).then(asksFor(4));
    deliver(OPTIONS.withFailures(0, true, true, Optional.empty()), 1, 4);
    assertEquals(
        List.of(List.of(1, 2, 3, 4), List.of(2, 3, 4), List.of(3, 4), List.of(4)),
        function.events());
    assertEquals(0, snapshot().discarded());
  }

  @Test
  void retriesEndWithTheAgeOfTheRecordsEvenIfThereIsNoLimitOfThem() throws Exception {
    // At 10:01:40 the records 1 to 40 are more than a minute old.
    deliver(OPTIONS.withFailures(-1, false, true, Optional.of(Duration.ofSeconds(60))), 38, 42);
    assertEquals(List.of(List.of(40, 41, 42)), function.events());
    assertEquals(2, snapshot().expired());
    String record = kept.values().iterator().next();
    assertTrue(record.contains("\"condition\":\"RecordAgeExceeded\""), record);
    assertTrue(record.contains("\"approximateInvokeCount\":0"), record);
  }

  @Test
  void throttledFunctionIsAskedAgainWithoutUsingUpRetries() throws Exception {
    FunctionReply throttled = new FunctionReply("", FunctionReply.Status.THROTTLED, "busy");
    function.then(throttled).then(throttled).then(throttled);
    deliver(OPTIONS.withFailures(0, true, true, Optional.empty()), 1, 2);
    assertEquals(4, function.events().size());
    assertEquals(3, snapshot().throttles());
    assertEquals(1, snapshot().invocations());
    assertEquals(2, snapshot().done());
  }

  @Test
  void pausesDoubleUpToTheLongestAndBeginAnewAfterProgress() throws Exception {
    function.then(failed()).then(failed()).then(failed()).then(asksFor(2)).then(failed());
    Duration unit = Duration.ofMillis(100);
    deliver(OPTIONS.withPauses(unit, unit, unit.multipliedBy(3)), 1, 2);
    assertEquals(
        List.of(unit, unit.multipliedBy(2), unit.multipliedBy(3), unit, unit.multipliedBy(2)),
        pauses);
  }

  @Test
  void batchIsDeliveredAgainAfterSuccessWhereThatIsAskedFor() throws Exception {
    deliver(OPTIONS.withRepetition(new Repetition(1, 0, 7)), 1, 2);
    assertEquals(List.of(List.of(1, 2), List.of(1, 2)), function.events());
    assertEquals(1, snapshot().repetitions());
    assertEquals(2, snapshot().done());
    assertEquals(Map.of("num_events_processed", 4L), snapshot().answers());
  }

  @Test
  void batchGoesToTwoSandboxesAtOnceWhereThatIsAskedFor() throws Exception {
    // Each waits for the other: one alone would never end.
    java.util.concurrent.CyclicBarrier both = new java.util.concurrent.CyclicBarrier(2);
    function.always(
        numbers -> {
          try {
            both.await(20, java.util.concurrent.TimeUnit.SECONDS);
            return answered("");
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
    deliver(OPTIONS.withRepetition(new Repetition(0, 1, 7)), 1, 2);
    assertEquals(List.of(List.of(1, 2), List.of(1, 2)), function.events());
    assertEquals(2, snapshot().done());
  }

  private void deliver(MappingOptions options, int from, int to) throws Exception {
    MappingContext context =
        new MappingContext(
            UUID.randomUUID(),
            Records.ARN,
            options,
            options.maximumRecordAge().orElse(Duration.ofDays(1)),
            function,
            destination,
            InvocationListener.none(),
            counters,
            task -> new Thread(task).start(),
            () -> true,
            pauses::add,
            Clock.fixed(Records.START.plusSeconds(100), ZoneOffset.UTC));
    new Delivery(context, Records.SHARD, new SplittableRandom(7)).deliver(Records.packed(from, to));
  }

  private MappingSnapshot snapshot() {
    return counters.snapshot();
  }
}
