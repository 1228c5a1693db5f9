package dev.weir.local;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * What Lambda writes to an S3 destination about records that it gives up, the records included:
 * https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html.
 *
 * @param mapping the mapping's id
 * @param function the function's ARN
 * @param stream the stream's ARN
 * @param shard the shard's name
 * @param records what is given up, at least one record
 * @param condition why
 * @param last what came of the last invocation with them
 * @param invocations how often the function was invoked with them
 */
record InvocationRecord(
    UUID mapping,
    String function,
    String stream,
    String shard,
    List<PackedRecord> records,
    Condition condition,
    FunctionReply last,
    int invocations) {
  private static final JsonFactory JSON = new JsonFactory();
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy/MM/dd", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH.mm.ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Why records are given up. */
  enum Condition {
    RETRIES("RetryAttemptsExhausted"),
    AGE("RecordAgeExceeded");

    private final String text;

    Condition(String text) {
      this.text = text;
    }
  }

  /** The name of the object. */
  String key(Instant now) {
    return "aws/lambda/%s/%s/%s/%s-%s"
        .formatted(mapping, shard, DAY.format(now), SECOND.format(now), UUID.randomUUID());
  }

  byte[] toJson(Instant now) {
    StreamRecord first = records.get(0).record();
    StreamRecord end = records.get(records.size() - 1).record();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeObjectFieldStart("requestContext");
      json.writeStringField("requestId", last.requestId());
      json.writeStringField("functionArn", function);
      json.writeStringField("condition", condition.text);
      json.writeNumberField("approximateInvokeCount", invocations);
      json.writeEndObject();
      json.writeObjectFieldStart("responseContext");
      json.writeNumberField("statusCode", 200);
      json.writeStringField("executedVersion", "$LATEST");
      if (!last.isAnswer()) {
        json.writeStringField("functionError", "Unhandled");
      }
      json.writeEndObject();
      json.writeStringField("version", "1.0");
      json.writeStringField("timestamp", now.toString());
      json.writeObjectFieldStart("KinesisBatchInfo");
      json.writeStringField("shardId", shard);
      json.writeStringField("startSequenceNumber", first.sequenceNumber());
      json.writeStringField("endSequenceNumber", end.sequenceNumber());
      json.writeStringField("approximateArrivalOfFirstRecord", first.arrival().toString());
      json.writeStringField("approximateArrivalOfLastRecord", end.arrival().toString());
      json.writeNumberField("batchSize", records.size());
      json.writeStringField("streamArn", stream);
      json.writeEndObject();
      json.writeStringField(
          "payload", new String(EventJson.event(records), StandardCharsets.UTF_8));
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    }
    return out.toByteArray();
  }
}
