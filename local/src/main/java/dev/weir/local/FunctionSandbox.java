package dev.weir.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One sandbox of a function: a JVM of its own under Lambda's own runtime client, with the heap and
 * the options that Lambda gives it. It takes one invocation at a time, and is killed when it is
 * closed. What it prints stays in a file; its temporary files go with it.
 */
public final class FunctionSandbox implements AutoCloseable {
  private static final double HEAP_SHARE = 0.85;

  /**
   * Names the library of the runtime client. Without it each start writes the library to one file
   * of the machine, and another sandbox that has it in use can die of that.
   */
  private static final String RUNTIME_LIBRARY =
      "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

  private final FunctionOptions options;
  private final RuntimeApi api;
  private final ChildProcess process;
  private final Path temporary;
  private final long started = System.nanoTime();

  private FunctionSandbox(
      FunctionOptions options, RuntimeApi api, ChildProcess process, Path temporary) {
    this.options = options;
    this.api = api;
    this.process = process;
    this.temporary = temporary;
  }

  /**
   * Starts a sandbox; it may not be ready yet.
   *
   * @throws IOException if it cannot be started
   */
  public static FunctionSandbox start(LocalTools tools, FunctionOptions options)
      throws IOException {
    Files.createDirectories(options.work());
    Path folder = Files.createTempDirectory(options.work(), "sandbox-");
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    RuntimeApi api = new RuntimeApi(LocalAws.functionArn(options.name()));
    try {
      ProcessBuilder builder = new ProcessBuilder(command(tools, options, temporary));
      builder.directory(options.task().toFile());
      builder.environment().clear();
      builder.environment().putAll(environment(options, api));
      ChildProcess process =
          ChildProcess.start("the function", builder, folder.resolve("output.log"));
      return new FunctionSandbox(options, api, process, temporary);
    } catch (IOException | RuntimeException e) {
      api.close();
      throw e;
    }
  }

  private static List<String> command(LocalTools tools, FunctionOptions options, Path temporary)
      throws IOException {
    long heapKibibytes = (long) (options.memoryMegabytes() * 1024L * HEAP_SHARE);
    List<String> command = new ArrayList<>();
    String wrapper = options.environment().get("AWS_LAMBDA_EXEC_WRAPPER");
    if (wrapper != null) {
      command.add(wrapper);
    }
    command.add(options.java().resolve("bin/java").toString());
    command.add("-Xmx" + heapKibibytes + "k");
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("-D" + RUNTIME_LIBRARY + "=" + tools.lambdaRuntimeLibrary());
    command.add("-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac");
    command.addAll(options.javaOptions());
    command.addAll(List.of("-cp", tools.lambdaRuntime()));
    command.add("com.amazonaws.services.lambda.runtime.api.client.AWSLambda");
    command.add(options.handler());
    return command;
  }

  private static Map<String, String> environment(FunctionOptions options, RuntimeApi api) {
    Path task = options.task();
    Map<String, String> environment =
        new java.util.HashMap<>(
            Map.of(
                "AWS_LAMBDA_RUNTIME_API",
                api.address(),
                "AWS_LAMBDA_FUNCTION_NAME",
                options.name(),
                "AWS_LAMBDA_FUNCTION_VERSION",
                "$LATEST",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                Integer.toString(options.memoryMegabytes()),
                "AWS_LAMBDA_LOG_GROUP_NAME",
                "/aws/lambda/" + options.name(),
                "AWS_LAMBDA_LOG_STREAM_NAME",
                "stream",
                "AWS_REGION",
                LocalAws.REGION,
                "LAMBDA_TASK_ROOT",
                task.toString(),
                "LD_LIBRARY_PATH",
                "/lib64:/usr/lib64:" + task + ":" + task.resolve("lib"),
                "TZ",
                ":UTC"));
    environment.putAll(options.environment());
    return environment;
  }

  /**
   * Waits until the function is ready for its first event.
   *
   * @return how long that took from the start of Java
   * @throws IOException if it failed, ended or took too long; the message has what it printed
   */
  public Duration awaitReady(Duration bound) throws IOException, InterruptedException {
    CompletableFuture<Process> end = process.process().onExit();
    try {
      CompletableFuture.anyOf(api.ready(), end).get(bound.toMillis(), TimeUnit.MILLISECONDS);
      if (api.ready().isDone()) {
        return Duration.ofNanos(api.ready().get() - started);
      }
      throw failure("ended with exit code " + process.process().exitValue());
    } catch (ExecutionException e) {
      throw failure("failed: " + e.getMessage());
    } catch (TimeoutException e) {
      throw failure("is not ready after " + bound.toSeconds() + " s");
    }
  }

  private IOException failure(String reason) {
    return new IOException("the function %s; it printed:%n%s".formatted(reason, printed()));
  }

  /** Whether the function was restored from a snapshot before it was ready. */
  public boolean wasRestored() {
    return api.restored().isDone();
  }

  /** Whether the function has asked for an event. */
  boolean isReady() {
    return api.ready().isDone() && !api.ready().isCompletedExceptionally();
  }

  /** Whether its process lives. */
  public boolean isAlive() {
    return process.process().isAlive();
  }

  /** Its process, to be looked at, frozen or killed. */
  public ProcessHandle process() {
    return process.process().toHandle();
  }

  /** What it has printed so far. */
  public String printed() {
    return process.printed();
  }

  /** Hands it an event, and leaves it to the caller what becomes of the deadline. */
  public CompletableFuture<FunctionReply> send(byte[] event, Duration timeout) {
    return api.invoke(RuntimeApi.newId(), event, timeout);
  }

  /**
   * Invokes the function. When the timeout passes, the sandbox is killed, as Lambda does; after
   * that, or after it has ended by itself, it is of no use any more.
   *
   * @throws InterruptedException if this thread is interrupted; the sandbox is killed then
   */
  public FunctionReply invoke(byte[] event) throws InterruptedException {
    String id = RuntimeApi.newId();
    CompletableFuture<FunctionReply> reply = api.invoke(id, event, options.timeout());
    CompletableFuture<Process> end = process.process().onExit();
    try {
      CompletableFuture.anyOf(reply, end).get(options.timeout().toMillis(), TimeUnit.MILLISECONDS);
      if (reply.isDone()) {
        return reply.get();
      }
      String message = "the sandbox ended with exit code " + process.process().exitValue();
      return new FunctionReply(id, FunctionReply.Status.CRASHED, message);
    } catch (TimeoutException e) {
      process.kill();
      String message = "timed out after " + options.timeout().toMillis() + " ms";
      return new FunctionReply(id, FunctionReply.Status.TIMED_OUT, message);
    } catch (ExecutionException e) {
      throw new IllegalStateException("replies do not fail", e);
    } catch (InterruptedException e) {
      process.process().destroyForcibly();
      throw e;
    }
  }

  @Override
  public void close() {
    process.kill();
    api.close();
    try {
      Folders.delete(temporary);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("temporary files stay behind in " + temporary, e);
    }
  }
}
