package dev.weir.cli.local;

import dev.weir.local.KinesisServer;
import dev.weir.local.LocalTools;
import dev.weir.local.RedisServer;
import dev.weir.local.S3Server;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The servers of a playground, each a process of its own that listens on 127.0.0.1 alone. */
final class Servers implements AutoCloseable {
  private final KinesisServer kinesis;
  private final RedisServer redis;
  private final S3Server s3;
  private final Path folder;
  private final Closing closing;

  /** Where they listen. */
  record Addresses(URI kinesis, URI redis, URI s3) {}

  private Servers(
      KinesisServer kinesis, RedisServer redis, S3Server s3, Path folder, Closing closing) {
    this.kinesis = kinesis;
    this.redis = redis;
    this.s3 = s3;
    this.folder = folder;
    this.closing = closing;
  }

  /**
   * Starts them.
   *
   * @param folder for what they keep and print; exists
   * @throws IOException if one does not start; none runs then
   */
  static Servers start(LocalTools tools, Path folder) throws IOException {
    Closing closing = new Closing();
    try {
      KinesisServer kinesis = KinesisServer.start(tools, folder.resolve("kinesis"));
      closing.add(kinesis::close);
      RedisServer redis = RedisServer.startDurable(tools, folder.resolve("redis"));
      closing.add(redis::close);
      S3Server s3 = S3Server.start(tools, Files.createDirectories(folder.resolve("s3")));
      closing.add(s3::close);
      return new Servers(kinesis, redis, s3, folder, closing);
    } catch (IOException | RuntimeException e) {
      closing.close();
      throw e;
    }
  }

  KinesisServer kinesis() {
    return kinesis;
  }

  RedisServer redis() {
    return redis;
  }

  S3Server s3() {
    return s3;
  }

  Addresses addresses() {
    return new Addresses(kinesis.uri(), redis.uri(), s3.uri());
  }

  /**
   * Fails if one of them has ended.
   *
   * @throws IOException if it has; the message says which, and where it may have said why
   */
  void requireAlive() throws IOException {
    Map<String, Long> pids = new LinkedHashMap<>();
    pids.put("kinesis", kinesis.pid());
    pids.put("redis", redis.pid());
    pids.put("s3", s3.pid());
    for (Map.Entry<String, Long> server : pids.entrySet()) {
      if (ProcessHandle.of(server.getValue()).filter(ProcessHandle::isAlive).isEmpty()) {
        throw new IOException(
            "the server of %s has ended; what it said is in %s"
                .formatted(server.getKey(), folder.resolve(server.getKey())));
      }
    }
  }

  @Override
  public void close() {
    closing.close();
  }
}
