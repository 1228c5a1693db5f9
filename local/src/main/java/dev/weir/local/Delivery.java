package dev.weir.local;

import dev.weir.local.Counters.Count;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the batches of one lane of a shard, one after the other, by Lambda's rules: again and
 * again until the function has accounted for every record, or the record is given up.
 *
 * <p>What counts as a failure and what it costs (docs/decisions/0011-event-source-mapping.md):
 *
 * <ul>
 *   <li>an answer that names records: those before the earliest are done with, the others come
 *       again
 *   <li>an answer that names the first record or one that is not in the batch, an error, a timeout,
 *       a crash: everything comes again, in halves if they are asked for, which uses up no retry
 *   <li>a function that is throttled: everything comes again, which uses up no retry either
 * </ul>
 *
 * <p>One thread's.
 */
final class Delivery {
  private static final Logger log = LoggerFactory.getLogger(Delivery.class);
  private static final FunctionReply NONE =
      new FunctionReply("", FunctionReply.Status.THROTTLED, "not invoked");

  /**
   * Records that are delivered together.
   *
   * @param retries how many retries they have used up
   * @param invocations how often the function was invoked with them
   * @param last what came of the last time
   */
  private record Part(
      List<PackedRecord> records, int retries, int invocations, FunctionReply last) {
    Part tried(FunctionReply reply) {
      return new Part(records, retries, invocations + 1, reply);
    }

    Part retried() {
      return new Part(records, retries + 1, invocations, last);
    }

    Part only(int from, int to) {
      return new Part(records.subList(from, to), retries, invocations, last);
    }

    int size() {
      return records.size();
    }
  }

  private final MappingContext context;
  private final MappingOptions options;
  private final String shard;
  private final SplittableRandom draws;
  private int failuresInRow;

  Delivery(MappingContext context, String shard, SplittableRandom draws) {
    this.context = context;
    this.options = context.options();
    this.shard = shard;
    this.draws = draws;
  }

  /**
   * Delivers a batch; returns when each of its records is done with, or the mapping is to stop.
   *
   * @throws InterruptedException if this thread is interrupted; the function may have run
   */
  void deliver(List<PackedRecord> batch) throws InterruptedException {
    Deque<Part> parts = new ArrayDeque<>();
    parts.push(new Part(batch, 0, 0, NONE));
    while (!parts.isEmpty() && context.running().getAsBoolean()) {
      Part part = withoutExpired(parts.pop());
      if (part.size() > 0) {
        deliver(part, parts);
      }
    }
  }

  private void deliver(Part part, Deque<Part> parts) throws InterruptedException {
    if (part.invocations() > 0) {
      context.counters().add(Count.RETRIES, 1);
    }
    FunctionReply reply = invoke(part.records());
    if (reply.status() == FunctionReply.Status.THROTTLED) {
      parts.push(part);
      pause();
      return;
    }
    int done = doneWith(part, reply);
    context.counters().add(Count.DONE, done);
    if (done == part.size()) {
      failuresInRow = 0;
      repeat(part.records());
      return;
    }
    Part rest = part.tried(reply).only(done, part.size());
    if (options.bisectOnError() && done > 0) {
      // Cut where the function said; that uses up no retry.
      parts.push(rest);
    } else if (options.bisectOnError() && rest.size() > 1) {
      context.counters().add(Count.BISECTIONS, 1);
      parts.push(rest.only(rest.size() / 2, rest.size()));
      parts.push(rest.only(0, rest.size() / 2));
    } else if (isExhausted(rest)) {
      giveUp(rest, InvocationRecord.Condition.RETRIES, Count.DISCARDED);
      return;
    } else {
      parts.push(rest.retried());
    }
    failuresInRow = done > 0 ? 0 : failuresInRow;
    pause();
  }

  private boolean isExhausted(Part part) {
    return options.maximumRetryAttempts() != MappingOptions.UNTIL_EXPIRY
        && part.retries() >= options.maximumRetryAttempts();
  }

  /** How many records, from the first on, a reply accounts for. */
  private int doneWith(Part part, FunctionReply reply) {
    if (!reply.isAnswer()) {
      return 0;
    }
    int done = Verdict.of(reply.body(), part.records(), options.reportsItemFailures()).done();
    if (done < part.size()) {
      context.counters().add(Count.PARTIAL, 1);
    }
    return done;
  }

  /** Invokes the function, now and then twice at once; what the first answers counts. */
  private FunctionReply invoke(List<PackedRecord> records) throws InterruptedException {
    byte[] event = EventJson.event(records);
    if (draws.nextDouble() >= options.repetition().atOnce()) {
      return invoke(records, event);
    }
    CompletableFuture<Void> twin = new CompletableFuture<>();
    context.threads().execute(() -> invokeTwin(records, event, twin));
    FunctionReply reply = invoke(records, event);
    try {
      twin.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InterruptedException) {
        throw new InterruptedException("the second delivery was interrupted");
      }
      throw new IllegalStateException("the second delivery broke", e);
    }
    return reply;
  }

  private void invokeTwin(
      List<PackedRecord> records, byte[] event, CompletableFuture<Void> finished) {
    try {
      context.counters().add(Count.REPETITIONS, 1);
      invoke(records, event);
      finished.complete(null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      finished.completeExceptionally(e);
    } catch (RuntimeException e) {
      finished.completeExceptionally(e);
    }
  }

  private FunctionReply invoke(List<PackedRecord> records, byte[] event)
      throws InterruptedException {
    FunctionReply reply = context.invoker().invoke(event);
    if (reply.status() == FunctionReply.Status.THROTTLED) {
      context.counters().add(Count.THROTTLES, 1);
    } else {
      context.counters().add(Count.INVOCATIONS, 1);
      context.counters().add(Count.FAILURES, reply.isAnswer() ? 0 : 1);
    }
    if (reply.isAnswer()) {
      context.counters().addAnswer(Verdict.of(reply.body(), records, false).counts());
    } else {
      log.warn(
          "an invocation failed; shard={} records={} request={} status={} cause={}",
          shard,
          records.size(),
          reply.requestId(),
          reply.status(),
          reply.body());
    }
    context
        .listener()
        .invoked(shard, records.stream().map(r -> r.record().sequenceNumber()).toList(), reply);
    return reply;
  }

  /** Delivers once more what has succeeded, now and then; what the function answers is ignored. */
  private void repeat(List<PackedRecord> records) throws InterruptedException {
    if (draws.nextDouble() < options.repetition().again()) {
      context.counters().add(Count.REPETITIONS, 1);
      invoke(records, EventJson.event(records));
    }
  }

  /** Gives up the records that are too old, which are the first. */
  private Part withoutExpired(Part part) {
    Instant oldest = context.clock().instant().minus(context.maximumAge());
    int expired = 0;
    while (expired < part.size()
        && part.records().get(expired).record().arrival().isBefore(oldest)) {
      expired++;
    }
    if (expired > 0) {
      giveUp(part.only(0, expired), InvocationRecord.Condition.AGE, Count.EXPIRED);
    }
    return part.only(expired, part.size());
  }

  private void giveUp(Part part, InvocationRecord.Condition condition, Count count) {
    InvocationRecord invocation =
        new InvocationRecord(
            context.id(),
            context.invoker().functionArn(),
            context.stream(),
            shard,
            part.records(),
            condition,
            part.last(),
            part.invocations());
    Instant now = context.clock().instant();
    log.warn("records are given up; shard={} records={} reason={}", shard, part.size(), condition);
    try {
      context.destination().put(invocation.key(now), invocation.toJson(now));
    } catch (IOException e) {
      context.counters().add(Count.DESTINATION_FAILURES, 1);
      log.error("the record of a failed invocation was not kept; shard={}", shard, e);
    }
    context.counters().add(count, part.size());
  }

  private void pause() throws InterruptedException {
    Duration pause = options.backoff().multipliedBy(1L << Math.min(failuresInRow, 20));
    failuresInRow++;
    context.pause().pause(pause.compareTo(options.maxBackoff()) < 0 ? pause : options.maxBackoff());
  }
}
