package dev.weir.local;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Events as Lambda makes them of the records of a shard:
 * https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html. Immutable.
 */
final class EventJson {
  private static final JsonFactory JSON = new JsonFactory();
  private static final byte[] BEGIN = "{\"Records\":[".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "]}".getBytes(StandardCharsets.US_ASCII);
  private static final String ROLE = "arn:aws:iam::%s:role/weir".formatted(LocalAws.ACCOUNT);

  /** What an event has apart from its records and the commas between them. */
  static final int FRAME_BYTES = BEGIN.length + END.length;

  private final String stream;
  private final String shard;

  EventJson(String stream, String shard) {
    this.stream = stream;
    this.shard = shard;
  }

  /** One record, as it stands in an event. */
  PackedRecord pack(StreamRecord record) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(record.data().length * 4 / 3 + 600);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeObjectFieldStart("kinesis");
      json.writeStringField("kinesisSchemaVersion", "1.0");
      json.writeStringField("partitionKey", record.partitionKey());
      json.writeStringField("sequenceNumber", record.sequenceNumber());
      json.writeBinaryField("data", record.data());
      json.writeNumberField(
          "approximateArrivalTimestamp", BigDecimal.valueOf(record.arrival().toEpochMilli(), 3));
      json.writeEndObject();
      json.writeStringField("eventSource", "aws:kinesis");
      json.writeStringField("eventVersion", "1.0");
      json.writeStringField("eventID", shard + ":" + record.sequenceNumber());
      json.writeStringField("eventName", "aws:kinesis:record");
      json.writeStringField("invokeIdentityArn", ROLE);
      json.writeStringField("awsRegion", LocalAws.REGION);
      json.writeStringField("eventSourceARN", stream);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    }
    return new PackedRecord(record, out.toByteArray());
  }

  /** An event of some records. */
  static byte[] event(List<PackedRecord> records) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(BEGIN);
    for (int i = 0; i < records.size(); i++) {
      if (i > 0) {
        out.write(',');
      }
      out.writeBytes(records.get(i).json());
    }
    out.writeBytes(END);
    return out.toByteArray();
  }
}
