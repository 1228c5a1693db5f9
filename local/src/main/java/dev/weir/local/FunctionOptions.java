package dev.weir.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How a function is configured.
 *
 * @param task the folder with its unpacked zip
 * @param handler class and method, as in {@code dev.weir.lambda.EventHandler::handleRequest}
 * @param name its name
 * @param memoryMegabytes its memory, 128 to 10,240
 * @param timeout how long an invocation may take, up to 15 minutes
 * @param environment its own variables
 * @param java the home of the Java platform that runs it
 * @param javaOptions further options for Java
 * @param work the folder for what its sandboxes print and for their temporary files
 */
public record FunctionOptions(
    Path task,
    String handler,
    String name,
    int memoryMegabytes,
    Duration timeout,
    Map<String, String> environment,
    Path java,
    List<String> javaOptions,
    Path work) {
  private static final Duration MAX_TIMEOUT = Duration.ofMinutes(15);

  public FunctionOptions {
    if (memoryMegabytes < 128 || memoryMegabytes > 10_240) {
      throw new IllegalArgumentException(
          "the function's memory is %d MB; allowed is 128 to 10,240".formatted(memoryMegabytes));
    }
    if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(MAX_TIMEOUT) > 0) {
      throw new IllegalArgumentException(
          "the function's timeout is %s; allowed is up to %s".formatted(timeout, MAX_TIMEOUT));
    }
    environment = Map.copyOf(environment);
    javaOptions = List.copyOf(javaOptions);
    task = task.toAbsolutePath().normalize();
    work = work.toAbsolutePath().normalize();
  }

  /** A function of 512 MB and 60 seconds that runs on the Java platform of this process. */
  public static FunctionOptions of(Path task, String handler, Path work) {
    return new FunctionOptions(
        task,
        handler,
        "weir",
        512,
        Duration.ofSeconds(60),
        Map.of(),
        Path.of(System.getProperty("java.home")),
        List.of(),
        work);
  }

  /** The same with other variables. */
  public FunctionOptions withEnvironment(Map<String, String> variables) {
    return new FunctionOptions(
        task, handler, name, memoryMegabytes, timeout, variables, java, javaOptions, work);
  }

  /** The same with other memory. */
  public FunctionOptions withMemory(int megabytes) {
    return new FunctionOptions(
        task, handler, name, megabytes, timeout, environment, java, javaOptions, work);
  }

  /** The same with another timeout. */
  public FunctionOptions withTimeout(Duration other) {
    return new FunctionOptions(
        task, handler, name, memoryMegabytes, other, environment, java, javaOptions, work);
  }

  /** The same on another Java platform, with further options for it. */
  public FunctionOptions onJava(Path home, List<String> options) {
    return new FunctionOptions(
        task, handler, name, memoryMegabytes, timeout, environment, home, options, work);
  }
}
