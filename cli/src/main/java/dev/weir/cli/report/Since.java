package dev.weir.cli.report;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How far back a report looks, as in {@code 90m}, {@code 24h} or {@code 7d}. */
final class Since implements ITypeConverter<Since.Span> {
  private static final Pattern TEXT = Pattern.compile("([1-9]\\d{0,5})([mhd])");

  /**
   * A span of time before now.
   *
   * @param text as it was written
   */
  record Span(String text, Duration length) {}

  @Override
  public Span convert(String text) {
    Matcher span = TEXT.matcher(text);
    if (!span.matches()) {
      throw new TypeConversionException("a time before now, as in 90m, 24h or 7d");
    }
    long number = Long.parseLong(span.group(1));
    return new Span(
        text,
        switch (span.group(2)) {
          case "m" -> Duration.ofMinutes(number);
          case "h" -> Duration.ofHours(number);
          default -> Duration.ofDays(number);
        });
  }
}
