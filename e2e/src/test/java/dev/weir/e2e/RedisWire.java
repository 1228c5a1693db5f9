package dev.weir.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands between a run and Redis: passes on one command and its answer at a time, and shows both to
 * a tap. A step that the tap does not let pass ends the connection, and so does a command that is
 * not known, which closing the wire reports.
 */
final class RedisWire implements AutoCloseable {
  private static final int MAX_LINE_BYTES = 64 << 10;
  private static final int OWNER_BYTES = 16;

  private final int port;
  private final Tap tap;
  private final ServerSocket listener;
  private final ExecutorService connections = Executors.newCachedThreadPool(RedisWire::daemon);
  private final AtomicReference<RuntimeException> unknown = new AtomicReference<>();

  /** A wire to a server on a port of the loopback address. */
  RedisWire(int port, Tap tap) throws IOException {
    this.port = port;
    this.tap = tap;
    this.listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    connections.execute(this::accept);
  }

  /** Its end for the run. */
  URI uri() {
    return URI.create("redis://127.0.0.1:" + listener.getLocalPort());
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        connections.execute(() -> serve(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket server = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      try {
        relay(client, server);
      } catch (RuntimeException e) {
        unknown.compareAndSet(null, e);
      }
    } catch (IOException e) {
      // One side has gone away, which is what this wire is there for.
    }
  }

  private void relay(Socket client, Socket server) throws IOException {
    InputStream requests = new BufferedInputStream(client.getInputStream());
    InputStream answers = new BufferedInputStream(server.getInputStream());
    OutputStream toClient = new BufferedOutputStream(client.getOutputStream());
    while (true) {
      ByteArrayOutputStream command = new ByteArrayOutputStream();
      Step step = Step.of(words(requests, command));
      if (!tap.before(step)) {
        return;
      }
      command.writeTo(server.getOutputStream());
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      copyValue(answers, answer);
      if (!tap.after(step, isApplied(step, answer.toByteArray()))) {
        toClient.flush(); // the answers before it arrive
        return;
      }
      answer.writeTo(toClient);
      if (requests.available() == 0) {
        toClient.flush();
      }
    }
  }

  /** Of claims: whether any was taken, which the answer tells for each. */
  private static boolean isApplied(Step step, byte[] answer) {
    if (step.kind() == Step.Kind.CLAIM) {
      return answer[0] == ':' && answer[1] == '1';
    }
    boolean script = step.kind() == Step.Kind.SETTLE || step.kind() == Step.Kind.REBIND;
    if (!script || answer[0] != '$') {
      return answer[0] != '-';
    }
    int at = 1;
    while (answer[at - 1] != '\n') {
      at++;
    }
    for (int i = 0; i < step.names().size(); i++) {
      if (answer[at] == 1) {
        return true;
      }
      at += 1 + OWNER_BYTES;
    }
    return false;
  }

  /** Reads a command: an array of strings, as every client sends it. */
  private static List<byte[]> words(InputStream in, ByteArrayOutputStream copy) throws IOException {
    String head = line(in, copy);
    if (!head.startsWith("*")) {
      throw new IOException("not a command: " + head);
    }
    List<byte[]> words = new ArrayList<>();
    int count = Integer.parseInt(head.substring(1));
    for (int i = 0; i < count; i++) {
      int length = Integer.parseInt(line(in, copy).substring(1));
      words.add(bytes(in, length, copy));
      bytes(in, 2, copy);
    }
    return words;
  }

  /** Copies one value of any type, with all that is in it. */
  private static void copyValue(InputStream in, ByteArrayOutputStream copy) throws IOException {
    String head = line(in, copy);
    switch (head.charAt(0)) {
      case '$', '=', '!' -> {
        int length = Integer.parseInt(head.substring(1));
        if (length >= 0) {
          bytes(in, length + 2, copy);
        }
      }
      case '*', '~', '>' -> copyValues(in, Integer.parseInt(head.substring(1)), copy);
      case '%' -> copyValues(in, 2 * Integer.parseInt(head.substring(1)), copy);
      default -> {}
    }
  }

  private static void copyValues(InputStream in, int count, ByteArrayOutputStream copy)
      throws IOException {
    for (int i = 0; i < count; i++) {
      copyValue(in, copy);
    }
  }

  private static String line(InputStream in, ByteArrayOutputStream copy) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0 || line.length() > MAX_LINE_BYTES) {
        throw new EOFException();
      }
      line.append((char) b);
    }
    copy.writeBytes((line + "\n").getBytes(ISO_8859_1));
    return line.toString().strip();
  }

  private static byte[] bytes(InputStream in, int length, ByteArrayOutputStream copy)
      throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    copy.writeBytes(bytes);
    return bytes;
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "redis-wire");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Ends all connections.
   *
   * @throws IllegalStateException if the run has sent what {@link Step} does not know
   */
  @Override
  public void close() throws IOException {
    listener.close();
    connections.shutdownNow();
    RuntimeException cause = unknown.get();
    if (cause != null) {
      throw new IllegalStateException("the run sent to Redis what Step does not know", cause);
    }
  }
}
