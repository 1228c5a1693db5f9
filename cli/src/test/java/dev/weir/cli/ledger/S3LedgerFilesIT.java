package dev.weir.cli.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.lake.FaultProxy;
import dev.weir.lake.S3ProxyServer;
import dev.weir.settings.SettingsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** The ledger of a lake in S3, whose requests are counted on their way. */
final class S3LedgerFilesIT extends LedgerFilesContract {
  private static final String BUCKET = "weir-ledger";

  @TempDir static Path shared;

  private static S3ProxyServer server;
  private static S3Client client;
  private static int lakes;

  @TempDir private Path folder;
  private String prefix;
  private FaultProxy proxy;
  private LedgerFiles files;

  @BeforeAll
  static void startServer() throws Exception {
    server = S3ProxyServer.inMemory(shared);
    server.createBucket(BUCKET);
    client = server.client();
    System.setProperty("aws.accessKeyId", S3ProxyServer.ACCESS_KEY_ID);
    System.setProperty("aws.secretAccessKey", S3ProxyServer.SECRET_ACCESS_KEY);
  }

  @AfterAll
  static void stopServer() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
    client.close();
    server.close();
  }

  @BeforeEach
  void open() throws IOException {
    prefix = "lakes/" + lakes++;
    proxy = new FaultProxy(server.uri().getPort());
    files =
        LedgerFiles.open(
            SettingsReader.ofThisProcess()
                .readForReading(
                    Files.writeString(
                        folder.resolve("weir.yaml"),
                        "s3:\n  endpoint: %s\n  region: %s\n  path_style: true\n"
                            .formatted(proxy.uri(), S3ProxyServer.REGION)),
                    Map.of("lake.path", List.of("s3://" + BUCKET + "/" + prefix))));
  }

  @AfterEach
  void close() throws IOException {
    files.close();
    proxy.close();
  }

  @Override
  LedgerFiles files() {
    return files;
  }

  @Override
  void put(String key, byte[] content) {
    client.putObject(
        request -> request.bucket(BUCKET).key(prefix + "/" + key), RequestBody.fromBytes(content));
  }

  private void upload(Path lake) throws IOException {
    try (Stream<Path> all = Files.walk(lake)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        put(lake.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
  }

  /** The requests since the last call: pages of keys, objects, sizes. */
  private String sent() {
    long lists = proxy.count(line -> line.startsWith("GET") && line.contains("list-type=2"));
    long gets = proxy.count(line -> line.startsWith("GET") && !line.contains("list-type=2"));
    long heads = proxy.count(line -> line.startsWith("HEAD"));
    String since = (lists - seen[0]) + " " + (gets - seen[1]) + " " + (heads - seen[2]);
    seen = new long[] {lists, gets, heads};
    return since;
  }

  private long[] seen = new long[3];

  @Test
  void refreshesCostWhatTheDocumentationSays() throws IOException {
    MovedClock clock = new MovedClock(Instant.parse("2026-11-23T12:00:00Z"));
    LedgerFolder ledger = new LedgerFolder(folder.resolve("lake"));
    Instant old = clock.instant().minus(Duration.ofHours(2));
    for (int i = 0; i < 5; i++) {
      ledger.landed(LedgerFolder.id(old, i), old, LedgerFolder.counts(1, 1, 0));
    }
    String young = LedgerFolder.id(clock.instant(), 6);
    ledger.plan(young, clock.instant(), 10, LedgerFolder.counts(2, 2, 0));
    upload(ledger.lake());
    Duration trust = Duration.ofMinutes(15);
    try (LedgerTail tail = new LedgerTail(files, Instant.MIN, trust, clock)) {
      tail.refresh();
      assertEquals("1 6 1", sent(), "a start");
      assertEquals(1, tail.view(Window.ALL).unfinished());

      clock.move(Duration.ofSeconds(10));
      tail.refresh();
      assertEquals("1 0 1", sent(), "the file that was missing is asked for");

      ledger.land(young, 10);
      upload(ledger.lake());
      tail.refresh();
      assertEquals("1 0 1", sent());
      tail.refresh();
      assertEquals("1 0 0", sent(), "nothing is new");
      assertEquals(7, tail.view(Window.ALL).totals().count(Count.LANDED));

      ledger.landed(
          LedgerFolder.id(clock.instant(), 7), clock.instant(), LedgerFolder.counts(1, 1, 0));
      upload(ledger.lake());
      tail.refresh();
      assertEquals("1 1 1", sent(), "one attempt of one file");

      clock.move(LedgerTail.FULL_EVERY);
      tail.refresh();
      assertEquals("1 0 0", sent(), "all names");
    }
  }

  @Test
  void storeThatDoesNotAnswerIsAFailureThatTheNextRefreshMends() throws IOException {
    MovedClock clock = new MovedClock(Instant.parse("2026-11-23T12:00:00Z"));
    LedgerFolder ledger = new LedgerFolder(folder.resolve("lake"));
    ledger.landed(
        LedgerFolder.id(clock.instant(), 1), clock.instant(), LedgerFolder.counts(4, 4, 0));
    upload(ledger.lake());
    try (LedgerTail tail = new LedgerTail(files, Instant.MIN, Duration.ofMinutes(15), clock)) {
      proxy.inject(
          FaultProxy.Fault.answer(403, "AccessDenied"), 1, line -> line.contains("list-type=2"));
      IOException failure = assertThrows(IOException.class, tail::refresh);
      assertEquals(true, failure.getMessage().contains("allow s3:ListBucket"), failure.toString());
      tail.refresh();
      assertEquals(4, tail.view(Window.ALL).totals().count(Count.LANDED));
    }
  }
}
