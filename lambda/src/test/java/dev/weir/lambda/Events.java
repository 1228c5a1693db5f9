package dev.weir.lambda;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** Events as Lambda makes them of a stream's records. */
final class Events {
  static final String ARN = "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks";
  static final String SHARD = "shardId-000000000006";

  private final List<String> records = new ArrayList<>();

  /** The event's text. */
  String text() {
    return records.stream().collect(Collectors.joining(",", "{\"Records\":[", "]}"));
  }

  byte[] bytes() {
    return text().getBytes(StandardCharsets.UTF_8);
  }

  Events add(String shard, String sequenceNumber, byte[] data) {
    records.add(record(ARN, shard, sequenceNumber, data));
    return this;
  }

  Events add(String shard, String sequenceNumber, String data) {
    return add(shard, sequenceNumber, data.getBytes(StandardCharsets.ISO_8859_1));
  }

  Events add(long sequenceNumber, String data) {
    return add(SHARD, Long.toString(sequenceNumber), data.getBytes(StandardCharsets.UTF_8));
  }

  static String record(String arn, String shard, String sequenceNumber, byte[] data) {
    return """
        {"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"1","sequenceNumber":"%s",
         "data":"%s","approximateArrivalTimestamp":1545084650.987},
         "eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"%s:%s",
         "eventName":"aws:kinesis:record","invokeIdentityArn":"arn:aws:iam::123456789012:role/l",
         "awsRegion":"eu-west-1","eventSourceARN":"%s"}"""
        .formatted(
            sequenceNumber, Base64.getEncoder().encodeToString(data), shard, sequenceNumber, arn);
  }
}
