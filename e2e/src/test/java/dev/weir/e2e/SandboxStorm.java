package dev.weir.e2e;

import dev.weir.local.FunctionReply;
import dev.weir.local.Invoker;
import dev.weir.local.SandboxPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A function whose sandboxes are killed, and frozen for a while, at moments that a seed decides;
 * some freezes outlast the timeout, others only the patience of the other sandboxes. Whatever the
 * seed draws, sandboxes are frozen past the timeout until an invocation has timed out. Safe for use
 * by several threads.
 */
final class SandboxStorm implements Invoker, AutoCloseable {
  private static final int MOST_FREEZE_MILLIS = 10_000;
  private static final int LEAST_FREEZE_MILLIS = 1_000;

  private static final int LOOK_MILLIS = 30;

  private final SandboxPool pool;
  private final double kills;
  private final double freezes;
  private final int withinMillis;
  private final int timeoutMillis;
  private final SplittableRandom draws;
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
  private final AtomicInteger killed = new AtomicInteger();
  private final AtomicInteger frozen = new AtomicInteger();
  private final Set<Long> stopped = ConcurrentHashMap.newKeySet();
  private @Nullable ProcessHandle held; // the timer's thread's
  private volatile boolean timedOut;

  /**
   * A storm over a pool.
   *
   * @param kills the share of invocations in which a sandbox is killed
   * @param freezes the share in which one is frozen
   * @param withinMillis how long after the beginning of an invocation that is, at most
   * @param timeout of the function
   */
  SandboxStorm(
      SandboxPool pool,
      double kills,
      double freezes,
      int withinMillis,
      Duration timeout,
      long seed) {
    this.pool = pool;
    this.kills = kills;
    this.freezes = freezes;
    this.withinMillis = withinMillis;
    this.timeoutMillis = Math.toIntExact(timeout.toMillis());
    this.draws = new SplittableRandom(seed);
    timer.scheduleWithFixedDelay(
        this::freezePastTimeout, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public FunctionReply invoke(byte[] event) throws InterruptedException {
    plan();
    FunctionReply reply = pool.invoke(event);
    if (reply.status() == FunctionReply.Status.TIMED_OUT) {
      timedOut = true;
    }
    return reply;
  }

  private synchronized void plan() {
    double fate = draws.nextDouble();
    int victim = draws.nextInt(1 << 20);
    int millis = draws.nextInt(withinMillis);
    int freezeMillis = draws.nextInt(LEAST_FREEZE_MILLIS, MOST_FREEZE_MILLIS);
    if (fate < kills) {
      timer.schedule(() -> kill(victim), millis, TimeUnit.MILLISECONDS);
    } else if (fate < kills + freezes) {
      timer.schedule(() -> freeze(victim, freezeMillis), millis, TimeUnit.MILLISECONDS);
    }
  }

  private void kill(int victim) {
    List<ProcessHandle> busy = pool.busy();
    if (!busy.isEmpty() && busy.get(victim % busy.size()).destroyForcibly()) {
      killed.incrementAndGet();
    }
  }

  private void freeze(int victim, int millis) {
    List<ProcessHandle> busy = pool.busy();
    if (!busy.isEmpty()) {
      freeze(busy.get(victim % busy.size()), millis);
    }
  }

  /**
   * Freezes a sandbox that has an invocation, for twice the timeout, until one has timed out. One
   * that had answered just before thaws at once, and one that is killed meanwhile is followed by
   * another.
   */
  private void freezePastTimeout() {
    List<ProcessHandle> invoked = pool.invoked();
    if (held != null && !invoked.contains(held)) {
      thaw(held);
      held = null;
    }
    if (!timedOut && held == null && !invoked.isEmpty()) {
      held = invoked.get(0);
      freeze(held, 2 * timeoutMillis);
    }
  }

  /** Unless it is frozen already, for then it would thaw too early. */
  private void freeze(ProcessHandle process, int millis) {
    if (stopped.add(process.pid())) {
      if (signal("-STOP", process)) {
        frozen.incrementAndGet();
        timer.schedule(() -> thaw(process), millis, TimeUnit.MILLISECONDS);
      } else {
        stopped.remove(process.pid());
      }
    }
  }

  private void thaw(ProcessHandle process) {
    stopped.remove(process.pid());
    signal("-CONT", process);
  }

  private static boolean signal(String signal, ProcessHandle process) {
    try {
      Process kill =
          new ProcessBuilder("kill", signal, Long.toString(process.pid()))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.isAlive() && kill.waitFor(10, TimeUnit.SECONDS) && kill.exitValue() == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** How many sandboxes were killed. */
  int killed() {
    return killed.get();
  }

  /** How many sandboxes were frozen. */
  int frozen() {
    return frozen.get();
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
