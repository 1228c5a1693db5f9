package dev.weir.local;

/**
 * What came of an invocation.
 *
 * @param requestId the invocation's id, which the function's logs have; empty if it was throttled
 * @param status how it ended
 * @param body what the function answered, or the message of what went wrong
 */
public record FunctionReply(String requestId, Status status, String body) {
  /** How an invocation ended. */
  public enum Status {
    /** The function returned. */
    ANSWERED,
    /** The function threw. */
    FAILED,
    /** The timeout passed; the sandbox was killed. */
    TIMED_OUT,
    /** The sandbox ended before it answered, or did not start. */
    CRASHED,
    /** The function was not invoked, because as many of it run as may. */
    THROTTLED
  }

  /** Whether the function returned. */
  public boolean isAnswer() {
    return status == Status.ANSWERED;
  }
}
