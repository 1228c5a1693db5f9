package dev.weir.sim;

import dev.weir.decode.RecordDecoder;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Many schedules, one thread for each core. Schedule {@code i} has the seed {@code first + i}.
 *
 * @param first the seed of the first
 * @param count how many
 * @param mutation what is wrong with the protocol
 * @param claimsGetLost whether the claim store forgets
 */
record Schedules(long first, long count, Mutation mutation, boolean claimsGetLost) {
  /**
   * A schedule that broke something.
   *
   * @param seed its seed
   * @param violations what it broke
   */
  record Failure(long seed, List<Violation> violations) {}

  /**
   * What came of the schedules.
   *
   * @param tally what was met
   * @param failures those that broke something, by seed
   * @param nanos how long it took
   * @param cpuNanos how much of the processors it took
   */
  record Result(Tally tally, List<Failure> failures, long nanos, long cpuNanos) {}

  Result run() throws InterruptedException {
    int lanes = Math.max(1, Runtime.getRuntime().availableProcessors());
    long began = System.nanoTime();
    ExecutorService threads = Executors.newFixedThreadPool(lanes);
    try {
      List<Future<Result>> parts = new ArrayList<>();
      for (int lane = 0; lane < lanes; lane++) {
        long from = first + lane;
        parts.add(threads.submit(() -> run(from, lanes)));
      }
      Tally tally = new Tally();
      List<Failure> failures = new ArrayList<>();
      long cpuNanos = 0;
      for (Future<Result> part : parts) {
        tally.add(part.get().tally());
        failures.addAll(part.get().failures());
        cpuNanos += part.get().cpuNanos();
      }
      failures.sort(Comparator.comparingLong(Failure::seed));
      return new Result(tally, failures, System.nanoTime() - began, cpuNanos);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the simulator itself failed", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private Result run(long from, int stride) {
    long began = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    RecordDecoder decoder = Content.decoder();
    Tally tally = new Tally();
    List<Failure> failures = new ArrayList<>();
    for (long seed = from; seed < first + count; seed += stride) {
      List<Violation> violations =
          new Simulation(seed, mutation, claimsGetLost, false, decoder, tally).run();
      if (!violations.isEmpty()) {
        failures.add(new Failure(seed, violations));
      }
    }
    long cpuNanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - began;
    return new Result(tally, failures, 0, cpuNanos);
  }

  /** Runs one schedule and tells every step of it. */
  String trace(long seed) {
    Simulation simulation =
        new Simulation(seed, mutation, claimsGetLost, true, Content.decoder(), new Tally());
    simulation.run();
    return simulation.trace();
  }
}
