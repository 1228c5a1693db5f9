package dev.weir.lambda;

import dev.weir.lake.FencedException;
import dev.weir.lake.WrongClaimsException;
import dev.weir.pipeline.Outcome;
import dev.weir.pipeline.Pause;
import dev.weir.pipeline.Pipeline;
import dev.weir.quality.ExpectationFailedException;
import dev.weir.record.Batch;
import dev.weir.record.Position;
import dev.weir.transform.SqlException;
import dev.weir.transform.TransformFailedException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the batches of an event through the pipeline.
 *
 * <p>A failed attempt is made again while there is time; what has not landed at the deadline, or
 * after the last attempt, is to be delivered again. What would fail in the same way however often
 * it is delivered is thrown. Not safe for use by several threads.
 */
final class Landing {
  private static final Logger log = LoggerFactory.getLogger(Landing.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  /** Where the pipeline comes from: what it needs may be out of reach when it is asked for. */
  @FunctionalInterface
  interface Pipelines {
    Pipeline pipeline() throws IOException, SqlException, WrongClaimsException;
  }

  private final Pipelines pipelines;
  private final int maxAttempts;
  private final Pause pause;

  Landing(Pipelines pipelines, int maxAttempts, Pause pause) {
    this.pipelines = pipelines;
    this.maxAttempts = maxAttempts;
    this.pause = pause;
  }

  /**
   * Lands an event, as far as it gets until the deadline.
   *
   * @throws TransformFailedException if the SQL fails on this data, now and every time
   * @throws ExpectationFailedException if an event does not meet an expectation that lets batches
   *     fail
   * @throws SqlException if the SQL is wrong
   * @throws WrongClaimsException if the lake belongs to other claims
   * @throws EventException if the event is none of a stream
   */
  Landed land(EventBatches batches, Deadline deadline)
      throws TransformFailedException,
          ExpectationFailedException,
          SqlException,
          WrongClaimsException {
    Landed landed = new Landed();
    for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
      Outcome outcome = batch.count() == 0 ? null : land(batch, deadline);
      if (outcome != null) {
        landed.add(outcome);
        for (int i : outcome.redeliver()) {
          Position position = batch.position(i);
          landed.redelivery.add(position.shard(), position.sequenceNumber());
        }
      } else if (batch.count() > 0) {
        for (EventBatches.Received record : batches.fromLatestBatch()) {
          landed.redelivery.add(record.shard(), record.sequenceNumber());
        }
        break;
      }
    }
    List<EventBatches.Received> received = batches.received();
    landed.records = received.size();
    landed.redelivered = landed.redelivery.count(received);
    landed.shards = received.stream().map(EventBatches.Received::shard).distinct().toList();
    return landed;
  }

  /** Lands a batch, or answers null if that did not succeed in time. */
  private @Nullable Outcome land(Batch batch, Deadline deadline)
      throws TransformFailedException,
          ExpectationFailedException,
          SqlException,
          WrongClaimsException {
    for (int attempt = 1; !deadline.hasPassed(); attempt++) {
      try {
        return pipelines.pipeline().process(batch, deadline.acknowledgeBy());
      } catch (TransformFailedException | ExpectationFailedException e) {
        throw e;
      } catch (IOException | FencedException e) {
        if (isOver(deadline)) {
          break;
        }
        boolean last = attempt == maxAttempts;
        log.warn(
            "an attempt failed; position={} try={} next={} cause={}",
            batch.position(0),
            attempt,
            last ? "delivery" : "try",
            FailureText.of(e));
        if (last || !pause(attempt, deadline)) {
          return null;
        }
      } catch (RuntimeException e) {
        // What is interrupted may fail in any way.
        if (!isOver(deadline)) {
          throw e;
        }
        break;
      }
    }
    log.warn("a batch was given up at the deadline; position={}", batch.position(0));
    return null;
  }

  private static boolean isOver(Deadline deadline) {
    return Thread.currentThread().isInterrupted() || deadline.hasPassed();
  }

  /** Waits before the next attempt. False if there is no time for one. */
  private boolean pause(int attempt, Deadline deadline) {
    long millis = FIRST_PAUSE.toMillis() << Math.min(attempt - 1, 6);
    Duration duration =
        Duration.ofMillis(ThreadLocalRandom.current().nextLong(millis / 2, millis + 1));
    if (deadline.left().compareTo(duration) <= 0) {
      return false;
    }
    try {
      pause.pause(duration);
      return true;
    } catch (IOException e) {
      return false; // the deadline came first
    }
  }
}
