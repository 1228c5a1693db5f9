package dev.weir.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchAssemblyTest {
  private static final Instant NOW = Records.START;
  private static final Duration WINDOW = Duration.ofSeconds(300);
  private static final int PAYLOAD = MappingOptions.PAYLOAD_BYTES;

  @Test
  void batchIsDueWhenItHasAsManyRecordsAsMayBe() {
    BatchAssembly assembly = new BatchAssembly(3, WINDOW, PAYLOAD);
    List<PackedRecord> records = Records.packed(1, 4);
    for (PackedRecord record : records.subList(0, 3)) {
      assertFalse(assembly.isDue(NOW));
      assembly.add(record, NOW);
    }
    assertTrue(assembly.isDue(NOW));
    assertFalse(assembly.fits(records.get(3)));
    assertEquals(records.subList(0, 3), assembly.take());
    assertTrue(assembly.fits(records.get(3)));
  }

  @Test
  void windowBeginsWithTheFirstRecordOfEachBatch() {
    BatchAssembly assembly = new BatchAssembly(10, WINDOW, PAYLOAD);
    assertFalse(assembly.isDue(NOW.plus(WINDOW)));
    assembly.add(Records.packed(1, 1).get(0), NOW);
    assembly.add(Records.packed(2, 2).get(0), NOW.plusSeconds(299));
    assertFalse(assembly.isDue(NOW.plusSeconds(299)));
    assertEquals(Duration.ofSeconds(1), assembly.left(NOW.plusSeconds(299), Duration.ofMinutes(9)));
    assertTrue(assembly.isDue(NOW.plusSeconds(300)));
    assertEquals(2, assembly.take().size());
    assertFalse(assembly.isDue(NOW.plusSeconds(900)));
  }

  @Test
  void eventIsNeverLargerThanThePayloadLimitUnlessOneRecordIs() {
    List<PackedRecord> records = Records.packed(1, 9);
    byte[] two = EventJson.event(records.subList(0, 2));
    BatchAssembly assembly = new BatchAssembly(10, WINDOW, two.length + 1);
    assembly.add(records.get(0), NOW);
    assertTrue(assembly.fits(records.get(1)));
    assembly.add(records.get(1), NOW);
    assertFalse(assembly.fits(records.get(2)));
    assertTrue(EventJson.event(assembly.take()).length <= two.length + 1);
    BatchAssembly tiny = new BatchAssembly(10, WINDOW, 10);
    tiny.add(records.get(0), NOW);
    assertFalse(tiny.fits(records.get(1)));
  }
}
