package dev.weir.local;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A function's sandboxes: an invocation takes one that is free, or starts another, up to the
 * function's concurrency. One that crashed or timed out is replaced when the next invocation asks.
 * Safe for use by several threads.
 */
public final class SandboxPool implements Invoker, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SandboxPool.class);
  private static final Duration START = Duration.ofSeconds(120);

  private final LocalTools tools;
  private final FunctionOptions options;
  private final int concurrency;
  private final Deque<FunctionSandbox> free = new ArrayDeque<>();
  private final List<FunctionSandbox> busy = new ArrayList<>();
  private int taken;
  private long started;
  private boolean closed;

  /**
   * A pool without any sandbox yet.
   *
   * @param concurrency how many invocations run at once at most, at least 1; more are throttled
   */
  public SandboxPool(LocalTools tools, FunctionOptions options, int concurrency) {
    if (concurrency < 1) {
      throw new IllegalArgumentException(
          "the concurrency is %d; allowed is 1 or more".formatted(concurrency));
    }
    this.tools = tools;
    this.options = options;
    this.concurrency = concurrency;
  }

  @Override
  public FunctionReply invoke(byte[] event) throws InterruptedException {
    if (!take()) {
      String message = concurrency + " invocations run already";
      return new FunctionReply("", FunctionReply.Status.THROTTLED, message);
    }
    FunctionSandbox sandbox = null;
    boolean reusable = false;
    try {
      sandbox = sandbox();
      FunctionReply reply = sandbox.invoke(event);
      reusable = reply.isAnswer() || reply.status() == FunctionReply.Status.FAILED;
      return reply;
    } catch (IOException e) {
      log.warn("a sandbox did not start; {}", e.getMessage());
      String message = String.valueOf(e.getMessage());
      return new FunctionReply("", FunctionReply.Status.CRASHED, message);
    } finally {
      giveBack(sandbox, reusable);
    }
  }

  /**
   * Starts a sandbox that waits for its first invocation, so that it is known before whether the
   * function starts.
   *
   * @throws IOException if it does not; the message has what the function printed
   */
  public void warm() throws IOException, InterruptedException {
    if (!take()) {
      return;
    }
    FunctionSandbox sandbox = null;
    try {
      sandbox = sandbox();
    } finally {
      giveBack(sandbox, true);
    }
  }

  @Override
  public String functionArn() {
    return LocalAws.functionArn(options.name());
  }

  private synchronized boolean take() {
    if (closed) {
      throw new IllegalStateException("the function's sandboxes are closed");
    }
    if (taken == concurrency) {
      return false;
    }
    taken++;
    return true;
  }

  private FunctionSandbox sandbox() throws IOException, InterruptedException {
    for (FunctionSandbox sandbox = nextFree(); sandbox != null; sandbox = nextFree()) {
      if (sandbox.isAlive()) {
        return sandbox;
      }
      giveUp(sandbox);
    }
    FunctionSandbox sandbox = FunctionSandbox.start(tools, options);
    synchronized (this) {
      started++;
      busy.add(sandbox);
    }
    try {
      sandbox.awaitReady(START);
      return sandbox;
    } catch (IOException | InterruptedException e) {
      giveUp(sandbox);
      throw e;
    }
  }

  private synchronized @Nullable FunctionSandbox nextFree() {
    FunctionSandbox sandbox = free.pollLast();
    if (sandbox != null) {
      busy.add(sandbox);
    }
    return sandbox;
  }

  private void giveUp(FunctionSandbox sandbox) {
    synchronized (this) {
      busy.remove(sandbox);
    }
    sandbox.close();
  }

  private void giveBack(@Nullable FunctionSandbox sandbox, boolean again) {
    boolean over;
    synchronized (this) {
      taken--;
      over = closed || !again;
      if (sandbox != null && !over) {
        busy.remove(sandbox);
        free.addLast(sandbox);
      }
    }
    if (sandbox != null && over) {
      giveUp(sandbox);
    }
  }

  /** The processes of the sandboxes that have an invocation, or start for one. */
  public synchronized List<ProcessHandle> busy() {
    return busy.stream().map(FunctionSandbox::process).toList();
  }

  /** Of the {@link #busy} ones those that have started: each has an invocation. */
  public synchronized List<ProcessHandle> invoked() {
    return busy.stream().filter(FunctionSandbox::isReady).map(FunctionSandbox::process).toList();
  }

  /** How many sandboxes there are. */
  public synchronized int size() {
    return busy.size() + free.size();
  }

  /** How many sandboxes were started so far. */
  public synchronized long started() {
    return started;
  }

  /** Kills all sandboxes; invocations under way end as crashed. */
  @Override
  public void close() {
    List<FunctionSandbox> all;
    synchronized (this) {
      closed = true;
      all = new ArrayList<>(free);
      free.clear();
      busy.forEach(sandbox -> sandbox.process().destroyForcibly());
    }
    all.forEach(FunctionSandbox::close);
  }
}
