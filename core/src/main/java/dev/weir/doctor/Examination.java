package dev.weir.doctor;

import dev.weir.doctor.Finding.Verdict;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Runs checks one after the other, each within a time, and reports each as soon as it is done. */
final class Examination {
  /** For what takes a few requests. */
  static final Duration SHORT = Duration.ofSeconds(45);

  /** For what sends many bytes. */
  static final Duration LONG = Duration.ofMinutes(5);

  private final Consumer<Finding> report;

  Examination(Consumer<Finding> report) {
    this.report = report;
  }

  /**
   * Runs a check. One that throws has failed, with the message of what it threw; one that takes too
   * long has failed, too, and is interrupted.
   *
   * @return whether what depends on it can be checked
   */
  boolean check(Check check, Duration limit, Callable<Finding> body) {
    Finding finding = within(check, limit, body);
    report.accept(finding);
    return finding.verdict() == Verdict.PASS || finding.verdict() == Verdict.WARN;
  }

  /** Reports what is known already. */
  void found(Finding finding) {
    report.accept(finding);
  }

  /** Leaves checks out. */
  void skip(String because, Check... checks) {
    for (Check check : checks) {
      report.accept(Finding.skipped(check, because));
    }
  }

  private static Finding within(Check check, Duration limit, Callable<Finding> body) {
    FutureTask<Finding> task = new FutureTask<>(body);
    Thread thread = new Thread(task, "weir-doctor-" + check.id());
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      return Finding.fail(check, message(cause == null ? e : cause), "");
    } catch (TimeoutException e) {
      task.cancel(true);
      return Finding.fail(
          check,
          "it did not end within " + limit.toSeconds() + " s",
          "look at the network and at the load of the store, then run it again");
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
      return Finding.skipped(check, "interrupted");
    }
  }

  /** What a failure says, with its kind where the message alone would tell nothing. */
  static String message(Throwable failure) {
    boolean isTold = failure instanceof Exception && failure.getMessage() != null;
    boolean isExpected =
        failure instanceof IOException || failure instanceof IllegalArgumentException;
    return isTold && isExpected && !(failure instanceof FileSystemException)
        ? String.valueOf(failure.getMessage())
        : failure.toString();
  }
}
