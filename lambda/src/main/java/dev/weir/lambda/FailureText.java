package dev.weir.lambda;

import dev.weir.transform.TransformFailedException;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a log may tell of a failure. The engine shows the data that it failed on: between quotes of
 * either kind, which may stand in the data too, as a number, or behind a colon. So the rest of its
 * message is cut off where the first of them begins; the class of the error and what it is about
 * stand before.
 */
final class FailureText {
  private static final int MAX_CAUSES = 10;

  /** Where a value may begin; after the engine's class of error, such as "Conversion Error: ". */
  private static final Pattern VALUE =
      Pattern.compile(
          "[\"']"
              + "|(?<=\\bvalue )"
              + "|(?<=Error: [^\n]{0,300}[ (:-])[0-9]"
              + "|(?<=Error: [^:\n]{1,300}: )");

  private FailureText() {}

  /** The message of a failure, without values of events. */
  static String of(Exception failure) {
    String message = String.valueOf(failure.getMessage());
    return isOfEngine(failure) ? withoutValues(message) : message;
  }

  private static boolean isOfEngine(Exception failure) {
    @Nullable Throwable cause = failure;
    for (int i = 0; i < MAX_CAUSES && cause != null; i++, cause = cause.getCause()) {
      if (cause instanceof TransformFailedException || cause instanceof SQLException) {
        return true;
      }
    }
    return false;
  }

  /** Cuts a message of the engine off where a value may begin. */
  static String withoutValues(String message) {
    Matcher value = VALUE.matcher(message);
    return value.find() ? message.substring(0, value.start()) + "…" : message;
  }
}
