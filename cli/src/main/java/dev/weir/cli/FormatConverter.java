package dev.weir.cli;

import dev.weir.cli.query.ResultFormat;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The values of {@code --format} of commands that answer with rows. */
public final class FormatConverter implements ITypeConverter<ResultFormat> {
  @Override
  public ResultFormat convert(String text) {
    try {
      return ResultFormat.of(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(ResultFormat.ALLOWED);
    }
  }
}
