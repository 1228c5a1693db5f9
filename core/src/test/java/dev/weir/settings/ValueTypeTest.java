package dev.weir.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTypeTest {
  private static final ValueType<Long> SIZE = ValueType.size(0, Long.MAX_VALUE);
  private static final ValueType<Duration> DURATION =
      ValueType.duration(Duration.ZERO, Duration.ofDays(100_000));

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "65536, 65536",
    "12B, 12",
    "64KiB, 65536",
    "64 KiB, 65536",
    "96MiB, 100663296",
    "1GiB, 1073741824",
    "2TiB, 2199023255552",
    "1PiB, 1125899906842624",
    "3kB, 3000",
    "3KB, 3000",
    "10MB, 10000000",
    "1GB, 1000000000",
    "1TB, 1000000000000",
    "1PB, 1000000000000000"
  })
  void sizeIsReadInBytes(String text, long bytes) {
    assertEquals(Optional.of(bytes), SIZE.read(List.of(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "MiB",
        "-1",
        "1.5GiB",
        "1M",
        "1mib",
        "1  MiB",
        " 1MiB",
        "1_000",
        "1,000",
        "٣",
        "8192PiB",
        "9999999999999999999"
      })
  void whatIsNoSizeIsNotGuessed(String text) {
    assertEquals(Optional.empty(), SIZE.read(List.of(text)));
  }

  @ParameterizedTest
  @CsvSource({
    "7d, PT168H",
    "12h, PT12H",
    "30m, PT30M",
    "60s, PT1M",
    "500ms, PT0.5S",
    "0s, PT0S",
    "PT1H30M, PT1H30M",
    "P7D, PT168H"
  })
  void durationIsReadWithItsUnit(String text, Duration duration) {
    assertEquals(Optional.of(duration), DURATION.read(List.of(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "7", "7 d", "-7d", "PT-7S", "1h30m", "1w", "1.5h", "999999999999999d"})
  void whatIsNoDurationIsNotGuessed(String text) {
    assertEquals(Optional.empty(), DURATION.read(List.of(text)));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 1023, 1024, 1 << 20, 1000000, 3L << 40, 1L << 50, 5L << 60})
  void sizeTextReadsBackAsItself(long bytes) {
    assertEquals(Optional.of(bytes), SIZE.read(List.of(ValueType.sizeText(bytes))));
  }

  @ParameterizedTest
  @CsvSource({
    "PT168H, 7d",
    "PT25H, 25h",
    "PT90M, 90m",
    "PT90S, 90s",
    "PT0S, 0s",
    "PT0.25S, 250ms",
    "PT0.0000001S, PT0.0000001S"
  })
  void durationTextIsShortAndReadsBackAsItself(Duration duration, String text) {
    assertEquals(text, ValueType.durationText(duration));
    assertEquals(Optional.of(duration), DURATION.read(List.of(text)));
  }

  @Test
  void choiceIsOneOfTheWordsInLowerCase() {
    ValueType<Settings.Input.Framing> type = ValueType.choice(Settings.Input.Framing.class);
    assertEquals(Optional.of(Settings.Input.Framing.ARRAY), type.read(List.of("array")));
    assertEquals(Optional.empty(), type.read(List.of("ARRAY")));
    assertEquals("auto, ndjson, array or concatenated", type.allowed());
  }

  @Test
  void scalarIsExactlyOneText() {
    assertEquals(Optional.empty(), SIZE.read(List.of()));
    assertEquals(Optional.empty(), SIZE.read(List.of("1", "2")));
  }
}
