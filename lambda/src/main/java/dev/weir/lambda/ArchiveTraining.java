package dev.weir.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes the archive of classes that shortens the function's start: runs the function once under a
 * runtime, as Lambda does, and lets the JVM write down at its end which classes it had loaded,
 * ready to be mapped into the next one.
 *
 * <p>The JVM takes an archive only where it is the JVM, the class path and the jars that it was
 * made with; else it starts without.
 */
public final class ArchiveTraining {
  private static final long PATIENCE_SECONDS = 120;
  private static final byte[] EVENT = event().getBytes(UTF_8);

  private final CountDownLatch answered = new CountDownLatch(1);
  private final CompletableFuture<String> failure = new CompletableFuture<>();
  private final AtomicInteger asked = new AtomicInteger();

  private ArchiveTraining() {}

  /**
   * The command.
   *
   * @param arguments the folder that the zip was unpacked to, and the command that starts the
   *     runtime, in which {@code weir-start} has to stand before the path of {@code java}
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length < 2) {
      System.err.println("usage: ArchiveTraining TASK_FOLDER COMMAND...");
      System.exit(2);
    }
    Path task = Path.of(arguments[0]).toAbsolutePath().normalize();
    Path archive = archive(task);
    List<String> command = Arrays.asList(arguments).subList(1, arguments.length);
    new ArchiveTraining().run(task, archive, command);
    // For weir-start: a JVM may crash on an archive that was cut off.
    Files.writeString(Path.of(archive + ".bytes"), Files.size(archive) + "\n");
    System.out.printf("%s: %.1f MB%n", archive, Files.size(archive) / 1e6);
  }

  /** Where the archive of this JVM's kind is; the JVM decides by its version what it can make. */
  private static Path archive(Path task) {
    return task.resolve("lib").resolve(Runtime.version().feature() >= 25 ? "weir.aot" : "weir.jsa");
  }

  private void run(Path task, Path archive, List<String> command) throws Exception {
    Files.deleteIfExists(archive);
    Path scratch = Files.createTempDirectory("weir-archive");
    try (CannedHttp api = new CannedHttp(this::serve)) {
      Process process = start(task, archive, command, scratch, api.address());
      try {
        CompletableFuture.anyOf(
                failure, process.onExit(), CompletableFuture.runAsync(this::awaitAnswer))
            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (failure.isDone() || !process.isAlive()) {
          throw new IOException("the function failed in training: " + failure.getNow("it ended"));
        }
        process.destroy(); // an orderly end, at which the archive is written
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || !Files.exists(archive)) {
          throw new IOException("the JVM has written no archive");
        }
      } finally {
        process.destroyForcibly();
      }
    }
  }

  private static Process start(
      Path task, Path archive, List<String> command, Path scratch, String api) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command)).inheritIO();
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("WEIR_"));
    environment.put("RECORD_START_ARCHIVE", archive.toString());
    environment.put("AWS_LAMBDA_RUNTIME_API", api);
    environment.put("_HANDLER", TrainingHandler.class.getName() + "::handleRequest");
    environment.put("AWS_ACCESS_KEY_ID", "training");
    environment.put("AWS_SECRET_ACCESS_KEY", "training");
    environment.putIfAbsent("AWS_REGION", "us-east-1");
    environment.putIfAbsent("AWS_LAMBDA_FUNCTION_NAME", "training");
    environment.putIfAbsent("AWS_LAMBDA_FUNCTION_VERSION", "1");
    environment.putIfAbsent("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512");
    environment.putIfAbsent("AWS_LAMBDA_LOG_GROUP_NAME", "training");
    environment.putIfAbsent("AWS_LAMBDA_LOG_STREAM_NAME", "training");
    String root = task.toString();
    environment.putIfAbsent("LAMBDA_TASK_ROOT", root);
    environment.putIfAbsent(
        "LD_LIBRARY_PATH", String.join(File.pathSeparator, root, root + "/lib"));
    return builder.directory(scratch.toFile()).start();
  }

  private void awaitAnswer() {
    try {
      if (!answered.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        failure.complete("it did not answer within " + PATIENCE_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      failure.complete("interrupted");
    }
  }

  /** Plays Lambda: one event, and after its answer none any more. */
  private CannedHttp.Answer serve(CannedHttp.Request request) throws InterruptedException {
    if (request.target().endsWith("/invocation/next")) {
      if (asked.incrementAndGet() > 1) {
        answered.countDown();
        Thread.sleep(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS)); // until the function is ended
      }
      long deadline = System.currentTimeMillis() + TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS);
      return new CannedHttp.Answer(
          200,
          Map.of(
              "Lambda-Runtime-Aws-Request-Id",
              "training",
              "Lambda-Runtime-Deadline-Ms",
              Long.toString(deadline),
              "Lambda-Runtime-Invoked-Function-Arn",
              "arn:aws:lambda:us-east-1:123456789012:function:training",
              "Content-Type",
              "application/json"),
          EVENT);
    }
    if (request.target().endsWith("/error")) {
      failure.complete(new String(request.body(), UTF_8));
    }
    return new CannedHttp.Answer(202, Map.of(), new byte[0]);
  }

  private static String event() {
    String event =
        "{\"event_uuid\":\"018bcfe5-6800-7000-8000-00000000000%d\",\"event_name\":\"type:made\","
            + "\"created_at\":1700000000.5,\"payload\":{\"text\":\"training\"}}";
    List<String> records = new ArrayList<>();
    for (String data : List.of(event.formatted(1), event.formatted(2), "{")) {
      records.add(
          ("{\"kinesis\":{\"sequenceNumber\":\"%d\",\"data\":\"%s\","
                  + "\"approximateArrivalTimestamp\":1700000001.25},\"eventSource\":\"aws:kinesis\","
                  + "\"eventID\":\"shardId-000000000000:1\","
                  + "\"eventSourceARN\":\"arn:aws:kinesis:us-east-1:123456789012:stream/s\"}")
              .formatted(
                  records.size() + 1, Base64.getEncoder().encodeToString(data.getBytes(UTF_8))));
    }
    return "{\"Records\":[" + String.join(",", records) + "]}";
  }
}
