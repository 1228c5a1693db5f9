package dev.weir.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The servers of a local AWS: each is real, on the loopback address alone, and ends when closed.
 */
class ServersIT {
  private static final LocalTools TOOLS = LocalTools.installed();

  @TempDir private Path folder;

  @Test
  void kinesisKeepsRecordsAndListensOnTheLoopbackAddressAlone() throws Exception {
    Machine.requireNode();
    KinesisServer server = KinesisServer.start(TOOLS, folder);
    try (KinesisClient client = server.client()) {
      server.createStream("clicks", 2);
      String shard =
          client
              .putRecord(
                  request ->
                      request
                          .streamName("clicks")
                          .partitionKey("k")
                          .data(SdkBytes.fromUtf8String("hello")))
              .shardId();
      String iterator =
          client
              .getShardIterator(
                  request ->
                      request
                          .streamName("clicks")
                          .shardId(shard)
                          .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
              .shardIterator();
      assertEquals(
          "hello",
          client
              .getRecords(request -> request.shardIterator(iterator))
              .records()
              .get(0)
              .data()
              .asString(UTF_8));
      assertEquals(
          KinesisServer.streamArn("clicks"),
          client
              .describeStreamSummary(request -> request.streamName("clicks"))
              .streamDescriptionSummary()
              .streamARN());
      assertLoopbackOnly(server.uri(), server.pid());
    } finally {
      server.close();
    }
    assertEnded(server.pid());
  }

  @Test
  void redisAnswersAndListensOnTheLoopbackAddressAlone() throws Exception {
    RedisServer server = RedisServer.start(TOOLS, folder.resolve("redis"));
    assertLoopbackOnly(server.uri(), server.pid());
    server.close();
    assertEnded(server.pid());
  }

  @Test
  void s3KeepsItsObjectsAcrossRestarts() throws Exception {
    S3Server server = S3Server.start(TOOLS, folder);
    server.createBucket("lake");
    try (S3Client client = server.client()) {
      client.putObject(
          request -> request.bucket("lake").key("a/b"), RequestBody.fromString("content"));
    }
    assertLoopbackOnly(server.uri(), server.pid());
    server.close();
    assertEnded(server.pid());
    try (S3Server again = S3Server.start(TOOLS, folder);
        S3Client client = again.client()) {
      again.createBucket("lake");
      assertEquals(
          "content",
          client.getObjectAsBytes(request -> request.bucket("lake").key("a/b")).asUtf8String());
      assertTrue(Files.isRegularFile(again.objects().resolve("lake/a/b")));
    }
  }

  @Test
  void programThatEndsAtItsStartIsToldWithWhatItPrinted() throws Exception {
    ChildProcess child =
        ChildProcess.start(
            "java",
            new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:NoSuch"),
            folder.resolve("java.log"));
    IOException failure =
        assertThrows(IOException.class, () -> child.awaitReady(Duration.ofSeconds(60), () -> null));
    assertTrue(failure.getMessage().contains("ended with exit code 1"), failure.getMessage());
    assertTrue(failure.getMessage().contains("NoSuch"), failure.getMessage());
  }

  @Test
  void serverEndsWithTheProgramThatIsToldToEnd() throws Exception {
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dweir.local.tools=" + TOOLS.folder(),
                "-cp",
                System.getProperty("java.class.path"),
                ServerHolder.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String pid = program.inputReader().readLine();
    ProcessHandle server = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    assertTrue(server.isAlive());
    program.destroy(); // SIGTERM, as Ctrl-C and service managers end programs
    assertTrue(program.waitFor(30, TimeUnit.SECONDS));
    server.onExit().get(30, TimeUnit.SECONDS);
  }

  private static void assertEnded(long pid) {
    assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false), "pid " + pid);
  }

  /** Nothing of the process listens anywhere but on the loopback address. */
  private static void assertLoopbackOnly(URI uri, long pid) throws IOException {
    assertTrue(connects(InetAddress.getLoopbackAddress(), uri.getPort()));
    List<InetAddress> others =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> !address.isLoopbackAddress())
            .toList();
    for (InetAddress other : others) {
      assertFalse(connects(other, uri.getPort()), "listens on " + other);
    }
    Listening.assertLoopbackOnly(pid);
  }

  private static boolean connects(InetAddress address, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 2000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
