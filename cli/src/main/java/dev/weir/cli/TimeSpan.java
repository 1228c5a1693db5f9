package dev.weir.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time such as {@code 500ms}, {@code 10s}, {@code 2m}, {@code 3h} or {@code 7d}. */
public abstract class TimeSpan implements ITypeConverter<Duration> {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
  private static final Duration LONG = Duration.ofHours(1);

  private final Duration min;
  private final Duration max;

  /** Both bounds are inclusive, in whole seconds; each option has a subclass. */
  protected TimeSpan(Duration min, Duration max) {
    this.min = min;
    this.max = max;
  }

  @Override
  public Duration convert(String text) {
    Matcher time = TEXT.matcher(text);
    if (time.matches()) {
      Duration value = value(Long.parseLong(time.group(1)), time.group(2));
      if (value.compareTo(min) >= 0 && value.compareTo(max) <= 0) {
        return value;
      }
    }
    String examples = max.compareTo(LONG) < 0 ? "500ms, 10s or 2m" : "10s, 2m, 3h or 7d";
    throw new TypeConversionException(
        "a time from %s to %s, as in %s".formatted(text(min), text(max), examples));
  }

  private static Duration value(long number, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }

  private static String text(Duration time) {
    return time.toDays() > 0 ? time.toDays() + "d" : time.toSeconds() + "s";
  }
}
