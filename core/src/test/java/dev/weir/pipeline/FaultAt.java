package dev.weir.pipeline;

import java.io.IOException;

/**
 * Fails the n-th operation of a process, before or after it is applied; a crash fails every later
 * one too, because a dead process does nothing more.
 */
final class FaultAt implements StoreHook {
  private final int index;
  private final boolean afterApplying;
  private final boolean crash;
  private int operations;
  private boolean fired;
  private String where = "";

  FaultAt(int index, boolean afterApplying, boolean crash) {
    this.index = index;
    this.afterApplying = afterApplying;
    this.crash = crash;
  }

  @Override
  public synchronized void before(String operation, String subject) throws IOException {
    if (fired && crash) {
      throw new IOException("the process is dead");
    }
    if (operations++ == index && !afterApplying) {
      fire(operation, subject);
    }
  }

  @Override
  public synchronized void after(String operation, String subject) throws IOException {
    if (operations - 1 == index && afterApplying && !fired) {
      fire(operation, subject);
    }
  }

  private void fire(String operation, String subject) throws IOException {
    fired = true;
    where = operation + " " + subject;
    throw new IOException((afterApplying ? "lost answer of " : "lost request for ") + where);
  }

  synchronized boolean fired() {
    return fired;
  }

  /** Whether there were as many operations; one that fails by itself has no answer to lose. */
  synchronized boolean isMet() {
    return operations > index;
  }

  @Override
  public String toString() {
    return "%s at operation %d (%s), %s"
        .formatted(
            crash ? "crash" : "glitch", index, where, afterApplying ? "applied" : "not applied");
  }
}
