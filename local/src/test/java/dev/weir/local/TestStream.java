package dev.weir.local;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A stream in memory. */
final class TestStream implements StreamSource {
  private static final class Content {
    final List<String> parents;
    final List<StreamRecord> records = new ArrayList<>();
    boolean closed;

    Content(List<String> parents) {
      this.parents = parents;
    }
  }

  private final Map<String, Content> shards = new LinkedHashMap<>();
  private int failures;

  synchronized TestStream shard(String id, String... parents) {
    shards.put(id, new Content(List.of(parents)));
    return this;
  }

  synchronized TestStream put(String shard, List<StreamRecord> records) {
    shards.get(shard).records.addAll(records);
    return this;
  }

  synchronized TestStream close(String shard) {
    shards.get(shard).closed = true;
    return this;
  }

  /** The next so many questions are not answered. */
  synchronized TestStream failing(int questions) {
    failures = questions;
    return this;
  }

  private void ask() throws IOException {
    if (failures > 0) {
      failures--;
      throw new IOException("away");
    }
  }

  @Override
  public String arn() {
    return Records.ARN;
  }

  @Override
  public Duration retention() {
    return Duration.ofDays(1);
  }

  @Override
  public synchronized List<StreamShard> shards() throws IOException {
    ask();
    return shards.entrySet().stream()
        .map(e -> new StreamShard(e.getKey(), e.getValue().parents, e.getValue().closed))
        .toList();
  }

  @Override
  public synchronized Cursor open(String shard, StartingPosition start) throws IOException {
    ask();
    Content content = shards.get(shard);
    int[] next = {start == StartingPosition.LATEST ? content.records.size() : 0};
    return () -> {
      synchronized (this) {
        ask();
        List<StreamRecord> page = content.records.subList(next[0], content.records.size());
        ShardPage read = new ShardPage(page, content.closed, Duration.ZERO);
        next[0] = content.records.size();
        return read;
      }
    };
  }
}
