package dev.weir.cli.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves pages over HTTP to whoever reaches its address: GET and HEAD only, by a bounded number of
 * threads, each request and answer within a bounded time.
 *
 * <p>On a loopback address it answers only to the names of this machine: a page of another site
 * that has its name point here is refused. It is bound when it is made, so that a port that is
 * taken is noticed at once, and answers 503 until it is told what to serve.
 */
public final class MonitorServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MonitorServer.class);

  private static final int THREADS = 8;
  private static final int WAITING = 64;
  private static final String SECONDS_FOR_A_REQUEST = "10";
  private static final String SECONDS_FOR_AN_ANSWER = "30";
  private static final Set<String> LOCAL_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:;"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final HttpServer server;
  private final ExecutorService threads;
  private volatile @Nullable MonitorPages pages;

  private MonitorServer(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Listens.
   *
   * @param port 0 for one that is free
   * @throws IOException if nobody can listen there; the message says why
   */
  public static MonitorServer bind(InetAddress address, int port) throws IOException {
    // Read once in a process, by the first server in it; the JDK has no other way to set them.
    setUnlessGiven("sun.net.httpserver.maxReqTime", SECONDS_FOR_A_REQUEST);
    setUnlessGiven("sun.net.httpserver.maxRspTime", SECONDS_FOR_AN_ANSWER);
    setUnlessGiven("sun.net.httpserver.nodelay", "true");
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(address, port), WAITING);
    } catch (BindException e) {
      throw new IOException(
          "nobody can listen at %s, port %d (%s); choose another port"
              .formatted(address.getHostAddress(), port, e.getMessage()),
          e);
    }
    ExecutorService threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            task -> {
              Thread thread = new Thread(task, "weir-http");
              thread.setDaemon(true);
              return thread;
            });
    MonitorServer made = new MonitorServer(server, threads);
    server.setExecutor(threads);
    server.createContext("/", made::answer);
    server.start();
    return made;
  }

  private static void setUnlessGiven(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** Serves these pages from now on. */
  public void serve(MonitorPages served) {
    pages = served;
  }

  /** Where it listens. */
  public URI uri() {
    InetSocketAddress at = server.getAddress();
    String host = at.getAddress().getHostAddress();
    return URI.create(
        "http://%s:%d/".formatted(host.contains(":") ? "[" + host + "]" : host, at.getPort()));
  }

  private void answer(HttpExchange exchange) {
    try (exchange) {
      send(exchange, page(exchange));
    } catch (IOException e) {
      log.debug("an answer could not be sent", e); // who asked has gone
    }
  }

  private Page page(HttpExchange exchange) {
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      return Page.text(405, "only GET and HEAD are answered here");
    }
    String host = exchange.getRequestHeaders().getFirst("Host");
    if (server.getAddress().getAddress().isLoopbackAddress() && !isLocal(host)) {
      return Page.text(
          403, "this address answers to localhost only; --address makes it listen elsewhere");
    }
    MonitorPages served = pages;
    if (served == null) {
      return Page.text(503, "starting");
    }
    try {
      return served.page(exchange.getRequestURI());
    } catch (IOException | RuntimeException e) {
      log.warn("a page could not be made; path={}", exchange.getRequestURI().getPath(), e);
      return Page.text(500, "this page could not be made; the log has the cause");
    }
  }

  private boolean isLocal(@Nullable String host) {
    if (host == null) {
      return false;
    }
    String name = host.replaceFirst(":\\d+$", "").toLowerCase(Locale.ROOT);
    return LOCAL_NAMES.contains(name)
        || name.equals(server.getAddress().getAddress().getHostAddress());
  }

  private static void send(HttpExchange exchange, Page page) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", page.type());
    headers.set("Content-Security-Policy", POLICY);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("X-Frame-Options", "DENY");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Cache-Control", "no-store");
    byte[] content = page.content();
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", String.valueOf(content.length));
      exchange.sendResponseHeaders(page.status(), -1);
      return;
    }
    exchange.sendResponseHeaders(page.status(), content.length);
    try (OutputStream body = exchange.getResponseBody()) {
      body.write(content);
    }
  }

  /**
   * A page.
   *
   * @param status of HTTP
   * @param type its content's type
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Page(int status, String type, byte[] content) {
    static Page text(int status, String text) {
      return new Page(status, "text/plain; charset=utf-8", (text + "\n").getBytes(UTF_8));
    }
  }

  /** Stops at once; who is being answered is cut off. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
