package dev.weir.pipeline;

import dev.weir.claim.Attempt;
import dev.weir.claim.ClaimStore;
import dev.weir.decode.Events;
import dev.weir.decode.RecordDecoder;
import dev.weir.lake.FencedException;
import dev.weir.lake.Lake;
import dev.weir.pipeline.Resolver.Resolution;
import dev.weir.pipeline.StepTimes.Step;
import dev.weir.quality.Inspection;
import dev.weir.quality.Quality;
import dev.weir.quality.QualityBooks;
import dev.weir.record.Batch;
import dev.weir.transform.Transform;
import dev.weir.transform.Written;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One batch, exactly once: the eight steps of the protocol
 * (docs/decisions/0001-claims-protocol.md), and the check of the data before the first of them that
 * anybody else can see (0013-quality-before-claims.md).
 *
 * <p>A front end makes a batch, calls {@link #process} and acknowledges; nothing else. After a
 * failure of any kind, at any step, the same records can be processed again, in batches cut in any
 * way, by any process that shares the lake and the claims.
 *
 * <p>Not safe for use by several threads; each worker has its own, and all share the claim store,
 * the lake and the live attempts.
 */
public final class Pipeline {
  private static final Logger log = LoggerFactory.getLogger(Pipeline.class);

  private final RecordDecoder decoder;
  private final Quality quality;
  private final ClaimStore claims;
  private final Lake lake;
  private final LiveAttempts attempts;
  private final Resolver resolver;
  private final Transform transform;
  private final Duration acknowledgeTimeout;
  private final String version;
  private final Clock clock;

  /**
   * A pipeline.
   *
   * @param quality what is expected of events, and measured
   * @param acknowledgeTimeout how long a batch waits for other attempts that hold its duplicates
   * @param version the version of Weir, for the ledger
   */
  public Pipeline(
      RecordDecoder decoder,
      Quality quality,
      ClaimStore claims,
      Lake lake,
      LiveAttempts attempts,
      FencePolicy fencePolicy,
      Transform transform,
      Duration acknowledgeTimeout,
      Pause pause,
      String version,
      Clock clock) {
    this.decoder = decoder;
    this.quality = quality;
    this.claims = claims;
    this.lake = lake;
    this.attempts = attempts;
    this.resolver = new Resolver(claims, lake, fencePolicy, pause);
    this.transform = transform;
    this.acknowledgeTimeout = acknowledgeTimeout;
    this.version = version;
    this.clock = clock;
  }

  /**
   * Lands a batch: when this returns, every record that is not to be delivered again is durably in
   * the lake, as an event or as a dead letter, by this attempt or by another.
   *
   * @throws dev.weir.quality.ExpectationFailedException if the batch must not land; nothing of it
   *     was claimed, and another try comes to the same
   * @throws IOException if a store, the disk or the engine failed; some of the batch may have
   *     landed; process the records again
   * @throws FencedException if another process took the events over; process the records again
   */
  public Outcome process(Batch batch) throws IOException, FencedException {
    return process(batch, Instant.MAX);
  }

  /**
   * Lands a batch as {@link #process(Batch)} does, for a caller that has to be done at a certain
   * time.
   *
   * @param acknowledgeBy when waiting for other attempts ends at the latest; what they have not
   *     finished by then is to be delivered again
   * @throws dev.weir.quality.ExpectationFailedException if the batch must not land; nothing of it
   *     was claimed, and another try comes to the same
   * @throws IOException if a store, the disk or the engine failed; some of the batch may have
   *     landed; process the records again
   * @throws FencedException if another process took the events over; process the records again
   */
  public Outcome process(Batch batch, Instant acknowledgeBy) throws IOException, FencedException {
    return process(batch, acknowledgeBy, Review.NONE);
  }

  /** Lands a batch, or what a review leaves of it. */
  Outcome process(Batch batch, Instant acknowledgeBy, Review review)
      throws IOException, FencedException {
    Attempt attempt = attempts.begin();
    try {
      StepTimes steps = new StepTimes();
      Events events = decoder.decode(batch); // 0 DECODE
      steps.end(Step.DECODE);
      Inspection inspection = quality.check().inspect(events); // CHECK
      steps.end(Step.CHECK);
      Resolution resolution =
          review.resolved(inspection, resolver.resolve(attempt, inspection)); // 1 CLAIM, 2 RESOLVE
      steps.end(Step.RESOLVE);
      steps.move(Step.RESOLVE, Step.CLAIM, resolution.claiming());
      try (Written written = transform.write(attempt, resolution.rows())) { // 3 WRITE
        review.written(resolution, written);
        steps.end(Step.WRITE);
        Ledger ledger = ledger(inspection, resolution, written);
        List<String> keys = lake.plan(attempt, written.files(), ledger); // 4 PLAN
        steps.end(Step.PLAN);
        lake.land(attempt, written.files(), keys); // 5 LAND
        steps.end(Step.LAND);
        hintDone(attempt); // 6 DONE
        quality.measurement().landed(ledger.quality());
        steps.end(Step.DONE);
        int[] redeliver = resolver.unacknowledged(resolution, untilLatest(acknowledgeBy)); // 7 ACK
        steps.end(Step.ACKNOWLEDGE);
        return new Outcome(attempt, ledger, redeliver, steps);
      }
    } finally {
      attempts.end(attempt);
    }
  }

  private Ledger ledger(Inspection inspection, Resolution resolution, Written written) {
    Instant now = clock.instant();
    AttemptFate fate = new AttemptFate(resolution, written);
    QualityBooks books = quality.measurement().books(inspection, fate, now);
    return Ledger.of(inspection, resolution, written, books, now, version);
  }

  /** The memory that its engine holds now, in bytes; may be asked by any thread at any time. */
  public long engineMemoryBytes() {
    return transform.memoryBytes();
  }

  /** How long to wait for others; not at all if it is too late for that. */
  private Duration untilLatest(Instant acknowledgeBy) {
    Duration left = Duration.between(clock.instant(), acknowledgeBy);
    return left.compareTo(acknowledgeTimeout) < 0 ? left : acknowledgeTimeout;
  }

  private void hintDone(Attempt attempt) {
    try {
      claims.done(attempt);
    } catch (IOException e) {
      // Only a hint: whoever meets this attempt's claims will look into the lake instead.
      log.warn("the hint that an attempt is done was not kept; attempt={}", attempt, e);
    }
  }
}
