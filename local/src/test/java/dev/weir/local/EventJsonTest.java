package dev.weir.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventJsonTest {
  @Test
  void eventIsAsLambdaMakesIt() {
    StreamRecord record =
        new StreamRecord(
            "49590338271490256608559692538361571095921575989136588898",
            "a \"key\"",
            Instant.ofEpochMilli(1545084650987L),
            "Hello, this is a test.".getBytes(StandardCharsets.UTF_8));
    PackedRecord packed =
        new EventJson(
                "arn:aws:kinesis:us-east-1:123456789012:stream/clicks", "shardId-000000000006")
            .pack(record);
    String one =
        "{\"kinesis\":{\"kinesisSchemaVersion\":\"1.0\",\"partitionKey\":\"a \\\"key\\\"\","
            + "\"sequenceNumber\":\"49590338271490256608559692538361571095921575989136588898\","
            + "\"data\":\"SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==\","
            + "\"approximateArrivalTimestamp\":1545084650.987},"
            + "\"eventSource\":\"aws:kinesis\",\"eventVersion\":\"1.0\","
            + "\"eventID\":\"shardId-000000000006:"
            + "49590338271490256608559692538361571095921575989136588898\","
            + "\"eventName\":\"aws:kinesis:record\","
            + "\"invokeIdentityArn\":\"arn:aws:iam::123456789012:role/weir\","
            + "\"awsRegion\":\"us-east-1\","
            + "\"eventSourceARN\":\"arn:aws:kinesis:us-east-1:123456789012:stream/clicks\"}";
    assertEquals("{\"Records\":[%s,%s]}".formatted(one, one), text(List.of(packed, packed)));
    assertEquals(
        EventJson.FRAME_BYTES + 2 * packed.bytes() - 1, text(List.of(packed, packed)).length());
  }

  private static String text(List<PackedRecord> records) {
    return new String(EventJson.event(records), StandardCharsets.UTF_8);
  }
}
