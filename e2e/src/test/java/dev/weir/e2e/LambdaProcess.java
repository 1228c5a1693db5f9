package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The function from its deployment zip, in a process of its own under Lambda's own runtime client,
 * with the heap and the options that a function of 512 MB gets. Closing it kills it.
 */
final class LambdaProcess implements AutoCloseable {
  static final Path ZIP = Checkout.ROOT.resolve("lambda/target/weir-lambda-x86_64.zip");
  static final Path RUNTIME = Path.of("target", "lambda-runtime").toAbsolutePath();
  private static final long BOUND_SECONDS = 120;

  private final RuntimeApi api;
  private final Process process;
  private final Path output;
  private final long started;

  private LambdaProcess(RuntimeApi api, Process process, Path output, long started) {
    this.api = api;
    this.process = process;
    this.output = output;
    this.started = started;
  }

  /** Unpacks the zip, as Lambda does once for each machine. */
  static Path unpack(Path folder) throws IOException {
    return unpack(ZIP, folder);
  }

  /** Unpacks a zip. */
  static Path unpack(Path file, Path folder) throws IOException {
    if (!Files.isRegularFile(file)) {
      fail("there is no " + file + ": run ./mvnw -pl lambda -am package -DskipTests");
    }
    Path task = Files.createDirectories(folder.resolve("task"));
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : zip.stream().filter(e -> !e.isDirectory()).toList()) {
        Path target = task.resolve(entry.getName()).normalize();
        assertTrue(target.startsWith(task), entry.getName());
        Files.createDirectories(target.getParent());
        try (InputStream content = zip.getInputStream(entry)) {
          Files.copy(content, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
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
    RuntimeApi api = new RuntimeApi();
    Path folder = Files.createTempDirectory(task.getParent(), "sandbox");
    List<String> command = new ArrayList<>();
    if (environment.containsKey("AWS_LAMBDA_EXEC_WRAPPER")) {
      command.add(environment.get("AWS_LAMBDA_EXEC_WRAPPER"));
    }
    command.add(java.resolve("bin/java").toString());
    // 85 % of the memory, as Lambda gives it to a function of 512 MB.
    command.addAll(List.of("-Xmx445644k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("-Djava.io.tmpdir=" + folder);
    command.add("-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac");
    command.addAll(options);
    command.addAll(List.of("-cp", runtime()));
    command.add("com.amazonaws.services.lambda.runtime.api.client.AWSLambda");
    command.add("dev.weir.lambda.EventHandler::handleRequest");
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(task.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "AWS_LAMBDA_RUNTIME_API", api.address(),
                "AWS_LAMBDA_FUNCTION_NAME", "weir",
                "AWS_LAMBDA_FUNCTION_VERSION", "1",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512",
                "AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/weir",
                "AWS_LAMBDA_LOG_STREAM_NAME", "stream",
                "LAMBDA_TASK_ROOT", task.toString(),
                "LD_LIBRARY_PATH", "/lib64:/usr/lib64:" + task + ":" + task.resolve("lib"),
                "TZ", ":UTC"));
    builder.environment().putAll(environment);
    return new LambdaProcess(api, builder.start(), output, System.nanoTime());
  }

  /** The class path of Lambda's runtime client. */
  static String runtime() throws IOException {
    try (Stream<Path> jars = Files.list(RUNTIME)) {
      return jars.map(Path::toString).sorted().collect(Collectors.joining(File.pathSeparator));
    }
  }

  /** Waits until the function is ready. Returns how many milliseconds that took. */
  long awaitReady() throws Exception {
    return (await(api.ready()) - started) / 1_000_000;
  }

  /** Whether the function was restored from a snapshot before it was ready. */
  boolean wasRestored() {
    return api.restored().isDone();
  }

  /** Invokes the function and waits for its answer. */
  RuntimeApi.Reply invoke(byte[] event, Duration timeout) throws Exception {
    return await(api.invoke(event, timeout));
  }

  /** Invokes the function, and kills it as soon as something is so; it must not have answered. */
  void invokeAndKill(byte[] event, java.util.function.BooleanSupplier moment) throws Exception {
    CompletableFuture<RuntimeApi.Reply> reply = api.invoke(event, Duration.ofMinutes(1));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
    while (!moment.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline && process.isAlive(), this::said);
      Thread.onSpinWait();
    }
    process.destroyForcibly();
    assertTrue(process.waitFor(BOUND_SECONDS, TimeUnit.SECONDS));
    assertFalse(reply.isDone(), "it had answered already");
  }

  /** Invokes the function, which ends instead of answering. */
  void invokeUntilEnd(byte[] event, Duration timeout) throws InterruptedException {
    CompletableFuture<RuntimeApi.Reply> reply = api.invoke(event, timeout);
    assertTrue(process.waitFor(BOUND_SECONDS, TimeUnit.SECONDS), this::said);
    assertFalse(reply.isDone(), "it has answered");
  }

  /** The most memory that it has held so far, in bytes; 0 where that is not told. */
  long peakBytes() throws IOException {
    Path status = Path.of("/proc/" + process.pid() + "/status");
    return !Files.exists(status)
        ? 0
        : Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
            .sum();
  }

  /** What it has said so far. */
  String said() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private <T> T await(CompletableFuture<T> future) throws Exception {
    CompletableFuture<Process> end = process.onExit();
    CompletableFuture.anyOf(future, end).get(BOUND_SECONDS, TimeUnit.SECONDS);
    if (!future.isDone()) {
      return fail("the function ended with " + process.exitValue() + "; it said:\n" + said());
    }
    try {
      return future.get();
    } catch (ExecutionException e) {
      return fail("the function does not start: " + e.getMessage() + "; it said:\n" + said());
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
    api.close();
  }
}
