package dev.weir.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class InvocationTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  private final AtomicBoolean processEnded = new AtomicBoolean();
  private final Invocation invocation = new Invocation(() -> processEnded.set(true));

  @Test
  void whatTheWorkReturnsOrThrowsIsPassedOn() throws Exception {
    Deadline deadline = deadline(Duration.ofMinutes(1));
    assertEquals("done", invocation.run(() -> "done", deadline));
    IOException failure = new IOException("failed");
    assertSame(
        failure,
        assertThrows(
            IOException.class,
            () ->
                invocation.run(
                    () -> {
                      throw failure;
                    },
                    deadline)));
    assertThrows(
        OutOfMemoryError.class,
        () ->
            invocation.run(
                () -> {
                  throw new OutOfMemoryError("simulated");
                },
                deadline));
    assertFalse(processEnded.get());
  }

  @Test
  void workIsInterruptedAtTheDeadlineAndWaitedFor() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    String result =
        invocation.run(
            () -> {
              try {
                never.await();
                return "no";
              } catch (InterruptedException e) {
                return "given up";
              }
            },
            deadline(Duration.ZERO));
    assertEquals("given up", result);
    assertFalse(processEnded.get());
  }

  @Test
  void workThatCannotBeInterruptedEndsTheProcess() {
    CountDownLatch over = new CountDownLatch(1);
    Deadline deadline = new Deadline(NOW, Duration.ofMillis(1), CLOCK);
    assertThrows(
        IllegalStateException.class,
        () ->
            invocation.run(
                () -> {
                  while (over.getCount() > 0) {
                    Thread.onSpinWait();
                  }
                  return "too late";
                },
                deadline));
    assertTrue(processEnded.get());
    over.countDown();
  }

  @Test
  void theMarginIsKeptOfTheTimeThatRemains() {
    Deadline usual = Deadline.of(Duration.ofSeconds(60), Duration.ofSeconds(5), CLOCK);
    assertEquals(Duration.ofSeconds(55), usual.left());
    assertEquals(Duration.ofMillis(4_500), usual.grace());
    assertEquals(NOW.plusMillis(54_500), usual.acknowledgeBy());
    Deadline brief = Deadline.of(Duration.ofSeconds(3), Duration.ofSeconds(5), CLOCK);
    assertEquals(Duration.ofMillis(1_500), brief.left());
    assertEquals(Duration.ofSeconds(1), brief.grace());
    assertTrue(Deadline.of(Duration.ZERO, Duration.ofSeconds(5), CLOCK).hasPassed());
  }

  private static Deadline deadline(Duration left) {
    return new Deadline(NOW.plus(left), Duration.ofMinutes(1), CLOCK);
  }
}
