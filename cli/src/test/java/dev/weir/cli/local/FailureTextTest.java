package dev.weir.cli.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class FailureTextTest {
  @Test
  void messageOfAnExceptionIsToldWithoutTheRest() {
    assertEquals(
        "the SQL \"fails\"",
        FailureText.of(
            "{\"errorType\":\"E\",\"stackTrace\":[\"a\",{\"errorMessage\":1}],"
                + "\"errorMessage\":\"the SQL \\\"fails\\\"\"}"));
  }

  @Test
  void anythingElseIsToldAsItIsOnOneLineWithinABound() {
    assertEquals("timed out after 60000 ms", FailureText.of("timed out after 60000 ms"));
    assertEquals("it ended; it printed: a b", FailureText.of("it ended; it printed:\n a\n\n b\n"));
    assertEquals("{\"a\":1}", FailureText.of("{\"a\":1}"));
    assertEquals("x".repeat(400) + "...", FailureText.of("x".repeat(401)));
    assertEquals("", FailureText.of(""));
  }
}
