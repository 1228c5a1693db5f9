package dev.weir.cli.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.local.MappingSnapshot;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PlayTest {
  private static final Map<String, Long> ANSWERS =
      Map.of("num_events_processed", 1_200L, "num_duplicate_events", 30L, "num_dead_letters", 4L);

  @Test
  void lineHasEachCountBehindItsName() {
    assertEquals(
        "received 1,234  landed 1,200  duplicates 30  dead letters 4  files 56  invocations 3"
            + "  failures 1  lag 2.5 s",
        play(1_234, 1_234, ANSWERS).line());
  }

  @Test
  void filteredEventsAreToldOnlyWhereThereAreSome() {
    Map<String, Long> answers = Map.of("num_filtered_events", 7L);

    assertTrue(play(7, 7, answers).line().contains("  dead letters 0  filtered 7  files 56"));
  }

  @Test
  void recordsThatDidNotLandAreToldAtTheEnd() {
    assertTrue(
        play(1_300, 1_234, ANSWERS)
            .total()
            .endsWith("66 records were received and have not landed; they went with the stream"));
    assertFalse(play(1_234, 1_234, ANSWERS).total().contains("not landed"));
  }

  @Test
  void linesAreNewsWhileSomethingHappens() {
    Play idle = play(10, 10, ANSWERS);

    assertFalse(idle.isNewsAfter(play(10, 10, ANSWERS)));
    assertTrue(play(11, 11, ANSWERS).isNewsAfter(idle));
    assertTrue(play(11, 10, ANSWERS).isNewsAfter(play(11, 10, ANSWERS)), "one is under way");
  }

  private static Play play(long records, long done, Map<String, Long> answers) {
    return new Play(
        new MappingSnapshot(
            records, done, 0, 0, 3, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, answers, Duration.ZERO),
        56,
        Duration.ofMillis(2_500));
  }
}
