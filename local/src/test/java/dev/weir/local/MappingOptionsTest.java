package dev.weir.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MappingOptionsTest {
  private static final MappingOptions OPTIONS = MappingOptions.defaults();

  @Test
  void limitsThemselvesAreAllowed() {
    OPTIONS.withBatches(1, Duration.ZERO, 1);
    OPTIONS.withBatches(10_000, Duration.ofSeconds(300), 10);
    OPTIONS.withFailures(-1, true, true, Optional.of(Duration.ofSeconds(60)));
    OPTIONS.withFailures(10_000, true, true, Optional.of(Duration.ofDays(7)));
  }

  static Stream<Supplier<MappingOptions>> beyond() {
    return Stream.of(
        () -> OPTIONS.withBatches(0, Duration.ZERO, 1),
        () -> OPTIONS.withBatches(10_001, Duration.ZERO, 1),
        () -> OPTIONS.withBatches(1, Duration.ofSeconds(301), 1),
        () -> OPTIONS.withBatches(1, Duration.ofSeconds(-1), 1),
        () -> OPTIONS.withBatches(1, Duration.ZERO, 0),
        () -> OPTIONS.withBatches(1, Duration.ZERO, 11),
        () -> OPTIONS.withFailures(-2, true, true, Optional.empty()),
        () -> OPTIONS.withFailures(10_001, true, true, Optional.empty()),
        () -> OPTIONS.withFailures(0, true, true, Optional.of(Duration.ofSeconds(59))),
        () -> OPTIONS.withFailures(0, true, true, Optional.of(Duration.ofDays(8))),
        () -> OPTIONS.withRepetition(new Repetition(1.1, 0, 0)),
        () -> OPTIONS.withRepetition(new Repetition(0, Double.NaN, 0)));
  }

  @ParameterizedTest
  @MethodSource("beyond")
  void whatLiesBeyondThemIsRefused(Supplier<MappingOptions> options) {
    assertThrows(IllegalArgumentException.class, options::get);
  }

  @Test
  void messageTellsValueAndRange() {
    assertEquals(
        "the batch size is 10001; allowed is 1 to 10000",
        assertThrows(
                IllegalArgumentException.class, () -> OPTIONS.withBatches(10_001, Duration.ZERO, 1))
            .getMessage());
  }
}
