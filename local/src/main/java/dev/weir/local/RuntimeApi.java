package dev.weir.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The side of Lambda that a function's runtime speaks to, as far as the runtime needs it:
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. One for each sandbox; safe for
 * use by several threads.
 */
final class RuntimeApi implements AutoCloseable {
  private static final String PREFIX = "/2018-06-01/runtime/";

  static {
    // Or every small answer waits for the runtime's delayed acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private record Invocation(String id, byte[] event, Duration timeout) {}

  private final String functionArn;
  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "runtime-api");
            thread.setDaemon(true);
            return thread;
          });
  private final BlockingQueue<Invocation> waiting = new LinkedBlockingQueue<>();
  private final Map<String, CompletableFuture<FunctionReply>> replies = new ConcurrentHashMap<>();
  private final CompletableFuture<Long> ready = new CompletableFuture<>();
  private final CompletableFuture<String> restored = new CompletableFuture<>();

  RuntimeApi(String functionArn) throws IOException {
    this.functionArn = functionArn;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(PREFIX, this::serve);
    server.start();
  }

  /** Where it listens, as the runtime wants to be told. */
  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** When the function was ready for its first event, in nanoseconds; fails as its start does. */
  CompletableFuture<Long> ready() {
    return ready;
  }

  /** Is complete when the function was restored from a snapshot. */
  CompletableFuture<String> restored() {
    return restored;
  }

  /**
   * Hands an event to the function.
   *
   * @param id names the invocation
   * @return what it answers, or throws; may never come
   */
  CompletableFuture<FunctionReply> invoke(String id, byte[] event, Duration timeout) {
    CompletableFuture<FunctionReply> reply = new CompletableFuture<>();
    replies.put(id, reply);
    waiting.add(new Invocation(id, event, timeout));
    return reply;
  }

  /** A name for an invocation. */
  static String newId() {
    return UUID.randomUUID().toString();
  }

  private void serve(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().substring(PREFIX.length());
    String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    switch (path) {
      case "invocation/next" -> next(exchange);
      case "restore/next" -> {
        restored.complete("");
        answer(exchange, 200, new byte[0]);
      }
      case "init/error", "restore/error" -> {
        ready.completeExceptionally(new IOException(text));
        answer(exchange, 202, new byte[0]);
      }
      default -> replied(exchange, path.split("/", -1), text);
    }
  }

  /** {@code invocation/<id>/response} or {@code …/error}. */
  private void replied(HttpExchange exchange, String[] path, String text) throws IOException {
    CompletableFuture<FunctionReply> reply = path.length == 3 ? replies.remove(path[1]) : null;
    answer(exchange, reply == null ? 404 : 202, new byte[0]);
    if (reply != null) {
      FunctionReply.Status status =
          path[2].equals("error") ? FunctionReply.Status.FAILED : FunctionReply.Status.ANSWERED;
      reply.complete(new FunctionReply(path[1], status, text));
    }
  }

  private void next(HttpExchange exchange) throws IOException {
    ready.complete(System.nanoTime());
    try {
      // As long as it takes: a sandbox waits for as long as it lives.
      Invocation next = waiting.take();
      long deadline = System.currentTimeMillis() + next.timeout().toMillis();
      Map.of(
              "Lambda-Runtime-Aws-Request-Id",
              next.id(),
              "Lambda-Runtime-Deadline-Ms",
              Long.toString(deadline),
              "Lambda-Runtime-Invoked-Function-Arn",
              functionArn,
              "Content-Type",
              "application/json")
          .forEach(exchange.getResponseHeaders()::set);
      answer(exchange, 200, next.event());
    } catch (InterruptedException e) {
      exchange.close();
    }
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    server.stop(0);
  }
}
