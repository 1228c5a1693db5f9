package dev.weir.e2e;

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
import java.util.concurrent.TimeUnit;

/**
 * The side of Lambda that a function's runtime speaks to, as far as the runtime needs it:
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html.
 */
final class RuntimeApi implements AutoCloseable {
  private static final String PREFIX = "/2018-06-01/runtime/";

  static {
    // Or every small answer waits for the runtime's delayed acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  /**
   * What a function answered.
   *
   * @param failed whether it threw
   */
  record Reply(boolean failed, String body) {}

  private record Invocation(String id, byte[] event, Duration timeout) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final BlockingQueue<Invocation> waiting = new LinkedBlockingQueue<>();
  private final Map<String, CompletableFuture<Reply>> replies = new ConcurrentHashMap<>();
  private final CompletableFuture<Long> ready = new CompletableFuture<>();
  private final CompletableFuture<String> restored = new CompletableFuture<>();

  RuntimeApi() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(PREFIX, this::serve);
    server.start();
  }

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

  /** Invokes the function; the answer may never come. */
  CompletableFuture<Reply> invoke(byte[] event, Duration timeout) {
    String id = UUID.randomUUID().toString();
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    replies.put(id, reply);
    waiting.add(new Invocation(id, event, timeout));
    return reply;
  }

  private void serve(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().substring(PREFIX.length());
    byte[] body = exchange.getRequestBody().readAllBytes();
    String text = new String(body, StandardCharsets.UTF_8);
    switch (path) {
      case "invocation/next" -> next(exchange);
      case "restore/next" -> {
        restored.complete("");
        answer(exchange, 200, new byte[0]);
      }
      case "init/error", "restore/error" -> {
        ready.completeExceptionally(new IllegalStateException(text));
        answer(exchange, 202, new byte[0]);
      }
      default -> {
        String[] parts = path.split("/", -1);
        answer(exchange, 202, new byte[0]);
        replies.remove(parts[1]).complete(new Reply(parts[2].equals("error"), text));
      }
    }
  }

  private void next(HttpExchange exchange) throws IOException {
    ready.complete(System.nanoTime());
    try {
      Invocation next = waiting.poll(1, TimeUnit.HOURS);
      if (next == null) {
        return;
      }
      long deadline = System.currentTimeMillis() + next.timeout().toMillis();
      exchange.getResponseHeaders().set("Lambda-Runtime-Aws-Request-Id", next.id());
      exchange.getResponseHeaders().set("Lambda-Runtime-Deadline-Ms", Long.toString(deadline));
      exchange
          .getResponseHeaders()
          .set(
              "Lambda-Runtime-Invoked-Function-Arn",
              "arn:aws:lambda:us-east-1:123456789012:function:weir");
      exchange.getResponseHeaders().set("Content-Type", "application/json");
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
