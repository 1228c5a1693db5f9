package dev.weir.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTest {
  private static final byte[] BYTES = "abcdefghij".getBytes(UTF_8);

  @Test
  void recordsKeepTheirBytesPositionsAndRefusals() {
    Batch batch =
        Batch.over("file", BYTES)
            .shard("/a")
            .add(0, 3, 0, 11)
            .add(3, 3, 4, 12, Reason.EMPTY_RECORD)
            .shard("/b")
            .add(4, 10, 7, 13)
            .build();
    assertEquals(3, batch.count());
    assertEquals(List.of("/a", "/b"), batch.shards());
    assertArrayEquals("abc".getBytes(UTF_8), batch.content(0));
    assertEquals(9, batch.contentBytes());
    assertEquals(new Position("file", "/a", "4", 0), batch.position(1));
    assertEquals(new Position("file", "/b", "7", 0), batch.position(2));
    assertEquals("file//b@7.0", batch.position(2).toString());
    assertNull(batch.refusal(0));
    assertEquals(Reason.EMPTY_RECORD, batch.refusal(1));
    assertEquals(13, batch.arrivalMicros(2));
  }

  @Test
  void selectionKeepsEverythingOfItsRecords() {
    Batch.Builder builder = Batch.over("file", BYTES).shard("/a");
    for (int i = 0; i < 3_000; i++) {
      if (i % 1_000 == 999) {
        builder.shard("/" + i);
      }
      builder.add(i % 5, 5 + i % 5, i, 2L * i, i % 7 == 0 ? Reason.INVALID_JSON : null);
    }
    Batch batch = builder.build();
    int[] indexes = {0, 1, 998, 999, 1_500, 2_999};
    Batch some = batch.select(indexes);
    assertEquals(indexes.length, some.count());
    for (int i = 0; i < indexes.length; i++) {
      assertEquals(batch.position(indexes[i]), some.position(i));
      assertArrayEquals(batch.content(indexes[i]), some.content(i));
      assertEquals(batch.arrivalMicros(indexes[i]), some.arrivalMicros(i));
      assertEquals(batch.refusal(indexes[i]), some.refusal(i));
    }
    assertEquals(0, batch.select(new int[0]).count());
  }

  @Test
  void longSequenceNumbersAndSubIndexesAreKeptAndSelected() {
    String sequence = "49590338271490256608559692538361571095921575989136588898";
    Batch.Builder builder = Batch.over("clicks", BYTES).shard("shardId-000000000000");
    for (int i = 0; i < 2_000; i++) {
      builder.add(0, 1, sequence + i / 2, i % 2, i);
    }
    Batch batch = builder.build();
    assertEquals(sequence + "999", batch.sequenceNumber(1_999));
    assertEquals(1, batch.subIndex(1_999));
    Batch some = batch.select(new int[] {1, 1_998});
    assertEquals(batch.position(1), some.position(0));
    assertEquals(batch.position(1_998), some.position(1));
  }

  @Test
  void whatIsOutsideIsRefused() {
    Batch batch = Batch.over("file", BYTES).shard("/a").add(0, 1, 0, 0).build();
    assertThrows(IndexOutOfBoundsException.class, () -> batch.start(1));
    assertThrows(IndexOutOfBoundsException.class, () -> batch.position(-1));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> Batch.over("file", BYTES).shard("/a").add(5, 11, 0, 0));
    assertThrows(IllegalStateException.class, () -> Batch.over("file", BYTES).add(0, 1, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new Position("file", "", "0", 0));
    assertThrows(IllegalArgumentException.class, () -> new Position("file", "/a", "0", -1));
  }
}
