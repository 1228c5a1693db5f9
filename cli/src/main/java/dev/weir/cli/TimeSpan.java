package dev.weir.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time such as {@code 500ms}, {@code 10s} or {@code 2m}; each option has a subclass. */
public abstract class TimeSpan implements ITypeConverter<Duration> {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,9})(ms|s|m)");

  private final Duration min;
  private final Duration max;

  /** Both bounds are inclusive, in whole seconds. */
  protected TimeSpan(Duration min, Duration max) {
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
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            default -> Duration.ofMinutes(number);
          };
      if (value.compareTo(min) >= 0 && value.compareTo(max) <= 0) {
        return value;
      }
    }
    throw new TypeConversionException(
        "a time from %ds to %ds, as in 500ms, 10s or 2m"
            .formatted(min.toSeconds(), max.toSeconds()));
  }
}
