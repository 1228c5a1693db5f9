package dev.weir.cli;

import java.math.BigDecimal;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A share of a whole, written as {@code 2%} or {@code 0.02}, as parts per million. */
final class Share implements ITypeConverter<Integer> {
  private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

  /** Longer texts are no sensible share, and a huge exponent would take memory. */
  private static final int MAX_LENGTH = 12;

  @Override
  public Integer convert(String text) {
    boolean percent = text.endsWith("%");
    String number = percent ? text.substring(0, text.length() - 1) : text;
    if (number.length() <= MAX_LENGTH && number.matches("[0-9]+(\\.[0-9]+)?")) {
      BigDecimal share = new BigDecimal(number).movePointLeft(percent ? 2 : 0).multiply(MILLION);
      if (share.compareTo(MILLION) <= 0 && share.stripTrailingZeros().scale() <= 0) {
        return share.intValueExact();
      }
    }
    throw new TypeConversionException("0% to 100% in steps of 0.0001%, or the same as 0 to 1");
  }
}
