package dev.weir.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** A mapping over a real API of Kinesis. */
@Timeout(120)
class KinesisStreamIT {
  private static final Pattern KEY = Pattern.compile("\"partitionKey\":\"(\\d+)\"");
  private static final BigInteger MIDDLE = BigInteger.ONE.shiftLeft(127);
  private static final MappingOptions OPTIONS =
      MappingOptions.defaults()
          .withPauses(Duration.ofMillis(20), Duration.ofMillis(1), Duration.ofMillis(1));

  @TempDir private static Path folder;
  private static KinesisServer server;
  private static KinesisClient client;

  @BeforeAll
  static void start() throws IOException {
    Machine.requireNode();
    server = KinesisServer.start(LocalTools.installed(), folder);
    client = server.client();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      client.close();
      server.close();
    }
  }

  @Test
  void shardsThatAreSplitAndMergedAreReadInTheirOrder() throws Exception {
    server.createStream("grown", 1);
    put("grown", 0, 100);
    client.splitShard(
        r ->
            r.streamName("grown")
                .shardToSplit("shardId-000000000000")
                .newStartingHashKey(MIDDLE.toString()));
    KinesisServer.awaitActive(client, "grown");
    put("grown", 100, 200);
    client.mergeShards(
        r ->
            r.streamName("grown")
                .shardToMerge("shardId-000000000001")
                .adjacentShardToMerge("shardId-000000000002"));
    KinesisServer.awaitActive(client, "grown");
    put("grown", 200, 300);
    List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
    Invoker function = event -> answered(event, seen);
    try (EventSourceMapping mapping =
        EventSourceMapping.start(new KinesisStream(client, "grown"), function, OPTIONS)) {
      await(mapping, 300);
      assertEquals(3, mapping.snapshot().finishedShards());
      assertEquals(1, mapping.snapshot().openShards());
    }
    assertEquals(300, seen.size());
    for (int i = 0; i < 300; i++) {
      assertEquals(i / 100, seen.get(i) / 100, () -> "generations mix: " + seen);
    }
  }

  @Test
  void latestReadsWhatIsPutLater() throws Exception {
    server.createStream("news", 2);
    put("news", 0, 10);
    List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
    try (EventSourceMapping mapping =
        EventSourceMapping.start(
            new KinesisStream(client, "news"),
            event -> answered(event, seen),
            OPTIONS.withStart(StartingPosition.LATEST))) {
      int[] next = {10};
      Waiting.until(
          Duration.ofSeconds(60),
          () -> {
            put("news", next[0], next[0] + 4);
            next[0] += 4;
            return mapping.snapshot().done() > 0;
          },
          () -> "nothing is read");
    }
    assertTrue(seen.stream().allMatch(i -> i >= 10), seen.toString());
  }

  @Test
  void streamThatIsNotThereIsRefused() {
    IOException refused =
        assertThrows(IOException.class, () -> new KinesisStream(client, "nowhere"));
    assertTrue(refused.getMessage().contains("nowhere"), refused.getMessage());
  }

  private static FunctionReply answered(byte[] event, List<Integer> seen) {
    KEY.matcher(new String(event, java.nio.charset.StandardCharsets.UTF_8))
        .results()
        .forEach(found -> seen.add(Integer.valueOf(found.group(1))));
    return TestFunction.answered("");
  }

  private static void put(String stream, int from, int to) {
    List<PutRecordsRequestEntry> records = new ArrayList<>();
    for (int i = from; i < to; i++) {
      String key = Integer.toString(i);
      records.add(
          PutRecordsRequestEntry.builder()
              .partitionKey(key)
              .data(SdkBytes.fromUtf8String(key))
              .build());
    }
    assertEquals(
        0, client.putRecords(r -> r.streamName(stream).records(records)).failedRecordCount());
  }

  private static void await(EventSourceMapping mapping, long records) {
    Waiting.until(
        Duration.ofSeconds(60),
        () -> mapping.snapshot().done() == records || mapping.failure().isPresent(),
        () -> mapping.snapshot().toString());
  }
}
