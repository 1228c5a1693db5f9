package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.weir.local.Folders;
import dev.weir.local.FunctionOptions;
import dev.weir.local.FunctionReply;
import dev.weir.local.FunctionSandbox;
import dev.weir.local.LocalTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The function from its deployment zip in one sandbox of 512 MB, with ends that tests choose.
 * Closing it kills it.
 */
final class LambdaProcess implements AutoCloseable {
  static final String HANDLER = "dev.weir.lambda.EventHandler::handleRequest";
  static final Path ZIP = Checkout.ROOT.resolve("lambda/target/weir-lambda-x86_64.zip");
  private static final Duration BOUND = Duration.ofSeconds(120);

  private final FunctionSandbox sandbox;

  private LambdaProcess(FunctionSandbox sandbox) {
    this.sandbox = sandbox;
  }

  /** Unpacks the zip, as Lambda does once for each machine. */
  static Path unpack(Path folder) throws IOException {
    return unpack(ZIP, folder);
  }

  /** Unpacks a zip, in the place of what was unpacked before. */
  static Path unpack(Path zip, Path folder) throws IOException {
    if (!Files.isRegularFile(zip)) {
      fail("there is no " + zip + ": run ./mvnw -pl lambda -am package -DskipTests");
    }
    Path task = folder.resolve("task");
    Folders.delete(task);
    Folders.unpack(zip, task);
    assertTrue(task.resolve("weir-start").toFile().setExecutable(true));
    return task;
  }

  /**
   * Starts the function.
   *
   * @param java the home of the Java platform to use
   * @param options further options for Java
   * @param environment the function's own variables
   */
  static LambdaProcess start(
      Path java, Path task, List<String> options, Map<String, String> environment)
      throws IOException {
    FunctionOptions function =
        FunctionOptions.of(task, HANDLER, task.resolveSibling("sandboxes"))
            .withEnvironment(environment)
            .onJava(java, options);
    return new LambdaProcess(FunctionSandbox.start(LocalTools.installed(), function));
  }

  /** Waits until the function is ready. Returns how many milliseconds that took. */
  long awaitReady() throws Exception {
    return sandbox.awaitReady(BOUND).toMillis();
  }

  /** Whether the function was restored from a snapshot before it was ready. */
  boolean wasRestored() {
    return sandbox.wasRestored();
  }

  /** Invokes the function and waits for its answer. */
  FunctionReply invoke(byte[] event, Duration timeout) throws Exception {
    CompletableFuture<FunctionReply> reply = sandbox.send(event, timeout);
    CompletableFuture<ProcessHandle> end = sandbox.process().onExit();
    CompletableFuture.anyOf(reply, end).get(BOUND.toSeconds(), TimeUnit.SECONDS);
    return reply.isDone() ? reply.get() : fail("the function ended; it said:\n" + said());
  }

  /** Invokes the function, and kills it as soon as something is so; it must not have answered. */
  void invokeAndKill(byte[] event, BooleanSupplier moment) throws Exception {
    CompletableFuture<FunctionReply> reply = sandbox.send(event, Duration.ofMinutes(1));
    long deadline = System.nanoTime() + BOUND.toNanos();
    while (!moment.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline && sandbox.isAlive(), this::said);
      Thread.onSpinWait();
    }
    sandbox.process().destroyForcibly();
    awaitEnd();
    assertFalse(reply.isDone(), "it had answered already");
  }

  /** Invokes the function, which ends instead of answering. */
  void invokeUntilEnd(byte[] event, Duration timeout) throws Exception {
    CompletableFuture<FunctionReply> reply = sandbox.send(event, timeout);
    awaitEnd();
    assertFalse(reply.isDone(), "it has answered");
  }

  private void awaitEnd() throws Exception {
    sandbox.process().onExit().get(BOUND.toSeconds(), TimeUnit.SECONDS);
  }

  /** The most memory that it has held so far, in bytes; 0 where that is not told. */
  long peakBytes() throws IOException {
    Path status = Path.of("/proc/" + sandbox.process().pid() + "/status");
    return !Files.exists(status)
        ? 0
        : Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
            .sum();
  }

  /** What it has said so far. */
  String said() {
    return sandbox.printed();
  }

  @Override
  public void close() {
    sandbox.close();
  }
}
