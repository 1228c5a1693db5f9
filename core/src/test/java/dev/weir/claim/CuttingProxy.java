package dev.weir.claim;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;

/** Stands before a server; loses answers on request. Takes TLS off if its sockets do TLS. */
final class CuttingProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int target;
  private final AtomicBoolean doomed = new AtomicBoolean();
  private final AtomicInteger answersToLose = new AtomicInteger();
  private final AtomicInteger lostAnswers = new AtomicInteger();

  CuttingProxy(int target, ServerSocketFactory sockets) throws IOException {
    this.target = target;
    this.listener = sockets.createServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    daemon(this::accept);
  }

  URI uri(String scheme) {
    return URI.create(scheme + "://127.0.0.1:" + listener.getLocalPort());
  }

  /** Lets the next so many EVALSHA calls reach the server, and then cuts their connection. */
  void loseAnswers(int count) {
    answersToLose.set(count);
  }

  int lostAnswers() {
    return lostAnswers.get();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        daemon(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket server = new Socket("127.0.0.1", target)) {
      daemon(() -> copyAnswers(server, client));
      InputStream in = client.getInputStream();
      OutputStream out = server.getOutputStream();
      byte[] buffer = new byte[65_536];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (new String(buffer, 0, n, StandardCharsets.ISO_8859_1).contains("EVALSHA")) {
          doomed.set(answersToLose.get() > 0);
        }
        out.write(buffer, 0, n);
      }
    } catch (IOException e) {
      // The connection ends, which is all that a proxy can tell.
    }
  }

  private void copyAnswers(Socket server, Socket client) {
    try {
      InputStream in = server.getInputStream();
      OutputStream out = client.getOutputStream();
      byte[] buffer = new byte[65_536];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (doomed.compareAndSet(true, false)) {
          answersToLose.decrementAndGet();
          lostAnswers.incrementAndGet();
          client.close();
          server.close();
          return;
        }
        out.write(buffer, 0, n);
      }
      client.close();
    } catch (IOException e) {
      // As above.
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "cutting-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
