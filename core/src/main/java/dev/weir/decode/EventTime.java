package dev.weir.decode;

import dev.weir.decode.EventFields.TimeUnit;
import dev.weir.record.Reason;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * Reads when an event happened: a number of seconds or parts of them, or ISO 8601 with a zone.
 *
 * <p>Exact to the microsecond; what is finer is floored. Not safe for use by several threads.
 */
final class EventTime {
  private static final int MICRO_DIGITS = 6;

  /** Up to this a long of microseconds is a double exactly. */
  private static final long MAX_EXACT_DOUBLE = 1L << 53;

  private final TimeUnit unit;
  private final long minMicros;
  private final long maxMicros;
  private final DecimalText decimal = new DecimalText();
  private final IsoTime iso = new IsoTime();
  private final JsonText text = new JsonText();

  private long micros;
  private double seconds;

  /** A reader of times from {@code min}, inclusive, to {@code max}, exclusive. */
  EventTime(TimeUnit unit, Instant min, Instant max) {
    this.unit = unit;
    this.minMicros = ceilingMicros(min);
    this.maxMicros = ceilingMicros(max);
  }

  private static long ceilingMicros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + (instant.getNano() + 999) / 1_000;
  }

  /**
   * Reads the time of a document.
   *
   * @param member the member that holds it, which is neither absent nor null
   * @throws RefusalException if it cannot be read, or is out of range
   */
  void read(Document document, int member) {
    boolean inSeconds = false;
    if (document.isNumber(member)) {
      decimal.set(document.bytes(), document.valueStart(member), document.valueEnd(member));
      int power = powerOfMicros();
      micros = decimal.scaled(power);
      inSeconds = power == MICRO_DIGITS;
    } else if (document.isString(member)) {
      document.text(member, text);
      micros = iso.micros(text);
    } else {
      throw new RefusalException(Reason.INVALID_TIME, "a value of type " + document.type(member));
    }
    if (micros < minMicros || micros >= maxMicros) {
      throw new RefusalException(
          Reason.TIME_OUT_OF_RANGE, micros < minMicros ? "before time.min" : "not before time.max");
    }
    seconds = inSeconds ? decimal.nearestDouble() : secondsOf(micros);
  }

  /** The power of ten that makes microseconds of the number's unit. */
  private int powerOfMicros() {
    return switch (unit) {
      case S -> MICRO_DIGITS;
      case MS -> 3;
      case US -> 0;
      case NS -> -3;
      // Below 10^11, 10^14 and 10^17: in each unit that is the year 5138.
      case AUTO -> {
        long magnitude = decimal.magnitude();
        yield magnitude <= 11 ? MICRO_DIGITS : magnitude <= 14 ? 3 : magnitude <= 17 ? 0 : -3;
      }
    };
  }

  private static double secondsOf(long micros) {
    return Math.abs(micros) <= MAX_EXACT_DOUBLE
        ? micros / 1e6
        : BigDecimal.valueOf(micros, MICRO_DIGITS).doubleValue();
  }

  /** Microseconds since the epoch, UTC. */
  long micros() {
    return micros;
  }

  /** Seconds since the epoch: the nearest double. */
  double seconds() {
    return seconds;
  }
}
