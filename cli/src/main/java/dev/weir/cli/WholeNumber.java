package dev.weir.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A whole number within bounds, as the value of an option; each option has a subclass. */
public abstract class WholeNumber implements ITypeConverter<Long> {
  private final long min;
  private final long max;

  /** Both bounds are inclusive. */
  protected WholeNumber(long min, long max) {
    this.min = min;
    this.max = max;
  }

  @Override
  public Long convert(String text) {
    try {
      long value = Long.parseLong(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below, with what is allowed, like a number beyond the bounds.
    }
    throw new TypeConversionException("a whole number from %d to %d".formatted(min, max));
  }
}
