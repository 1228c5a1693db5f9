package dev.weir.cli;

import dev.weir.settings.Settings;
import dev.weir.transform.SqlException;

/** Tells a user which of the settings holds SQL that cannot be used. */
public final class WrongSql {
  private WrongSql() {}

  /** The usage error for SQL that the engine or a guard refused. */
  public static UsageException in(Settings settings, SqlException e) {
    return new UsageException(
        e.expectation()
            .map(name -> "quality.expectations has '%s': %s".formatted(name, e.getMessage()))
            .orElseGet(
                () ->
                    "transform.sql (--sql) is '%s': %s"
                        .formatted(settings.transform().sql(), e.getMessage())));
  }
}
