package dev.weir.local;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

/** A stream as the API of Kinesis gives it. Safe for use by several threads. */
public final class KinesisStream implements StreamSource {
  private static final int PAGE_RECORDS = 10_000;
  private static final int MAX_PAGES = 1_000;

  private final KinesisClient client;
  private final String name;
  private final StreamDescriptionSummary summary;

  /**
   * A stream that exists.
   *
   * @param client stays the caller's, who closes it after the mapping
   * @throws IOException if the stream cannot be asked, or is not there
   */
  public KinesisStream(KinesisClient client, String name) throws IOException {
    this.client = client;
    this.name = name;
    this.summary =
        asked(
            () ->
                client
                    .describeStreamSummary(request -> request.streamName(name))
                    .streamDescriptionSummary());
  }

  @Override
  public String arn() {
    return summary.streamARN();
  }

  @Override
  public Duration retention() {
    return Duration.ofHours(summary.retentionPeriodHours());
  }

  @Override
  public List<StreamShard> shards() throws IOException {
    List<StreamShard> shards = new ArrayList<>();
    String token = null;
    for (int i = 0; i < MAX_PAGES; i++) {
      ListShardsResponse page = page(token);
      page.shards().stream().map(KinesisStream::shard).forEach(shards::add);
      token = page.nextToken();
      if (token == null) {
        return shards;
      }
    }
    throw new IOException("the stream %s has too many shards".formatted(name));
  }

  private ListShardsResponse page(@Nullable String token) throws IOException {
    return asked(
        () ->
            client.listShards(
                request -> {
                  // The one or the other, never both.
                  if (token == null) {
                    request.streamName(name);
                  } else {
                    request.nextToken(token);
                  }
                }));
  }

  private static StreamShard shard(Shard shard) {
    List<String> parents =
        Stream.of(shard.parentShardId(), shard.adjacentParentShardId())
            .filter(parent -> parent != null)
            .toList();
    boolean closed = shard.sequenceNumberRange().endingSequenceNumber() != null;
    return new StreamShard(shard.shardId(), parents, closed);
  }

  @Override
  public Cursor open(String shard, StartingPosition start) throws IOException {
    return new ShardCursor(shard, start);
  }

  private <T> T asked(Supplier<T> question) throws IOException {
    try {
      return question.get();
    } catch (SdkException e) {
      throw new IOException("the stream %s: %s".formatted(name, e.getMessage()), e);
    }
  }

  /** Reads on by iterators, and by the last sequence number when one has expired. */
  private final class ShardCursor implements Cursor {
    private final String shard;
    private final StartingPosition start;
    private final Instant opened = Instant.now();
    private @Nullable String iterator;
    private @Nullable String last;

    ShardCursor(String shard, StartingPosition start) throws IOException {
      this.shard = shard;
      this.start = start;
      this.iterator = iterator(request -> request.shardIteratorType(start.name()));
    }

    @Override
    public ShardPage next() throws IOException {
      if (iterator == null) {
        iterator = iterator(this::resume);
      }
      String from = iterator;
      GetRecordsResponse page;
      try {
        page =
            asked(
                () ->
                    client.getRecords(request -> request.shardIterator(from).limit(PAGE_RECORDS)));
      } catch (IOException e) {
        iterator = e.getCause() instanceof ExpiredIteratorException ? null : iterator;
        throw e;
      }
      List<StreamRecord> records = page.records().stream().map(KinesisStream::record).toList();
      if (!records.isEmpty()) {
        last = records.get(records.size() - 1).sequenceNumber();
      }
      iterator = page.nextShardIterator();
      Long behind = page.millisBehindLatest();
      return new ShardPage(
          records, iterator == null, Duration.ofMillis(behind == null ? 0 : behind));
    }

    private void resume(GetShardIteratorRequest.Builder request) {
      if (last != null) {
        request
            .shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
            .startingSequenceNumber(last);
      } else if (start == StartingPosition.LATEST) {
        // What was the latest then is not what is the latest now.
        request.shardIteratorType(ShardIteratorType.AT_TIMESTAMP).timestamp(opened);
      } else {
        request.shardIteratorType(ShardIteratorType.TRIM_HORIZON);
      }
    }

    private String iterator(java.util.function.Consumer<GetShardIteratorRequest.Builder> position)
        throws IOException {
      return asked(
              () ->
                  client.getShardIterator(
                      request -> {
                        request.streamName(name).shardId(shard);
                        position.accept(request);
                      }))
          .shardIterator();
    }
  }

  private static StreamRecord record(Record record) {
    return new StreamRecord(
        record.sequenceNumber(),
        record.partitionKey(),
        record.approximateArrivalTimestamp(),
        record.data().asByteArrayUnsafe());
  }
}
