package dev.weir.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class LineageTest {
  private static final StreamShard A = new StreamShard("a", List.of(), true);
  private static final StreamShard B = new StreamShard("b", List.of(), true);
  private static final StreamShard OF_A = new StreamShard("c", List.of("a"), true);
  private static final StreamShard MERGED = new StreamShard("d", List.of("c", "b"), false);
  private static final StreamShard ORPHAN = new StreamShard("e", List.of("gone"), false);
  private static final List<StreamShard> ALL = List.of(A, B, OF_A, MERGED, ORPHAN);

  @Test
  void shardWaitsForAllShardsThatItCameOf() {
    Lineage lineage = new Lineage(StartingPosition.TRIM_HORIZON);
    assertEquals(List.of(A, B, ORPHAN), lineage.next(ALL));
    assertEquals(List.of(), lineage.next(ALL));
    lineage.finish("a");
    assertEquals(List.of(OF_A), lineage.next(ALL));
    lineage.finish("b");
    assertEquals(List.of(), lineage.next(ALL));
    lineage.finish("c");
    assertEquals(List.of(MERGED), lineage.next(ALL));
  }

  @Test
  void latestLeavesOutWhatIsClosedAtTheStart() {
    Lineage lineage = new Lineage(StartingPosition.LATEST);
    assertEquals(List.of(MERGED, ORPHAN), lineage.next(ALL));
    StreamShard closedLater = new StreamShard("f", List.of("e"), true);
    assertEquals(List.of(), lineage.next(List.of(ORPHAN, closedLater)));
    lineage.finish("e");
    assertEquals(List.of(closedLater), lineage.next(List.of(ORPHAN, closedLater)));
  }
}
