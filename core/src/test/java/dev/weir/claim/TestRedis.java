package dev.weir.claim;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.embedded.RedisExecProvider;

/** A real Redis server on the loopback interface, in a process of its own, without persistence. */
public final class TestRedis implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String HOST = "127.0.0.1";

  private final List<String> command;
  private final Path directory;
  private final int port;
  private Process process;
  private Connection connection;

  private TestRedis(Path directory, int port, List<String> settings) throws IOException {
    this.directory = directory;
    this.port = port;
    this.command = new ArrayList<>(List.of(program().toString()));
    command.addAll(List.of("--port", Integer.toString(port), "--bind", HOST, "--save", ""));
    command.addAll(List.of("--dir", directory.toString(), "--enable-debug-command", "yes"));
    command.addAll(settings);
  }

  /** Starts a server with further settings: name, value, name, value. */
  public static TestRedis start(Path directory, String... settings) throws IOException {
    TestRedis redis =
        new TestRedis(Files.createDirectories(directory), freePort(), prefixed(settings));
    redis.start();
    return redis;
  }

  /** Starts a cluster of servers without replicas that share the slots evenly. */
  public static List<TestRedis> startCluster(Path directory, int servers) throws IOException {
    List<TestRedis> nodes = new ArrayList<>();
    for (int i = 0; i < servers; i++) {
      String busPort = Integer.toString(freePort());
      nodes.add(
          start(
              directory.resolve("node-" + i),
              "cluster-enabled",
              "yes",
              "cluster-port",
              busPort,
              "cluster-config-file",
              "nodes.conf"));
    }
    for (int i = 0; i < servers; i++) {
      int from = i * 16_384 / servers;
      int to = (i + 1) * 16_384 / servers - 1;
      nodes.get(i).text("CLUSTER", "ADDSLOTSRANGE", "" + from, "" + to);
      if (i > 0) {
        String first = Integer.toString(nodes.get(0).port);
        nodes.get(i).text("CLUSTER", "MEET", HOST, first, nodes.get(0).busPort());
      }
    }
    for (TestRedis node : nodes) {
      await(
          () -> {
            String info = node.text("CLUSTER", "INFO");
            return info.contains("cluster_state:ok")
                && info.contains("cluster_known_nodes:" + servers)
                && info.contains("cluster_slots_ok:16384");
          });
    }
    return nodes;
  }

  /** The server's port on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** The server's address. */
  public URI uri() {
    return URI.create("redis://" + HOST + ":" + port);
  }

  /** Starts the server again, empty, after {@link #kill}. */
  public void start() throws IOException {
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("redis.log").toFile())
            .start();
    await(
        () -> {
          if (!process.isAlive()) {
            throw new IllegalStateException("redis-server ended; see " + directory);
          }
          try {
            call("PING");
            return true;
          } catch (JedisDataException e) {
            return !String.valueOf(e.getMessage()).startsWith("LOADING");
          } catch (JedisConnectionException e) {
            return false;
          }
        });
  }

  /** Ends the server at once; what it held is gone. */
  public void kill() {
    process.destroyForcibly();
    connection.setBroken();
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("redis-server does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Executes one command. */
  public synchronized Object call(String... words) {
    byte[][] arguments =
        Arrays.stream(words)
            .skip(1)
            .map(word -> word.getBytes(StandardCharsets.ISO_8859_1))
            .toArray(byte[][]::new);
    if (connection == null || connection.isBroken()) {
      connection = new Connection(new HostAndPort(HOST, port));
    }
    connection.sendCommand(Protocol.Command.valueOf(words[0]), arguments);
    return connection.getOne();
  }

  /** Executes one command whose answer is text. */
  public String text(String... words) {
    return new String((byte[]) call(words), StandardCharsets.UTF_8);
  }

  /** The keys that match a pattern. */
  public List<String> keys(String pattern) {
    return ((List<?>) call("KEYS", pattern))
        .stream().map(key -> new String((byte[]) key, StandardCharsets.ISO_8859_1)).toList();
  }

  @Override
  public void close() {
    kill();
  }

  private String busPort() {
    return command.get(command.indexOf("--cluster-port") + 1);
  }

  private static List<String> prefixed(String... settings) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < settings.length; i += 2) {
      words.add("--" + settings[i]);
      words.add(settings[i + 1]);
    }
    return words;
  }

  /** The server to test with: that of {@code -Dweir.redis=PATH}, else the one that Maven brings. */
  private static File program() throws IOException {
    String given = System.getProperty("weir.redis", "");
    return given.isEmpty() ? RedisExecProvider.defaultProvider().get() : new File(given);
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("waited in vain for " + PATIENCE);
      }
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }
}
