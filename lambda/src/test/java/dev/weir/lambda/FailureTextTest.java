package dev.weir.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "Conversion Error: Could not convert string 'O'Brien 4111' to INT32"
            + "|Conversion Error: Could not convert string …",
        "Conversion Error: Malformed JSON at byte 1 of input: unexpected.  Input: \"{it's \"x\""
            + "|Conversion Error: Malformed JSON at byte …",
        "Conversion Error: invalid timestamp field format: \"4111 Main\", expected (YYYY)"
            + "|Conversion Error: invalid timestamp field format: …",
        "Conversion Error: Type INT32 with value 4111 can't be cast"
            + "|Conversion Error: Type INT32 with value …",
        "Conversion Error: Could not cast value nan to INT32"
            + "|Conversion Error: Could not cast value …",
        "Out of Range Error: Overflow in addition of INT64 (4111 + 1)!"
            + "|Out of Range Error: Overflow in addition of INT64 (…",
        "Invalid Input Error: missing ]: [secret|Invalid Input Error: missing ]: …",
        "Invalid Input Error: Map keys must be unique.|Invalid Input Error: Map keys must be unique."
      })
  void messageEndsWhereValueMayBegin(String message, String shown) {
    String prefix = "the transformation failed: ";
    assertEquals(prefix + shown, FailureText.withoutValues(prefix + message));
  }

  @Test
  void onlyMessagesOfTheEngineAreCut() {
    String message = "the transformation failed: Not implemented Error: Unknown TimeZone 'secret'!";
    assertEquals(
        "the transformation failed: Not implemented Error: Unknown TimeZone …",
        FailureText.of(new IOException(message, new SQLException())));
    assertEquals(
        "the bucket \"lake\" does not exist (404)",
        FailureText.of(new IOException("the bucket \"lake\" does not exist (404)")));
  }
}
