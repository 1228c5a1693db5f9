package dev.weir.cli.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class WaitingTest {
  private static final long SECOND = 1_000_000_000L;

  private final Waiting waiting = new Waiting();

  @Test
  void nothingWaitsWhereAllIsOver() {
    assertWaits(0, 1, 0, 0);
    assertWaits(0, 2, 10, 10);
    assertWaits(0, 3, 10, 10);
  }

  @Test
  void oldestRecordThatIsNotOverCounts() {
    assertWaits(0, 1, 10, 0);
    assertWaits(1, 2, 25, 0);
    assertWaits(2, 3, 25, 9); // one of the first ten is left
    assertWaits(2, 4, 40, 10); // those that came at 2 are the oldest now
    assertWaits(1, 5, 40, 39); // those at 4
    assertWaits(0, 6, 40, 40);
    assertWaits(0, 9, 41, 40);
  }

  @Test
  void memoryIsBoundedHoweverLongNothingEnds() {
    for (int i = 1; i <= 100_000; i++) {
      waiting.look(i * SECOND, i, 0);
    }

    assertWaits(100_000, 100_001, 100_001, 0);
    assertWaits(0, 100_002, 100_001, 100_001);
  }

  private void assertWaits(long seconds, long now, long came, long over) {
    assertEquals(Duration.ofSeconds(seconds), waiting.look(now * SECOND, came, over));
  }
}
