package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * How a command ended.
 *
 * @param code the exit code
 * @param out what stood on standard output
 * @param err what stood on standard error
 */
record Result(int code, String out, String err) {
  /** Fails with everything the command has said unless it ended with this code. */
  Result expect(int expected) {
    assertEquals(expected, code, () -> "the command said:\n" + out + err);
    return this;
  }
}
