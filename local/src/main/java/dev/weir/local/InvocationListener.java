package dev.weir.local;

import java.util.List;

/** Is told of every invocation that a mapping makes, by the thread that made it. */
@FunctionalInterface
public interface InvocationListener {
  /**
   * An invocation is over, or was throttled.
   *
   * @param shard the shard of its records
   * @param sequenceNumbers those of its records, in order
   * @param reply what came of it
   */
  void invoked(String shard, List<String> sequenceNumbers, FunctionReply reply);

  /** Listens to nothing. */
  static InvocationListener none() {
    return (shard, sequenceNumbers, reply) -> {};
  }
}
