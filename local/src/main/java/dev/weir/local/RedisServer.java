package dev.weir.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A real server of Redis, or of Valkey, on a free port of the loopback address. */
public final class RedisServer implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(20);
  private static final int TRIES = 3;
  private static final String HOST = "127.0.0.1";

  private final ChildProcess process;
  private final int port;

  private RedisServer(ChildProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts a server that forgets everything when it ends.
   *
   * @param tools where its program is if the machine has none
   * @param folder for what it prints; is made if it is not there
   * @throws IOException if it does not start; the message tells why
   */
  public static RedisServer start(LocalTools tools, Path folder) throws IOException {
    return start(tools, folder, "no");
  }

  /**
   * Starts a server that keeps what it has acknowledged in its folder, and begins with what an
   * earlier one has kept there. A process that is killed loses nothing, a machine up to a second.
   *
   * @throws IOException if it does not start; the message tells why
   */
  public static RedisServer startDurable(LocalTools tools, Path folder) throws IOException {
    return start(tools, folder, "yes");
  }

  private static RedisServer start(LocalTools tools, Path folder, String appendOnly)
      throws IOException {
    Path program = tools.redis();
    Files.createDirectories(folder);
    IOException failure = new IOException("not tried");
    for (int i = 0; i < TRIES; i++) {
      // Redis cannot pick a port; another process may take this one first.
      int port = freePort();
      ProcessBuilder builder =
          new ProcessBuilder(
              program.toString(),
              "--port",
              Integer.toString(port),
              "--bind",
              HOST,
              "--save",
              "",
              "--appendonly",
              appendOnly,
              "--maxmemory-policy",
              "noeviction",
              "--dir",
              folder.toString());
      ChildProcess process = ChildProcess.start("Redis", builder, folder.resolve("redis.log"));
      try {
        process.awaitReady(START, () -> pong(port));
        return new RedisServer(process, port);
      } catch (IOException e) {
        failure = e;
      }
    }
    throw failure;
  }

  private static @Nullable Boolean pong(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(HOST, port), 1000);
      socket.setSoTimeout(1000);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes(5);
      return new String(answer, StandardCharsets.US_ASCII).equals("+PONG") ? true : null;
    } catch (IOException e) {
      return null;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Where it listens. */
  public URI uri() {
    return URI.create("redis://" + HOST + ":" + port);
  }

  /** The process id. */
  public long pid() {
    return process.process().pid();
  }

  @Override
  public void close() {
    process.close();
  }
}
