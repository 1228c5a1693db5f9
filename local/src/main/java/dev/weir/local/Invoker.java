package dev.weir.local;

/**
 * The function's side of an event source mapping. Implementations are safe for use by several
 * threads, each of which has an invocation of its own.
 */
@FunctionalInterface
public interface Invoker {
  /**
   * Invokes the function and waits for what comes of it. Whatever goes wrong with the function is a
   * reply.
   *
   * @param event the event, JSON in UTF-8
   * @throws InterruptedException if the waiting thread was interrupted; the function may have run
   */
  FunctionReply invoke(byte[] event) throws InterruptedException;

  /** The function's ARN, which records of failed invocations name. */
  default String functionArn() {
    return LocalAws.functionArn("weir");
  }
}
