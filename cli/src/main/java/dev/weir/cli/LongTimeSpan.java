package dev.weir.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time such as {@code 10s}, {@code 2m}, {@code 3h} or {@code 7d}; each option has a subclass. */
public abstract class LongTimeSpan implements ITypeConverter<Duration> {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,9})([smhd])");

  private final Duration min;
  private final Duration max;

  /** Both bounds are inclusive. */
  protected LongTimeSpan(Duration min, Duration max) {
    this.min = min;
    this.max = max;
  }

  @Override
  public Duration convert(String text) {
    Matcher time = TEXT.matcher(text);
    if (time.matches()) {
      long number = Long.parseLong(time.group(1));
      Duration value =
          switch (time.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
          };
      if (value.compareTo(min) >= 0 && value.compareTo(max) <= 0) {
        return value;
      }
    }
    throw new TypeConversionException(
        "a time from %s to %s, as in 10s, 2m, 3h or 7d".formatted(text(min), text(max)));
  }

  private static String text(Duration time) {
    return time.toDays() > 0 ? time.toDays() + "d" : time.toSeconds() + "s";
  }
}
