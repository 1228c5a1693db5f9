package dev.weir.local;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** Records of a shard for tests: number i has the text i, and arrived i seconds after the first. */
final class Records {
  static final String SHARD = "shardId-000000000000";
  static final String ARN = KinesisServer.streamArn("clicks");
  static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

  private Records() {}

  static StreamRecord record(int i) {
    return record(i, "key-" + i);
  }

  static StreamRecord record(int i, String key) {
    byte[] data = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
    return new StreamRecord(Integer.toString(i), key, START.plus(Duration.ofSeconds(i)), data);
  }

  /** The records from one number to another, both included. */
  static List<StreamRecord> range(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(Records::record).toList();
  }

  static List<PackedRecord> packed(int from, int to) {
    return range(from, to).stream().map(new EventJson(ARN, SHARD)::pack).toList();
  }
}
