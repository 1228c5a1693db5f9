package dev.weir.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.cli.query.SmallLake;
import dev.weir.lake.FaultProxy;
import dev.weir.lake.S3ProxyServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** {@code weir query} on a lake in S3, whose requests are counted on their way. */
final class QueryS3IT {
  private static final String BUCKET = "weir-query";
  private static final String COUNT = "SELECT count(*)::INT AS n FROM events";

  @TempDir static Path shared;

  private static S3ProxyServer server;
  private static S3Client client;
  private static int lakes;

  @TempDir Path folder;

  private String prefix;
  private FaultProxy proxy;

  @BeforeAll
  static void startServer() throws Exception {
    server = S3ProxyServer.inMemory(shared);
    server.createBucket(BUCKET);
    client = server.client();
    SmallLake.create(shared.resolve("lake"));
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
  void createLake() throws IOException {
    prefix = "lakes/env=" + lakes++;
    proxy = new FaultProxy(server.uri().getPort());
    try (Stream<Path> files = Files.walk(shared.resolve("lake"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        put(shared.resolve("lake").relativize(file).toString(), file);
      }
    }
  }

  @AfterEach
  void closeProxy() throws IOException {
    proxy.close();
  }

  @Test
  void whatWasFetchedOnceIsReadFromItsCopy() throws IOException {
    assertEquals("n\r\n3\r\n", query(COUNT));
    assertEquals(3, fetches());

    assertEquals("n\r\n3\r\n", query(COUNT));
    assertEquals(
        "event_type,date\r\na/b,2026-01-02\r\nlesson,2026-01-01\r\n",
        query("SELECT DISTINCT event_type, date FROM events ORDER BY 1"));
    assertEquals(3, fetches());
    assertTrue(
        Files.exists(cache(BUCKET, prefix, "events/date=2026-01-02/event_type=a%2Fb/a.parquet")));
  }

  @Test
  void onlyTheTablesThatAreNamedAreFetched() {
    assertEquals("1\r\n1\r\n", query("SELECT 1"));
    assertEquals(0, fetches());
    assertEquals("r\r\n5\r\n", query("SELECT sum(received)::INT AS r FROM \"Attempts\""));
    assertEquals(4, fetches());
    assertEquals("raw_bytes\r\n4\r\n", query("SELECT raw_bytes FROM main.dead_letters"));
    assertEquals(5, fetches());
    assertEquals(
        "name\r\nattempts\r\ndead_letters\r\nevents\r\nreplayed\r\n",
        query("SELECT name FROM (SHOW TABLES)"));
    assertEquals(5, fetches());
  }

  @Test
  void theListOfTheLakeDecidesWhatIsRead() throws IOException {
    query(COUNT);
    put("events/date=2026-01-03/event_type=lesson/c.parquet", event("a"));
    assertEquals("n\r\n4\r\n", query(COUNT));
    assertEquals(4, fetches());

    delete("events/date=2026-01-01/event_type=lesson/a.parquet");
    assertEquals("n\r\n3\r\n", query(COUNT));
    assertEquals(4, fetches());
  }

  @Test
  void daysThatAreNotAskedForAreNotFetched() {
    assertEquals("n\r\n1\r\n", query(COUNT, "--date", "2026-01-02"));
    assertEquals(1, fetches());
    assertEquals("n\r\n3\r\n", query(COUNT, "--date", "2026-01-01..2026-01-02"));
    assertEquals(3, fetches());
    assertEquals("n\r\n0\r\n", query(COUNT, "--date", "2020-01-01"));
  }

  @Test
  void fullCacheGivesUpWhatNobodyUsedForLongest() throws IOException {
    String dead = "SELECT count(*)::INT AS n FROM dead_letters";
    query(COUNT);
    query(dead);
    Path oldest = cache(BUCKET, prefix, "dead_letters/date=2026-01-02/a.parquet");
    Files.setLastModifiedTime(oldest, FileTime.from(Instant.EPOCH));
    put("events/date=2026-01-03/event_type=lesson/c.parquet", event("a"));
    long bytes = cachedBytes() + Files.size(event("a")) - 1;

    assertEquals("n\r\n4\r\n", queryWithin(bytes, COUNT).out());
    assertTrue(Files.notExists(oldest));
    assertEquals(5, fetches());

    assertEquals("n\r\n1\r\n", queryWithin(bytes, dead).out());
    assertTrue(cachedBytes() <= bytes, cachedBytes() + " bytes are kept");
    assertTrue(Files.exists(oldest));
  }

  @Test
  void queryThatNeedsMoreThanTheCacheMayHoldSaysSo() throws IOException {
    Invocation refused = queryWithin(1024, COUNT);

    assertEquals(ExitCodes.FAILED, refused.code());
    assertTrue(
        refused
            .err()
            .matches(
                "weir query: the query reads 3 files with \\d+ bytes, and query.cache_bytes"
                    + " \\(WEIR_QUERY_CACHE_BYTES\\) is 1024; allow more, or ask for fewer days"
                    + " \\(--date\\)\n"),
        refused.err());
    assertEquals(0, fetches());
  }

  @Test
  void copyThatWasCutShortIsFetchedAgain() throws IOException {
    query(COUNT);
    Files.write(
        cache(BUCKET, prefix, "events/date=2026-01-01/event_type=lesson/a.parquet"), new byte[3]);
    assertEquals("n\r\n3\r\n", query(COUNT));
    assertEquals(4, fetches());
  }

  @Test
  void personIsToldHowMuchIsFetched() throws IOException {
    Invocation seen = Invocation.onTerminal(arguments(COUNT, 1 << 30));
    assertTrue(seen.err().contains("\rfetched 3 files, "), seen.err());
    assertEquals("", Invocation.onTerminal(arguments(COUNT, 1 << 30)).err());
  }

  @Test
  void statementThatWouldWriteIsRefusedBeforeAnythingIsFetched() {
    Invocation refused = run("COPY (FROM events) TO 'x.csv'");
    assertTrue(refused.err().startsWith("weir query: only queries are run here"), refused.err());
    assertTrue(run("SELEC 1").err().startsWith("weir query: Parser Error"));
    assertEquals(0, fetches());
  }

  @Test
  void absentBucketIsNamed() throws IOException {
    Invocation failed =
        Invocation.of(
            "query", COUNT, "--lake", "s3://no-such-bucket/x", "--config", config().toString());
    assertEquals(ExitCodes.FAILED, failed.code());
    assertTrue(failed.err().contains("there is no bucket no-such-bucket"), failed.err());
    assertFalse(failed.err().contains("unexpected"), failed.err());
  }

  private String query(String sql, String... more) {
    Invocation run = run(sql, more);
    assertEquals("", run.err());
    assertEquals(ExitCodes.OK, run.code());
    return run.out();
  }

  private Invocation run(String sql, String... more) {
    try {
      List<String> arguments = new ArrayList<>(List.of(arguments(sql, 1 << 30)));
      arguments.addAll(List.of(more));
      return Invocation.of(arguments.toArray(String[]::new));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Invocation queryWithin(long cacheBytes, String sql) throws IOException {
    return Invocation.of(arguments(sql, cacheBytes));
  }

  private String[] arguments(String sql, long cacheBytes) throws IOException {
    Path config = config();
    Files.writeString(
        config, Files.readString(config) + "query:\n  cache_bytes: " + cacheBytes + "\n");
    return new String[] {
      "query",
      sql,
      "--format",
      "csv",
      "--lake",
      "s3://" + BUCKET + "/" + prefix,
      "--config",
      config.toString(),
      "--cache",
      folder.resolve("cache").toString()
    };
  }

  private Path config() throws IOException {
    return Files.writeString(
        folder.resolve("weir.yaml"),
        "s3:\n  endpoint: %s\n  region: %s\n  path_style: true\n"
            .formatted(proxy.uri(), S3ProxyServer.REGION));
  }

  private long fetches() {
    return proxy.count(line -> line.startsWith("GET /" + BUCKET + "/") && !line.contains("?"));
  }

  private Path cache(String bucket, String lake, String key) {
    String service = proxy.uri().getAuthority().replace(':', '_');
    return folder.resolve("cache").resolve(service).resolve(bucket).resolve(lake).resolve(key);
  }

  private long cachedBytes() throws IOException {
    try (Stream<Path> files = Files.walk(cache(BUCKET, prefix, ""))) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static Path event(String name) {
    return shared.resolve("lake/events/date=2026-01-01/event_type=lesson/" + name + ".parquet");
  }

  private void put(String key, Path file) {
    client.putObject(request -> request.bucket(BUCKET).key(prefix + "/" + key), file);
  }

  private void delete(String key) {
    client.deleteObject(request -> request.bucket(BUCKET).key(prefix + "/" + key));
  }
}
