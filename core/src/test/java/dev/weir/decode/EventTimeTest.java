package dev.weir.decode;

import static dev.weir.decode.Decoding.decode;
import static dev.weir.decode.Decoding.quoted;
import static dev.weir.decode.Decoding.withTime;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.decode.EventFields.TimeUnit;
import dev.weir.record.Reason;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTimeTest {
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

  private static EventFields fields(TimeUnit unit, Instant min, Instant max) {
    EventFields d = EventFields.Preset.DEFAULT.fields();
    return new EventFields(
        d.id(), d.idScope(), d.idFormat(), d.name(), d.time(), unit, min, max, d.payload());
  }

  private static long micros(EventFields fields, String time) {
    Events events = decode(fields, withTime(time));
    assertEquals(List.of(), events.deadLetters, time);
    return events.createdMicros[0];
  }

  private static Reason reason(EventFields fields, String time) {
    Events events = decode(fields, withTime(time));
    assertEquals(0, events.count, time);
    return events.deadLetters.get(0).reason();
  }

  @ParameterizedTest
  @CsvSource({
    "0,                            0",
    "-0,                           0",
    "0e999999999999,               0",
    "0.0000009,                    0",
    "1700000000,                   1700000000000000",
    "1700000000.123456,            1700000000123456",
    "1700000000.1234569,           1700000000123456",
    "1700000000.9999999999999999,  1700000000999999",
    "17e8,                         1700000000000000",
    "1.7000000001234565E+9,        1700000000123456",
    "170000000000000000000000e-14, 1700000000000000",
    "1700000000123,                1700000000123000",
    "1700000000123.4567,           1700000000123456",
    "1700000000123456,             1700000000123456",
    "1700000000123456789,          1700000000123456"
  })
  void numbersAreExactToTheMicrosecondInTheUnitOfTheirMagnitude(String time, long expected) {
    assertEquals(expected, micros(fields(TimeUnit.AUTO, EARLIEST, LATEST), time));
  }

  @ParameterizedTest
  @CsvSource({
    "99999999999.9,         99999999999900000",
    "100000000000,          100000000000000",
    "99999999999999,        99999999999999000",
    "100000000000000,       100000000000000",
    "99999999999999999,     99999999999999999",
    "100000000000000000,    100000000000000",
    "-100000000000,         -100000000000000",
    "-0.0000001,            -1"
  })
  void automaticUnitChangesAtThePowersOfTen(String time, long expected) {
    assertEquals(expected, micros(fields(TimeUnit.AUTO, EARLIEST, LATEST), time));
  }

  @ParameterizedTest
  @CsvSource({"S, 5000000", "MS, 5000", "US, 5", "NS, 0"})
  void unitMayBeFixed(TimeUnit unit, long expected) {
    assertEquals(expected, micros(fields(unit, EARLIEST, LATEST), "5"));
  }

  @Test
  void randomNumbersAgreeWithBigDecimal() {
    SplittableRandom random = new SplittableRandom(20261122);
    EventFields fields = fields(TimeUnit.S, EARLIEST, LATEST);
    for (int i = 0; i < 5_000; i++) {
      long unscaled = random.nextLong(1, 1L << random.nextInt(2, 63));
      BigDecimal value = BigDecimal.valueOf(unscaled, random.nextInt(-3, 25));
      value = random.nextInt(4) == 0 ? value.negate() : value;
      String time = random.nextBoolean() ? value.toString() : value.toPlainString();
      BigDecimal micros = value.movePointRight(6).setScale(0, RoundingMode.FLOOR);
      boolean inRange =
          micros.compareTo(BigDecimal.valueOf(EARLIEST.getEpochSecond(), -6)) >= 0
              && micros.compareTo(BigDecimal.valueOf(LATEST.getEpochSecond(), -6)) < 0;
      Events events = decode(fields, withTime(time));
      assertEquals(inRange ? 1 : 0, events.count, time);
      if (inRange) {
        assertEquals(micros.longValueExact(), events.createdMicros[0], time);
        assertEquals(Double.parseDouble(time), events.createdSeconds[0], time);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1700000000123,                       1700000000.123",
    "1700000000123456,                    1700000000.123456",
    "'\"2023-11-14T22:13:20.123456789Z\"', 1700000000.123456",
    "1700000000.1234567,                  1700000000.1234567",
    "1700000000.12345678901234567890,     1700000000.1234567"
  })
  void secondsAreTheNearestDouble(String time, double expected) {
    assertEquals(expected, decode(withTime(time)).createdSeconds[0]);
  }

  @Test
  void millionDigitsAreOneTimeLikeAnyOther() {
    Events events = decode(withTime("1700000000." + "1".repeat(1_000_000)));
    assertEquals(1_700_000_000_111_111L, events.createdMicros[0]);
    assertEquals(1_700_000_000.1111112, events.createdSeconds[0]);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-22T18:32:05Z,              2026-11-22T18:32:05Z",
    "2026-11-22t18:32:05z,              2026-11-22T18:32:05Z",
    "2026-11-22 18:32:05Z,              2026-11-22T18:32:05Z",
    "2026-11-22T18:32Z,                 2026-11-22T18:32:00Z",
    "2026-11-22T18:32:05.1Z,            2026-11-22T18:32:05.1Z",
    "'2026-11-22T18:32:05,123456Z',     2026-11-22T18:32:05.123456Z",
    "2026-11-22T18:32:05.123456999999Z, 2026-11-22T18:32:05.123456Z",
    "2026-11-22T18:32:05+01:30,         2026-11-22T17:02:05Z",
    "2026-11-22T18:32:05-0130,          2026-11-22T20:02:05Z",
    "2026-11-22T18:32:05+01,            2026-11-22T17:32:05Z",
    "2026-01-01T00:00:00+23:59,         2025-12-31T00:01:00Z",
    "2024-02-29T00:00:00Z,              2024-02-29T00:00:00Z",
    "2000-02-29T00:00:00Z,              2000-02-29T00:00:00Z"
  })
  void isoTimesAreRead(String time, Instant expected) {
    EventFields fields = EventFields.Preset.DEFAULT.fields();
    assertEquals(ChronoUnit.MICROS.between(Instant.EPOCH, expected), micros(fields, quoted(time)));
  }

  @Test
  void everyDayOfTwoCalendarCyclesIsTheDayThatJavaCounts() {
    IsoTime iso = new IsoTime();
    JsonText text = new JsonText();
    OffsetDateTime time = OffsetDateTime.of(0, 1, 1, 6, 7, 8, 0, ZoneOffset.UTC);
    for (; time.getYear() < 800; time = time.plusDays(1)) {
      byte[] bytes = Decoding.utf8(time.toString());
      text.set(bytes, 0, bytes.length, false);
      assertEquals(time.toEpochSecond() * 1_000_000, iso.micros(text));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-22T18:32:05",
        "2026-11-22",
        "2026-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-00-10T00:00:00Z",
        "2026-13-10T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2016-12-31T23:59:60Z",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00+01:60",
        "2026-01-01T00:00:00+1",
        "2026-01-01T00:00:00+01:",
        "2026-01-01T00:00:00ZZ",
        "2026-01-01T00:00:00 Z",
        " 2026-01-01T00:00:00Z",
        "20260101T000000Z",
        "+12026-01-01T00:00:00Z",
        "2026-1-1T00:00:00Z",
        "\u0662\u0660\u0662\u0666-01-01T00:00:00Z",
        "1700000000",
        "now",
        ""
      })
  void whatIsNoIsoTimeWithAZoneIsInvalid(String time) {
    assertEquals(
        Reason.INVALID_TIME, reason(EventFields.Preset.DEFAULT.fields(), quoted(time)), time);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "-0.0000001",
        "1e30",
        "-1e30",
        "1e999999999",
        "1e99999999999999999999999",
        "\"0000-02-29T00:00:00Z\"",
        "\"1969-12-31T23:59:59.999999Z\"",
        "\"2200-01-01T00:00:00Z\"",
        "\"9999-12-31T23:59:59Z\"",
        "7258118400",
        "7258118400000"
      })
  void timesOutsideTheRangeAreRefused(String time) {
    assertEquals(Reason.TIME_OUT_OF_RANGE, reason(EventFields.Preset.DEFAULT.fields(), time), time);
  }

  @Test
  void rangeIncludesItsStartAndExcludesItsEndToTheMicrosecond() {
    EventFields fields =
        fields(
            TimeUnit.AUTO,
            Instant.parse("2020-01-01T00:00:00.0000001Z"),
            Instant.parse("2020-01-01T00:00:00.000003Z"));
    assertEquals(Reason.TIME_OUT_OF_RANGE, reason(fields, "1577836800"));
    assertEquals(1_577_836_800_000_001L, micros(fields, "1577836800.000001"));
    assertEquals(1_577_836_800_000_002L, micros(fields, "1577836800.0000029"));
    assertEquals(Reason.TIME_OUT_OF_RANGE, reason(fields, "1577836800.000003"));
  }
}
