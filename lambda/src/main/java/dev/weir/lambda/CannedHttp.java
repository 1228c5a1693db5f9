package dev.weir.lambda;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server on the loopback interface for the training of a start archive: it takes one request of a
 * connection and closes that. The server of the JDK is in a module that a runtime may lack.
 */
final class CannedHttp implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CannedHttp.class);
  private static final int MAX_LINE = 64 << 10;

  /** What answers. */
  @FunctionalInterface
  interface Service {
    Answer answer(Request request) throws Exception;
  }

  /** A request: {@code target} is the path with the query. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Request(String method, String target, byte[] body) {}

  /** An answer. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Answer(int status, Map<String, String> headers, byte[] body) {}

  private final ServerSocket server;
  private final Service service;

  CannedHttp(Service service) throws IOException {
    this.service = service;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start("weir-canned-http", this::accept);
  }

  /** Host and port. */
  String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        start("weir-canned-http-connection", () -> serve(socket));
      } catch (IOException e) {
        if (!server.isClosed()) {
          log.warn("a connection was lost; cause={}", e.getMessage());
        }
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      Request request =
          read(new BufferedInputStream(socket.getInputStream()), socket.getOutputStream());
      Answer answer = service.answer(request);
      StringBuilder head = new StringBuilder("HTTP/1.1 " + answer.status() + " canned\r\n");
      answer.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
      head.append("Connection: close\r\nContent-Length: " + answer.body().length + "\r\n\r\n");
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      whole.writeBytes(head.toString().getBytes(ISO_8859_1));
      if (!request.method().equals("HEAD")) {
        whole.writeBytes(answer.body());
      }
      whole.writeTo(socket.getOutputStream());
    } catch (Exception e) {
      log.debug("a request was not answered", e); // what is no HTTP comes here on purpose
    }
  }

  private static Request read(InputStream in, OutputStream out) throws IOException {
    in.mark(1);
    if (!Character.isUpperCase(in.read())) {
      throw new IOException("no request");
    }
    in.reset();
    String[] first = line(in).split(" ", -1);
    if (first.length != 3) {
      throw new IOException("no request");
    }
    int length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      int colon = header.indexOf(':');
      if (colon > 0 && header.substring(0, colon).equalsIgnoreCase("Content-Length")) {
        length = Integer.parseInt(header.substring(colon + 1).strip());
      } else if (header.equalsIgnoreCase("Expect: 100-continue")) {
        out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
      }
    }
    return new Request(first[0], first[1], in.readNBytes(length));
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0 || line.size() > MAX_LINE) {
        throw new IOException("no line");
      }
      line.write(c);
    }
    return line.toString(ISO_8859_1).strip();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
