package dev.weir.benchmarks;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One start of the Lambda function under Lambda's own runtime client, from the start of the process
 * until it asks for its first event, and then its end.
 *
 * @param wallMillis how long that took
 * @param cpuMillis user and system time of the process until then, to 10 ms
 * @param phases the parts of it that the function's own log tells, in milliseconds
 */
record FunctionStart(double wallMillis, double cpuMillis, Map<String, Double> phases) {
  private static final long PATIENCE_SECONDS = 120;
  private static final Pattern OPENED = Pattern.compile("\"opened; ([^\"]*)\"");
  private static final int UTIME = 14;

  /**
   * What is started.
   *
   * @param java the home of the Java platform
   * @param runtime the class path of the runtime client
   * @param task the unpacked zip
   * @param wrapped whether its {@code weir-start} is used
   * @param environment the function's variables
   */
  record Function(
      Path java, String runtime, Path task, boolean wrapped, Map<String, String> environment) {}

  /** Starts a function and measures it; {@code scratch} is its temporary folder. */
  static FunctionStart of(Function function, Path scratch) throws Exception {
    CompletableFuture<Long> ready = new CompletableFuture<>();
    HttpServer api =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    // What asks for an event is never answered; anything else is a failure.
    api.createContext(
        "/",
        exchange -> {
          if (exchange.getRequestURI().getPath().endsWith("/invocation/next")) {
            ready.complete(System.nanoTime());
          } else {
            String said = new String(exchange.getRequestBody().readAllBytes());
            ready.completeExceptionally(new IOException("the function does not start: " + said));
          }
        });
    api.start();
    Path output = scratch.resolve("output");
    ProcessBuilder builder = builder(function, scratch, api.getAddress().getPort());
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    long started = System.nanoTime();
    Process process = builder.start();
    try {
      process.onExit().thenRun(() -> ready.completeExceptionally(new IOException("it ended")));
      double wall = (ready.get(PATIENCE_SECONDS, TimeUnit.SECONDS) - started) / 1e6;
      double cpu = cpuMillis(process.pid());
      return new FunctionStart(wall, cpu, phases(Files.readString(output), wall));
    } catch (Exception e) {
      throw new IOException(
          "no start of %s; it said: %s".formatted(function, Files.readString(output)), e);
    } finally {
      process.destroyForcibly().waitFor();
      api.stop(0);
    }
  }

  private static ProcessBuilder builder(Function function, Path scratch, int port) {
    List<String> command = new ArrayList<>();
    if (function.wrapped()) {
      command.add(function.task().resolve("weir-start").toString());
    }
    command.add(function.java().resolve("bin/java").toString());
    // What Lambda gives to a function of 512 MB.
    command.addAll(List.of("-Xmx445644k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("-Djava.io.tmpdir=" + scratch);
    command.add("-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac");
    command.addAll(List.of("-cp", function.runtime()));
    command.add("com.amazonaws.services.lambda.runtime.api.client.AWSLambda");
    command.add("dev.weir.lambda.EventHandler::handleRequest");
    ProcessBuilder builder = new ProcessBuilder(command).directory(function.task().toFile());
    Map<String, String> environment = new HashMap<>(function.environment());
    String task = function.task().toString();
    environment.put("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:" + port);
    environment.put("AWS_LAMBDA_FUNCTION_NAME", "weir");
    environment.put("AWS_LAMBDA_FUNCTION_VERSION", "1");
    environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512");
    environment.put("AWS_LAMBDA_LOG_GROUP_NAME", "weir");
    environment.put("AWS_LAMBDA_LOG_STREAM_NAME", "stream");
    environment.put("LAMBDA_TASK_ROOT", task);
    environment.put("LD_LIBRARY_PATH", task + ":" + task + "/lib");
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder;
  }

  private static double cpuMillis(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fromThird = stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ");
    return 10.0 * (Long.parseLong(fromThird[UTIME - 3]) + Long.parseLong(fromThird[UTIME - 2]));
  }

  private static Map<String, Double> phases(String output, double wall) throws IOException {
    Matcher opened = OPENED.matcher(output);
    if (!opened.find()) {
      throw new IOException("the function's log does not say that it has opened its stores");
    }
    Map<String, Double> phases = new HashMap<>();
    for (String word : opened.group(1).split(" ")) {
      String[] pair = word.split("=");
      phases.put(pair[0].replace("_ms", ""), Double.valueOf(pair[1]));
    }
    // The JVM, the runtime client and the settings.
    phases.put("before", wall - phases.getOrDefault("total", 0.0));
    return phases;
  }
}
