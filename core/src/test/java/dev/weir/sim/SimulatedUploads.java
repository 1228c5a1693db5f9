package dev.weir.sim;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Puts in random order on the thread that waits for them. What else happens, happens between them;
 * when the process dies, those that have not begun are lost or still on their way.
 */
final class SimulatedUploads extends AbstractExecutorService {
  private final Simulation simulation;

  SimulatedUploads(Simulation simulation) {
    this.simulation = simulation;
  }

  @Override
  public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks) {
    List<Callable<T>> puts = List.copyOf(tasks);
    int[] order = simulation.current().once("order", () -> simulation.permutation(puts.size()));
    List<Future<T>> over = new ArrayList<>(Collections.nCopies(puts.size(), null));
    for (int i = 0; i < order.length; i++) {
      try {
        over.set(order[i], CompletableFuture.completedFuture(puts.get(order[i]).call()));
      } catch (Simulation.Unwound e) {
        for (int j = i + 1; j < order.length && simulation.current().dead; j++) {
          dieWith(puts.get(order[j]));
        }
        throw e;
      } catch (Exception e) {
        over.set(order[i], CompletableFuture.failedFuture(e));
      }
    }
    return over;
  }

  private static void dieWith(Callable<?> put) {
    try {
      put.call();
      throw new IllegalStateException("a dead process goes on");
    } catch (Simulation.Unwound e) {
      // The put is lost, or on its way.
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void execute(Runnable task) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void shutdown() {}

  @Override
  public List<Runnable> shutdownNow() {
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return true;
  }
}
