package dev.weir.sim;

import dev.weir.claim.Attempt;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * One batch in one worker, as a coroutine over the blocking pipeline.
 *
 * <p>To let another run go on, a run that is on top of others on the stack is unwound; to go on it
 * is run again from its beginning, and all that it was answered so far is answered again. The
 * pipeline cannot tell, because everything random, every clock and every operation passes here.
 */
final class Run {
  enum State {
    /** Not begun, or unwound. */
    OFF_STACK,
    ON_STACK,
    OVER
  }

  /**
   * What a run was answered.
   *
   * @param what site and subject, to see that a replay asks the same
   * @param value the answer, if there was no failure
   * @param failure what was thrown instead, or null
   */
  private record Answer(Object what, String subject, Object value, IOException failure) {}

  final int number;
  final Worker worker;
  final Source.Delivery delivery;
  State state = State.OFF_STACK;

  /** Set by the death of its process; it leaves the stack as soon as it gets control. */
  boolean dead;

  /** The step before which it stands still. */
  int frozenUntil;

  /** The first operation after it was chosen follows without another choice. */
  boolean chosen;

  Attempt attempt;
  String hex = "";

  /** What its worker remembered of fences when it began. */
  Map<Attempt, Set<UUID>> fencesBefore;

  // What tells sites apart; counted anew in a replay.
  int claimCalls;
  boolean saidDone;
  String lastSealed = "";

  /** Whether a claim has made its first half. */
  boolean inSecondPart;

  private final List<Answer> answers = new ArrayList<>();
  private int next;

  Run(int number, Worker worker, Source.Delivery delivery) {
    this.number = number;
    this.worker = worker;
    this.delivery = delivery;
  }

  void rewind() {
    next = 0;
    claimCalls = 0;
    saidDone = false;
    lastSealed = "";
    chosen = true;
  }

  /** Whether it was on the stack before, even if it was left at its first operation. */
  boolean hasBegun() {
    return attempt != null;
  }

  boolean isReplaying() {
    return next < answers.size();
  }

  /** The answer of before. */
  Object replay(Object what, String subject) throws IOException {
    Answer answer = answers.get(next++);
    if (!answer.what.equals(what) || !answer.subject.equals(subject)) {
      throw new IllegalStateException(
          "a replay went another way: %s %s, before it was %s %s"
              .formatted(what, subject, answer.what, answer.subject));
    }
    if (answer.failure != null) {
      throw answer.failure;
    }
    return answer.value;
  }

  void remember(Object what, String subject, Object value, IOException failure) {
    answers.add(new Answer(what, subject, value, failure));
    next++;
  }

  /** A value that is drawn once, whatever it depends on. */
  @SuppressWarnings("unchecked")
  <T> T once(Object what, Supplier<T> draw) {
    if (isReplaying()) {
      try {
        return (T) replay(what, "");
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
    T value = draw.get();
    remember(what, "", value, null);
    return value;
  }

  @Override
  public String toString() {
    return "A%d".formatted(number);
  }
}
