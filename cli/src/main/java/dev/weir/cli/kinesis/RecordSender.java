package dev.weir.cli.kinesis;

import dev.weir.cli.CommandFailedException;
import dev.weir.pipeline.Pause;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/**
 * Sees records into a stream: what a request leaves out, and a request that fails in a way that may
 * pass, is sent again after a random delay that doubles up to {@link #LONGEST}. As long as the
 * stream takes some records it goes on; when it has taken none {@link #TRIES} times in a row, it
 * gives up.
 *
 * <p>A record arrives at least once: it is sent again when only the answer was lost.
 *
 * <p>Safe for use by several threads.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html">PutRecords</a>
 */
final class RecordSender {
  /** Requests in a row of which the stream takes nothing. */
  static final int TRIES = 10;

  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private final KinesisClient client;
  private final String stream;
  private final KinesisFailures failures;
  private final Pause pause;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong sentAgain = new AtomicLong();
  private volatile boolean reached;

  /** A sender that waits by a pause. */
  RecordSender(KinesisClient client, KinesisAddress address, Pause pause) {
    this.client = client;
    this.stream = address.stream();
    this.failures = new KinesisFailures(address);
    this.pause = pause;
  }

  /** How many records the stream has taken. */
  long sent() {
    return sent.get();
  }

  /** How many records had to be sent once more, counted each time. */
  long sentAgain() {
    return sentAgain.get();
  }

  /**
   * Sends records, as many as one request holds; returns when the stream has taken all of them.
   *
   * @throws CommandFailedException if it does not; the message says why
   * @throws InterruptedIOException if the thread was interrupted
   */
  void send(List<PutRecordsRequestEntry> records) throws InterruptedIOException {
    List<PutRecordsRequestEntry> rest = records;
    for (int fruitless = 0; ; ) {
      Refusal refusal = put(rest);
      sent.addAndGet(rest.size() - refusal.records.size());
      if (refusal.records.isEmpty()) {
        return;
      }
      fruitless = refusal.records.size() < rest.size() ? 1 : fruitless + 1;
      if (fruitless == TRIES) {
        throw new CommandFailedException(
            failed("%s, in %d tries".formatted(refusal.reason, TRIES)));
      }
      rest = refusal.records;
      pause.pause(delay(fruitless));
      sentAgain.addAndGet(rest.size());
    }
  }

  /** Records that the stream has not taken, and why; none if it has taken all. */
  private record Refusal(List<PutRecordsRequestEntry> records, String reason) {}

  private Refusal put(List<PutRecordsRequestEntry> records) throws InterruptedIOException {
    try {
      PutRecordsResponse answer =
          client.putRecords(request -> request.streamName(stream).records(records));
      reached = true;
      return refused(records, answer.records());
    } catch (AbortedException e) {
      Thread.currentThread().interrupt();
      throw (InterruptedIOException)
          new InterruptedIOException("interrupted while records were sent").initCause(e);
    } catch (SdkException e) {
      // An address where nobody has answered yet is more likely wrong than out of order.
      boolean wrongAddress = !reached && KinesisFailures.isUnreachable(e);
      if (wrongAddress || !KinesisFailures.passes(e)) {
        throw new CommandFailedException(failed(failures.describe(e)), e);
      }
      return new Refusal(records, failures.describe(e));
    }
  }

  private static Refusal refused(
      List<PutRecordsRequestEntry> records, List<PutRecordsResultEntry> results) {
    List<PutRecordsRequestEntry> refused = new ArrayList<>();
    String reason = "";
    for (int i = 0; i < results.size(); i++) {
      String code = results.get(i).errorCode();
      if (code != null) {
        refused.add(records.get(i));
        reason =
            KinesisFailures.tooFast(code)
                ? KinesisFailures.slower()
                : "the stream answered %s: %s".formatted(code, results.get(i).errorMessage());
      }
    }
    return new Refusal(refused, reason);
  }

  private String failed(String reason) {
    return String.format(
        Locale.ROOT,
        "cannot put records on kinesis://%s: %s; it has taken %,d records before",
        stream,
        reason,
        sent());
  }

  /**
   * Half of the time at least, so that nobody hammers, and at random, so that not all come at once.
   */
  private static Duration delay(int fruitless) {
    long most = Math.min(LONGEST.toMillis(), FIRST.toMillis() << Math.min(fruitless - 1, 16));
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
  }
}
