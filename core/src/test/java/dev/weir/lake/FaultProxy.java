package dev.weir.lake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * An HTTP proxy that fails on demand, to stand between a store and its server. It takes one request
 * per connection, of a known length, and passes it on as it came.
 *
 * <p>Faults are injected for a number of requests, chosen by their request line ({@code PUT
 * /bucket/key HTTP/1.1}); the first one that matches a request happens to it. All else passes.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int MAX_LINE_CHARS = 64 << 10;
  private static final int MAX_STALL_MILLIS = 60_000;

  private final int upstreamPort;
  private final Watcher watcher;
  private final ServerSocket server;
  private final ExecutorService connections = Executors.newCachedThreadPool(FaultProxy::daemon);
  private final List<Injection> injections = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger held = new AtomicInteger();
  private final CountDownLatch release = new CountDownLatch(1);
  private final CountDownLatch heldDone = new CountDownLatch(1);
  private volatile String droppedHeader = "";

  /** What happens to a request. */
  public enum Fate {
    /** The connection is reset before the server sees anything. */
    RESET,
    /** The server's answer is thrown away, after it has done what was asked. */
    LOSE_ANSWER,
    /** Half of the server's answer arrives. */
    CUT_ANSWER,
    /** Nothing happens until {@link #release}; the server sees it then, and nobody the answer. */
    HOLD,
    /** The server does what was asked; its answer is held until the client gives up. */
    STALL,
    /** The proxy answers by itself, and the server sees nothing. */
    ANSWER
  }

  /**
   * A fault.
   *
   * @param fate what happens
   * @param status the status of an answer of the proxy's own
   * @param code its code, in S3's words
   */
  public record Fault(Fate fate, int status, String code) {
    public static final Fault RESET = new Fault(Fate.RESET, 0, "");
    public static final Fault LOSE_ANSWER = new Fault(Fate.LOSE_ANSWER, 0, "");
    public static final Fault CUT_ANSWER = new Fault(Fate.CUT_ANSWER, 0, "");
    public static final Fault HOLD = new Fault(Fate.HOLD, 0, "");
    public static final Fault STALL = new Fault(Fate.STALL, 0, "");
    public static final Fault SLOW_DOWN = answer(503, "SlowDown");
    public static final Fault CONFLICT = answer(409, "ConditionalRequestConflict");

    /** An error that the proxy answers with. */
    public static Fault answer(int status, String code) {
      return new Fault(Fate.ANSWER, status, code);
    }
  }

  private record Injection(Fault fault, Predicate<String> requests, AtomicInteger left) {}

  /**
   * A request.
   *
   * @param line its first line
   * @param head all of its lines, as they are passed on
   * @param body what comes after them
   */
  public record Request(String line, byte[] head, byte[] body) {}

  /** Sees every request on its way; called by many threads, and may block a request's own. */
  public interface Watcher {
    /** Before the server sees it: the fault that happens to it, or null for none. */
    Fault before(Request request) throws IOException;

    /** When the server has answered it, and before the client knows. */
    void after(Request request, int status) throws IOException;
  }

  private static final class Blind implements Watcher {
    @Override
    public Fault before(Request request) {
      return null;
    }

    @Override
    public void after(Request request, int status) {}
  }

  /** A proxy on a free port of the loopback address, in front of another such port. */
  public FaultProxy(int upstreamPort) throws IOException {
    this(upstreamPort, new Blind());
  }

  /** The same with somebody who watches it. */
  public FaultProxy(int upstreamPort, Watcher watcher) throws IOException {
    this.upstreamPort = upstreamPort;
    this.watcher = watcher;
    this.server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    connections.execute(this::accept);
  }

  /** Where it listens. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /** Injects a fault into the next {@code times} requests whose line matches. */
  public void inject(Fault fault, int times, Predicate<String> line) {
    injections.add(new Injection(fault, line, new AtomicInteger(times)));
  }

  /**
   * Drops a header of every request from now on, as a store would that does not know it. Requests
   * are signed: the server must not look at that.
   */
  public void dropHeader(String name) {
    droppedHeader = name.toLowerCase(Locale.ROOT);
  }

  /** How many requests have come whose line matches. */
  public long count(Predicate<String> line) {
    return requests.stream().filter(line).count();
  }

  /** Lets held requests go on to the server, and waits until it has answered one of them. */
  public void release() throws InterruptedException {
    release.countDown();
    if (held.get() > 0 && !heldDone.await(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the held request was not answered");
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        connections.execute(() -> serve(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      Request request = read(client);
      requests.add(request.line());
      Fault injected = faultFor(request.line());
      Fault fault = injected == null ? watcher.before(request) : injected;
      if (fault == null) {
        client.getOutputStream().write(forward(request));
        return;
      }
      switch (fault.fate()) {
        case RESET -> client.setSoLinger(true, 0);
        case LOSE_ANSWER -> forward(request);
        case CUT_ANSWER -> {
          byte[] answer = forward(request);
          client.getOutputStream().write(answer, 0, answer.length / 2);
        }
        case HOLD -> {
          held.incrementAndGet();
          release.await();
          forward(request);
          heldDone.countDown();
        }
        case STALL -> {
          forward(request);
          client.setSoTimeout(MAX_STALL_MILLIS);
          client.getInputStream().read();
        }
        case ANSWER -> client.getOutputStream().write(error(fault));
      }
    } catch (IOException e) {
      // One side has gone away: what a network does, and this proxy is for.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Fault faultFor(String line) {
    for (Injection injection : injections) {
      if (injection.requests().test(line)
          && injection.left().getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        return injection.fault();
      }
    }
    return null;
  }

  private Request read(Socket client) throws IOException {
    InputStream in = new BufferedInputStream(client.getInputStream());
    StringBuilder head = new StringBuilder();
    int length = 0;
    for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
      String name = line.split(":", 2)[0].toLowerCase(Locale.ROOT);
      switch (name) {
        case "content-length" -> {
          length = Integer.parseInt(line.split(":", 2)[1].strip());
          head.append(line).append("\r\n");
        }
        case "transfer-encoding" -> throw new IOException("the length must be known");
        case "expect" -> client.getOutputStream().write(ascii("HTTP/1.1 100 Continue\r\n\r\n"));
        case "connection" -> {}
        default -> {
          if (!name.equals(droppedHeader)) {
            head.append(line).append("\r\n");
          }
        }
      }
    }
    head.append("Connection: close\r\n\r\n");
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("half a request");
    }
    return new Request(head.substring(0, head.indexOf("\r\n")), ascii(head.toString()), body);
  }

  private static String readLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0 || line.length() > MAX_LINE_CHARS) {
        throw new EOFException("no request");
      }
      line.append((char) b);
    }
    return line.toString().strip();
  }

  /** Passes a request on; the server closes the connection after its answer. */
  private byte[] forward(Request request) throws IOException {
    try (Socket upstream = new Socket(InetAddress.getLoopbackAddress(), upstreamPort)) {
      OutputStream out = upstream.getOutputStream();
      out.write(request.head());
      out.write(request.body());
      out.flush();
      byte[] answer = withLength(request, upstream.getInputStream().readAllBytes());
      watcher.after(request, status(answer));
      return answer;
    }
  }

  private static int status(byte[] answer) throws IOException {
    String[] words = new String(answer, 0, Math.min(answer.length, 100), ISO_8859_1).split(" ", 3);
    if (words.length < 3) {
      throw new EOFException("no answer");
    }
    return Integer.parseInt(words[1]);
  }

  /** An answer that ended with its connection, with its length, so that half of it shows. */
  private static byte[] withLength(Request request, byte[] answer) {
    String text = new String(answer, ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    String head = text.substring(0, Math.max(0, end)).toLowerCase(Locale.ROOT);
    if (end < 0
        || request.line().startsWith("HEAD ")
        || head.contains("\r\ncontent-length:")
        || head.contains("\r\ntransfer-encoding:")
        || head.startsWith("http/1.1 204")) {
      return answer;
    }
    int bodyBytes = answer.length - end - 4;
    return ascii(text.substring(0, end) + "\r\nContent-Length: " + bodyBytes + text.substring(end));
  }

  private static byte[] error(Fault fault) {
    String body =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>%s</Code><Message>injected</Message></Error>"
            .formatted(fault.code());
    return ascii(
        "HTTP/1.1 %d Injected\r\nContent-Type: application/xml\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
            .formatted(fault.status(), body.length(), body));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(ISO_8859_1);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "fault-proxy");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() throws IOException {
    server.close();
    connections.shutdownNow();
  }
}
