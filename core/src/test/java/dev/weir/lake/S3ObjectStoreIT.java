package dev.weir.lake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.lake.FaultProxy.Fault;
import dev.weir.lake.ObjectStore.Put;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/** S3, as s3proxy speaks it, with a network in between that fails. */
class S3ObjectStoreIT extends ObjectStoreContract {
  private static final String BUCKET = "weir-lake";
  private static final int MIB = 1 << 20;
  private static final int TRIES = 4;
  private static final S3Options.Multipart SMALLEST_PARTS =
      new S3Options.Multipart(5 * MIB, 5 * MIB, 3);
  private static final Predicate<String> PUTS = line -> line.startsWith("PUT ");
  private static final Predicate<String> COMPLETIONS =
      line -> line.startsWith("POST ") && line.contains("uploadId=");

  private static int prefixes;
  private static S3ProxyServer server;

  private final List<AutoCloseable> opened = new ArrayList<>();

  @BeforeAll
  static void startServer(@TempDir Path directory) throws IOException {
    server = S3ProxyServer.inMemory(directory);
    server.createBucket(BUCKET);
  }

  @AfterAll
  static void stopServer() {
    if (server != null) {
      server.close();
    }
  }

  @AfterEach
  void closeAll() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
  }

  @Override
  protected S3ObjectStore open() {
    return open(options());
  }

  private static S3Options options() {
    return S3Options.of(BUCKET, "lake/" + prefixes++)
        .with(server.endpoint())
        .with(SMALLEST_PARTS)
        .with(network(Duration.ofSeconds(30), TRIES));
  }

  private static S3Options.Network network(Duration idleTimeout, int tries) {
    return new S3Options.Network(
        64,
        Duration.ofSeconds(5),
        idleTimeout,
        Duration.ofMinutes(1),
        tries,
        Duration.ofMillis(2),
        Duration.ofMillis(20));
  }

  private S3ObjectStore open(S3Options options) {
    S3ObjectStore store =
        new S3ObjectStore(options, S3ProxyServer.credentials(), S3ObjectStore.PAGE_KEYS);
    opened.add(store);
    return store;
  }

  private FaultProxy proxy() throws IOException {
    FaultProxy proxy = new FaultProxy(server.uri().getPort());
    opened.add(proxy);
    return proxy;
  }

  private S3ObjectStore behind(FaultProxy proxy) {
    return open(options().with(S3ProxyServer.endpoint(proxy.uri())));
  }

  private static byte[] bytes(int length, int seed) {
    byte[] content = new byte[length];
    new Random(seed).nextBytes(content);
    return content;
  }

  @Test
  void keysAndTheirPercentSignsAreKeptAsTheyAre() throws IOException {
    S3ObjectStore store = open();
    List<String> keys =
        Stream.of(
                "events/date=2026-11-22/event_type=a%2Fb/x.parquet",
                "events/event_type=a/b",
                "events/event_type=%25/x",
                "events/event_type=%/x",
                "events/event_type=a%20b/x",
                "events/event_type=a b/x",
                "events/event_type=a+b/x",
                "events/event_type=a%2Bb/x",
                "events/event_type=%E2%80%AE/x",
                "events/a&b=c;d,e:f@g!h$i'j(k)l*m~n/x")
            .sorted()
            .toList();
    for (String key : keys) {
      assertEquals(Put.CREATED, store.putIfAbsent(key, key.getBytes(UTF_8)), key);
    }
    for (String key : keys) {
      assertEquals(Put.EXISTS, store.putIfAbsent(key, new byte[0]), key);
      assertArrayEquals(key.getBytes(UTF_8), store.read(key).orElseThrow(), key);
      assertEquals(key, Files.readString(store.fetch(key, files)));
    }
    assertEquals(keys, store.list(""));
    assertEquals(
        List.of("events/event_type=%/x", "events/event_type=%25/x"),
        store.list("events/event_type=%").stream().filter(key -> !key.contains("E2")).toList());
    try (S3Client client = server.client()) {
      assertTrue(
          client.listObjectsV2Paginator(request -> request.bucket(BUCKET)).contents().stream()
              .anyMatch(
                  object -> object.key().endsWith("/date=2026-11-22/event_type=a%2Fb/x.parquet")));
    }
  }

  @Test
  void listGoesOnAfterTheFirstPage() throws IOException {
    S3ObjectStore store = new S3ObjectStore(options(), S3ProxyServer.credentials(), 3);
    opened.add(store);
    List<String> keys = IntStream.range(0, 10).mapToObj("page/%%2F%04d"::formatted).toList();
    for (String key : keys) {
      store.putIfAbsent(key, new byte[0]);
    }
    store.putIfAbsent("zzz", new byte[0]);
    assertEquals(keys, store.list("page/"));
  }

  @Test
  void lakesSideBySideDoNotSeeEachOther() throws IOException {
    S3Options options = options();
    S3ObjectStore one = open(options);
    S3ObjectStore other =
        open(S3Options.of(BUCKET, options.prefix() + "b").with(server.endpoint()));
    one.putIfAbsent("k", "one".getBytes(UTF_8));
    assertEquals(Put.CREATED, other.putIfAbsent("k", "other".getBytes(UTF_8)));
    assertEquals(List.of("k"), one.list(""));
    assertEquals("one", Files.readString(one.fetch("k", files)));
    assertEquals("other", Files.readString(other.fetch("k", files)));
    assertEquals("one", Files.readString(one.fetch("k", files)));
  }

  @Test
  void fetchLeavesNothingButItsFile() throws IOException {
    S3ObjectStore store = open();
    store.putIfAbsent("a/k", new byte[10]);
    Path scratch = files.resolve("scratch");
    Path first = store.fetch("a/k", scratch);
    Path second = store.fetch("a/k", scratch);
    assertThrows(IOException.class, () -> store.fetch("a/absent", scratch));
    store.discard(first);
    try (Stream<Path> left = Files.list(scratch)) {
      assertEquals(List.of(second), left.toList());
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachChecksumIsTaken(S3Options.Checksum checksum) throws IOException {
    S3ObjectStore store = open(options().with(checksum));
    byte[] whole = bytes(1000, 1);
    byte[] parts = bytes(5 * MIB + 1, 2);
    assertEquals(Put.CREATED, store.putIfAbsent("whole", whole));
    assertEquals(Put.CREATED, store.putIfAbsent("empty", new byte[0]));
    assertEquals(Put.CREATED, store.putIfAbsent("parts", parts));
    assertArrayEquals(whole, store.read("whole").orElseThrow());
    assertArrayEquals(new byte[0], store.read("empty").orElseThrow());
    assertArrayEquals(parts, store.read("parts").orElseThrow());
  }

  @Test
  void credentialsComeFromTheDefaultChain() throws IOException {
    System.setProperty("aws.accessKeyId", S3ProxyServer.ACCESS_KEY_ID);
    System.setProperty("aws.secretAccessKey", S3ProxyServer.SECRET_ACCESS_KEY);
    try (S3ObjectStore store = new S3ObjectStore(options())) {
      assertEquals(Put.CREATED, store.putIfAbsent("k", new byte[0]));
    } finally {
      System.clearProperty("aws.accessKeyId");
      System.clearProperty("aws.secretAccessKey");
    }
  }

  @Test
  void putWhoseAnswerWasLostIsStillItsOwn() throws IOException {
    FaultProxy proxy = proxy();
    S3ObjectStore store = behind(proxy);
    proxy.inject(Fault.LOSE_ANSWER, 1, PUTS);
    assertEquals(Put.CREATED, store.putIfAbsent("k", "mine".getBytes(UTF_8)));
    assertEquals(2, proxy.count(PUTS));
    assertEquals(Put.EXISTS, store.putIfAbsent("k", "other".getBytes(UTF_8)));
    assertArrayEquals("mine".getBytes(UTF_8), store.read("k").orElseThrow());
    assertEquals(List.of("k"), store.list(""));
  }

  @Test
  void putThatMetAnotherOneAfterALostRequestSaysSo() throws IOException {
    FaultProxy proxy = proxy();
    S3ObjectStore store = behind(proxy);
    assertEquals(Put.CREATED, store.putIfAbsent("k", "first".getBytes(UTF_8)));
    proxy.inject(Fault.RESET, 1, PUTS);
    proxy.inject(Fault.LOSE_ANSWER, 1, PUTS);
    assertEquals(Put.EXISTS, store.putIfAbsent("k", "second".getBytes(UTF_8)));
    assertArrayEquals("first".getBytes(UTF_8), store.read("k").orElseThrow());
  }

  @Test
  void resetConflictAndStormWithinTheBoundAreRiddenOut() throws IOException {
    for (Fault fault :
        List.of(
            Fault.RESET,
            Fault.CONFLICT,
            Fault.SLOW_DOWN,
            Fault.answer(409, "OperationAborted"),
            Fault.answer(412, "PreconditionFailed"),
            Fault.answer(500, "InternalError"))) {
      FaultProxy proxy = proxy();
      S3ObjectStore store = behind(proxy);
      proxy.inject(fault, TRIES - 1, PUTS);
      assertEquals(Put.CREATED, store.putIfAbsent("k", fault.toString().getBytes(UTF_8)));
      assertEquals(TRIES, proxy.count(PUTS), fault.toString());
      assertArrayEquals(fault.toString().getBytes(UTF_8), store.read("k").orElseThrow());
    }
  }

  @Test
  void beyondTheBoundTheOutcomeIsUnknownAndAFurtherPutSettlesIt() throws IOException {
    for (Fault fault : List.of(Fault.RESET, Fault.CONFLICT, Fault.SLOW_DOWN)) {
      FaultProxy proxy = proxy();
      S3ObjectStore store = behind(proxy);
      proxy.inject(fault, TRIES, PUTS);
      IOException unknown =
          assertThrows(IOException.class, () -> store.putIfAbsent("k", new byte[1]));
      assertTrue(unknown.getMessage().contains("put it again"), unknown.getMessage());
      assertEquals(TRIES, proxy.count(PUTS), fault.toString());
      assertEquals(Put.CREATED, store.putIfAbsent("k", new byte[2]));
      assertEquals(2, store.read("k").orElseThrow().length);
    }
    FaultProxy proxy = proxy();
    S3ObjectStore store = behind(proxy);
    proxy.inject(Fault.LOSE_ANSWER, TRIES, PUTS);
    assertThrows(IOException.class, () -> store.putIfAbsent("k", new byte[1]));
    assertEquals(Put.EXISTS, store.putIfAbsent("k", new byte[2]));
    assertEquals(Put.EXISTS, store.putIfAbsent("k", new byte[3]));
    assertEquals(1, store.read("k").orElseThrow().length);
  }

  @Test
  void requestThatArrivesLateReplacesNothing() throws Exception {
    FaultProxy proxy = proxy();
    S3ObjectStore store =
        open(
            options()
                .with(S3ProxyServer.endpoint(proxy.uri()))
                .with(network(Duration.ofMillis(500), 10)));
    proxy.inject(Fault.HOLD, 1, PUTS);
    assertEquals(Put.CREATED, store.putIfAbsent("k", "one".getBytes(UTF_8)));
    proxy.release();
    assertArrayEquals("one".getBytes(UTF_8), store.read("k").orElseThrow());
    assertEquals(Put.EXISTS, store.putIfAbsent("k", "two".getBytes(UTF_8)));
  }

  @Test
  void readsAndListsRideOutFaultsToo() throws IOException {
    FaultProxy proxy = proxy();
    S3ObjectStore store = behind(proxy);
    byte[] content = bytes(100_000, 3);
    store.putIfAbsent("a/k", content);
    for (Fault fault : List.of(Fault.RESET, Fault.SLOW_DOWN, Fault.LOSE_ANSWER, Fault.CUT_ANSWER)) {
      proxy.inject(fault, 1, line -> line.startsWith("GET "));
      assertArrayEquals(content, store.read("a/k").orElseThrow());
      proxy.inject(fault, 1, line -> line.startsWith("GET "));
      assertArrayEquals(content, Files.readAllBytes(store.fetch("a/k", files)));
      proxy.inject(fault, 1, line -> line.startsWith("GET "));
      assertEquals(List.of("a/k"), store.list("a/"));
    }
  }

  @Test
  void ofConcurrentCreatorsBehindAFailingNetworkExactlyOneWins() throws Exception {
    FaultProxy proxy = proxy();
    S3ObjectStore store = behind(proxy);
    proxy.inject(Fault.LOSE_ANSWER, 8, PUTS);
    proxy.inject(Fault.RESET, 4, PUTS);
    proxy.inject(Fault.SLOW_DOWN, 4, PUTS);
    proxy.inject(Fault.CONFLICT, 4, PUTS);
    assertOneWinner(store, 32, creator -> ("creator " + creator).getBytes(UTF_8));
  }

  @Test
  void ofConcurrentCreatorsInPartsExactlyOneWins() throws Exception {
    assertOneWinner(open(), 3, creator -> bytes(5 * MIB + 1000, creator));
    assertNoUploadIsLeft();
  }

  private interface Contents {
    byte[] of(int creator);
  }

  private static void assertOneWinner(S3ObjectStore store, int creators, Contents contents)
      throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(creators);
    try {
      List<Callable<Put>> tasks = new ArrayList<>();
      for (int i = 0; i < creators; i++) {
        byte[] content = contents.of(i);
        tasks.add(() -> store.putIfAbsent("race/k", content));
      }
      int winner = -1;
      List<Future<Put>> answers = pool.invokeAll(tasks);
      for (int i = 0; i < creators; i++) {
        if (answers.get(i).get() == Put.CREATED) {
          assertEquals(-1, winner, "two creators won");
          winner = i;
        }
      }
      assertArrayEquals(contents.of(winner), store.read("race/k").orElseThrow());
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void largeFileIsSentInPartsAndItsLastAnswerMayBeLost() throws IOException {
    FaultProxy proxy = proxy();
    S3ObjectStore store = behind(proxy);
    byte[] content = bytes(10 * MIB + 17, 4);
    Path file = Files.write(files.resolve("large"), content);
    proxy.inject(Fault.LOSE_ANSWER, 1, COMPLETIONS);
    proxy.inject(Fault.CUT_ANSWER, 1, line -> line.startsWith("POST ") && line.contains("uploads"));
    proxy.inject(Fault.RESET, 1, PUTS);
    assertEquals(Put.CREATED, store.putIfAbsent("large", file));
    assertEquals(4, proxy.count(PUTS)); // three parts, one of them twice
    assertArrayEquals(content, Files.readAllBytes(store.fetch("large", files)));
    assertEquals(Put.EXISTS, store.putIfAbsent("large", new byte[0]));
    abortForgottenUpload();
  }

  /** The upload that was created by the request whose answer was cut off. */
  private static void abortForgottenUpload() {
    try (S3Client client = server.client()) {
      List<MultipartUpload> left =
          client.listMultipartUploads(request -> request.bucket(BUCKET)).uploads();
      assertEquals(1, left.size());
      client.abortMultipartUpload(
          request ->
              request.bucket(BUCKET).key(left.get(0).key()).uploadId(left.get(0).uploadId()));
    }
  }

  @Test
  void lastAnswerOfAnUploadMayBeCutOff() throws IOException {
    FaultProxy proxy = proxy();
    S3ObjectStore store = behind(proxy);
    byte[] content = bytes(5 * MIB + 1, 7);
    proxy.inject(Fault.CUT_ANSWER, 1, COMPLETIONS);
    assertEquals(Put.CREATED, store.putIfAbsent("k", content));
    assertArrayEquals(content, store.read("k").orElseThrow());
    assertNoUploadIsLeft();
  }

  @Test
  void conflictAtTheEndOfAnUploadSendsItAnew() throws IOException {
    FaultProxy proxy = proxy();
    S3ObjectStore store = behind(proxy);
    byte[] content = bytes(5 * MIB + 1, 5);
    proxy.inject(Fault.CONFLICT, 1, COMPLETIONS);
    assertEquals(Put.CREATED, store.putIfAbsent("k", content));
    assertEquals(4, proxy.count(PUTS)); // two parts, twice
    assertArrayEquals(content, store.read("k").orElseThrow());
    assertNoUploadIsLeft();
  }

  @Test
  void uploadThatFailsIsAborted() throws IOException {
    FaultProxy proxy = proxy();
    S3ObjectStore store = behind(proxy);
    proxy.inject(Fault.answer(403, "AccessDenied"), 1, line -> line.contains("partNumber=2"));
    assertThrows(IOException.class, () -> store.putIfAbsent("k", bytes(5 * MIB + 1, 6)));
    assertTrue(store.read("k").isEmpty());
    assertNoUploadIsLeft();
  }

  @Test
  void interruptedUploadWaitsForThePartUnderWayAndBeginsNoOther() throws Exception {
    List<String> answered = new CopyOnWriteArrayList<>();
    FaultProxy proxy = new FaultProxy(server.uri().getPort(), noting(answered));
    opened.add(proxy);
    S3ObjectStore store =
        open(
            options()
                .with(S3ProxyServer.endpoint(proxy.uri()))
                .with(new S3Options.Multipart(5 * MIB, 5 * MIB, 1)));
    proxy.inject(Fault.HOLD, 1, PUTS);
    byte[] content = bytes(10 * MIB + 1, 8);
    List<Throwable> thrown = new CopyOnWriteArrayList<>();
    Thread putting =
        new Thread(
            () ->
                thrown.add(assertThrows(IOException.class, () -> store.putIfAbsent("k", content))));
    putting.start();
    await(() -> proxy.count(PUTS) == 1);
    putting.interrupt();
    await(
        () ->
            putting.getState() == Thread.State.TIMED_WAITING
                || answered.stream().anyMatch(line -> line.startsWith("DELETE ")));
    proxy.release();
    putting.join(30_000);

    assertInstanceOf(InterruptedIOException.class, thrown.get(0));
    assertEquals(
        List.of("POST", "PUT", "DELETE"),
        answered.stream().map(line -> line.split(" ")[0]).toList(),
        "the upload is aborted when nothing of it is under way");
    assertEquals(1, proxy.count(PUTS), "neither was it tried again, nor another part begun");
    assertNoUploadIsLeft();
  }

  private static FaultProxy.Watcher noting(List<String> answered) {
    return new FaultProxy.Watcher() {
      @Override
      public Fault before(FaultProxy.Request request) {
        return null;
      }

      @Override
      public void after(FaultProxy.Request request, int status) {
        answered.add(request.line());
      }
    };
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "not within 30 s");
      Thread.onSpinWait();
    }
  }

  private static void assertNoUploadIsLeft() {
    try (S3Client client = server.client()) {
      assertEquals(
          List.of(), client.listMultipartUploads(request -> request.bucket(BUCKET)).uploads());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "403, AccessDenied, allow s3:PutObject",
    "403, SignatureDoesNotMatch, credentials are not valid",
    "400, ExpiredToken, renew the session",
    "403, RequestTimeTooSkewed, clock",
    "301, PermanentRedirect, set the region",
    "400, AuthorizationHeaderMalformed, set the region",
    "404, NoSuchBucket, create it or correct",
    "501, NotImplemented, use another store",
    "503, SlowDown, put fewer objects at once"
  })
  void failureSaysWhatToDo(int status, String code, String advice) throws IOException {
    FaultProxy proxy = proxy();
    S3ObjectStore store = behind(proxy);
    proxy.inject(Fault.answer(status, code), TRIES, PUTS);
    String message =
        assertThrows(IOException.class, () -> store.putIfAbsent("k", new byte[1])).getMessage();
    assertTrue(message.contains(advice), message);
    assertTrue(message.contains("%d %s".formatted(status, code)), message);
    assertTrue(message.contains("s3://" + BUCKET + "/lake/"), message);
  }

  @Test
  void absentBucketIsNotAnAbsentObject() {
    S3ObjectStore store = open(S3Options.of("no-such-bucket", "").with(server.endpoint()));
    for (String message :
        List.of(
            assertThrows(IOException.class, () -> store.read("k")).getMessage(),
            assertThrows(IOException.class, () -> store.list("")).getMessage(),
            assertThrows(IOException.class, () -> store.fetch("k", files)).getMessage())) {
      assertTrue(message.contains("there is no bucket no-such-bucket"), message);
    }
  }

  @Test
  void wrongSecretIsNamedButNeverShown() {
    S3ObjectStore store =
        new S3ObjectStore(
            options(),
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(S3ProxyServer.ACCESS_KEY_ID, "a-wrong-secret")),
            S3ObjectStore.PAGE_KEYS);
    opened.add(store);
    IOException failure = assertThrows(IOException.class, () -> store.read("k"));
    assertTrue(failure.getMessage().contains("credentials are not valid"), failure.getMessage());
    assertFalse(failure.toString().contains("a-wrong-secret"));
  }

  @Test
  void addressThatNobodyListensAtIsNamed() {
    URI nobody = URI.create("http://127.0.0.1:1");
    S3ObjectStore store = open(options().with(S3ProxyServer.endpoint(nobody)));
    String message = assertThrows(IOException.class, () -> store.read("k")).getMessage();
    assertTrue(message.contains("nothing accepts connections at " + nobody), message);
  }

  @Test
  void silenceIsNamed() throws IOException {
    FaultProxy proxy = proxy();
    S3ObjectStore store =
        open(
            options()
                .with(S3ProxyServer.endpoint(proxy.uri()))
                .with(network(Duration.ofMillis(100), 2)));
    proxy.inject(Fault.HOLD, 2, line -> true);
    String message = assertThrows(IOException.class, () -> store.read("k")).getMessage();
    assertTrue(message.contains("no answer in time, in 2 tries"), message);
  }

  @Test
  void interruptEndsAPutAndIsKept() {
    S3ObjectStore store = open();
    Thread.currentThread().interrupt();
    assertThrows(InterruptedIOException.class, () -> store.putIfAbsent("k", new byte[1]));
    assertTrue(Thread.interrupted());
  }

  @Test
  void closedStoreFailsInsteadOfHanging() throws IOException {
    S3ObjectStore store = open();
    store.close();
    byte[] large = new byte[5 * MIB + 1];
    Arrays.fill(large, (byte) 1);
    assertThrows(IOException.class, () -> store.putIfAbsent("k", new byte[1]));
    assertThrows(IOException.class, () -> store.putIfAbsent("k", large));
  }
}
