package dev.weir.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import dev.weir.source.KplAggregate;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventHandlerTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private EventHandler handler;

  @BeforeEach
  void configure() {
    environment.put("WEIR_LAKE_PATH", folder.resolve("lake").toString());
    environment.put("WEIR_RUN_ATTEMPTS", "1");
  }

  @AfterEach
  void close() {
    if (handler != null) {
      handler.sandbox().close();
    }
  }

  @Test
  void eventsLandAndAreCounted() throws Exception {
    byte[] event =
        new Events()
            .add(1, event(1))
            .add(2, "not json")
            .add(3, event(2) + "\n" + event(1))
            .add("shardId-000000000006", "4", KplAggregate.of(List.of(event(3).getBytes(UTF_8))))
            .bytes();
    assertEquals(answer("", 3, 1, 1, 0), handle(event));
    assertEquals("3", query("SELECT count(*) FROM '" + lake() + "/events/**/*.parquet'"));
    assertEquals(
        "clicks shardId-000000000006 2 0 1545084650.987",
        query(
            "SELECT concat_ws(' ', stream, shard_id, sequence_number, sub_index, epoch(arrival_time))"
                + " FROM '"
                + lake()
                + "/dead_letters/**/*.parquet'"));
  }

  @Test
  void whatIsDeliveredAgainIsDuplicates() throws Exception {
    assertEquals(
        answer("", 2, 0, 0, 0),
        handle(new Events().add(1, event(1)).add(2, "[" + event(2) + "]").bytes()));
    assertEquals(
        answer("", 1, 1, 1, 0),
        handle(new Events().add(2, "[" + event(2) + "]").add(3, event(3)).add(4, "x").bytes()));
    assertEquals(
        answer("", 0, 1, 1, 0)
            .replace("\"num_dead_letters\":1", "\"num_dead_letters\":0")
            .replace("\"num_duplicate_events\":1", "\"num_duplicate_events\":2"),
        handle(new Events().add(3, event(3)).add(4, "x").bytes()));
  }

  @Test
  void nothingIsAnsweredWithNothing() throws Exception {
    assertEquals(answer("", 0, 0, 0, 0), handle("{\"Records\":[]}".getBytes(UTF_8)));
    assertEquals(answer("", 0, 0, 0, 0), handle(new Events().add(1, "[]").bytes()));
    assertEquals(answer("", 0, 0, 1, 0), handle(new Events().add(2, "").bytes()));
  }

  @Test
  void whenTheLakeIsAwayTheEarliestRecordOfEachShardComesAgain() throws Exception {
    handler();
    Path attempts = folder.resolve("lake/_weir/attempts");
    Files.createDirectories(attempts.getParent());
    Files.writeString(attempts, "in the way");
    byte[] event =
        new Events()
            .add("shardId-000000000001", "10", event(1))
            .add("shardId-000000000001", "9", event(2))
            .add("shardId-000000000002", "100", event(3))
            .bytes();
    String failures = "{\"itemIdentifier\":\"9\"},{\"itemIdentifier\":\"100\"}";
    assertEquals(answer(failures, 0, 0, 0, 0), handle(event));
    assertTrue(said.toString(UTF_8).contains("\"RedeliveredRecords\":3"), said.toString(UTF_8));
    Files.delete(attempts);
    assertEquals(answer("", 3, 0, 0, 0), handle(event));
  }

  @Test
  void whenNoTimeIsLeftEverythingComesAgain() throws Exception {
    byte[] event = new Events().add(7, event(1)).add(8, event(2)).bytes();
    assertEquals(
        answer("{\"itemIdentifier\":\"7\"}", 0, 0, 0, 0), handle(event, new TestContext(0)));
    assertEquals(answer("", 2, 0, 0, 0), handle(event, new TestContext(60_000)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"INTEGER", "TIMESTAMP", "JSON", "UUID", "DECIMAL(3,2)"})
  void sqlThatFailsOnTheDataFailsTheInvocationWithoutShowingIt(String type) throws Exception {
    environment.put(
        "WEIR_TRANSFORM_SQL_TEXT",
        "SELECT event_uuid, date, event_type,\n (payload ->> 'n')::" + type + " AS n FROM events");
    String payload = "{\"n\":\"O'Brien's \\\"secret\\\" is secret\"}";
    byte[] event = new Events().add(1, event(1).replace("{}", payload)).bytes();
    InvocationException failure = assertThrows(InvocationException.class, () -> handle(event));
    assertFalse(failure.getMessage().contains("secret"), failure.getMessage());
    assertTrue(failure.getMessage().contains("Conversion Error"), failure.getMessage());
  }

  @Test
  void recordOfTooManyDocumentsIsOneDeadLetter() throws Exception {
    environment.put("WEIR_LIMITS_MAX_DOCUMENTS_PER_RECORD", "3");
    byte[] event =
        new Events()
            .add(1, "1\n2\n3\n4")
            .add(2, event(1) + "\n" + event(2) + "\n" + event(3))
            .bytes();
    assertEquals(answer("", 3, 0, 1, 0), handle(event));
    assertEquals(
        "too_many_documents 1 0 7",
        query(
            "SELECT concat_ws(' ', reason, sequence_number, sub_index, octet_length(raw)) FROM '"
                + lake()
                + "/dead_letters/**/*.parquet'"));
  }

  @Test
  void sqlMayFilter() throws Exception {
    environment.put("WEIR_TRANSFORM_SQL_TEXT", "SELECT * FROM events WHERE event_type <> 'lesson'");
    byte[] event = new Events().add(1, event(1)).bytes();
    assertEquals(answer("", 0, 0, 0, 1), handle(event));
  }

  @Test
  void whatIsNoEventOfAStreamFailsTheInvocation() {
    assertThrows(InvocationException.class, () -> handle("{}".getBytes(UTF_8)));
    byte[] two =
        "{\"Records\":[%s,%s]}"
            .formatted(
                Events.record(Events.ARN, "shardId-1", "1", new byte[0]),
                Events.record(Events.ARN + "-2", "shardId-1", "2", new byte[0]))
            .getBytes(UTF_8);
    assertThrows(InvocationException.class, () -> handle(two));
  }

  @Test
  void anEventThatExpandsBeyondABatchIsCutIntoSeveral() throws Exception {
    environment.put("WEIR_RUN_BATCH_RECORDS", "3");
    Events events = new Events();
    for (int i = 1; i <= 10; i++) {
      events.add(i, event(i) + "\n" + event(i + 100));
    }
    assertEquals(answer("", 20, 0, 0, 0), handle(events.bytes()));
    String line = lastLine();
    assertEquals(5, line.split("\"attempts\":\\[")[1].split("]")[0].split(",").length, line);
  }

  @Test
  void oneLineTellsWhatHappenedAndIsMetricsToo() throws Exception {
    handle(new Events().add(1, event(1)).add(2, "oops, a secret").bytes());
    String line = lastLine();
    assertTrue(line.startsWith("{\"_aws\":{\"Timestamp\":1795341600000,"), line);
    for (String part :
        List.of(
            "\"Namespace\":\"Weir\",\"Dimensions\":[[\"function\"]]",
            "{\"Name\":\"ArrivalLagSeconds\",\"Unit\":\"Seconds\"}",
            "\"function\":\"unknown\"",
            "\"request_id\":\"request-1\"",
            "\"shards\":[\"shardId-000000000006\"]",
            "\"ReceivedRecords\":2",
            "\"LandedEvents\":1",
            "\"DeadLetters\":1",
            "\"Files\":2",
            "\"FreshnessSeconds\":",
            "\"ArrivalLagSeconds\":")) {
      assertTrue(line.contains(part), part + " in " + line);
    }
    assertFalse(said.toString(UTF_8).contains("secret"));
  }

  @Test
  void everythingIsMadeAnewAfterASnapshot() throws Exception {
    byte[] event = new Events().add(1, event(1)).bytes();
    handler().sandbox().beforeCheckpoint(null);
    Path claims = folder.resolve("lake/_weir/claims");
    // Nobody holds the claims now: what was opened before the snapshot is closed.
    try (EventHandlerLock lock = EventHandlerLock.of(claims)) {
      assertTrue(lock.isFree());
    }
    handler.sandbox().afterRestore(null);
    assertEquals(answer("", 1, 0, 0, 0), handle(event));
    assertEquals(answer("", 0, 1, 0, 0), handle(event));
  }

  private EventHandler handler() throws Exception {
    if (handler == null) {
      handler =
          new EventHandler(
              environment,
              new Telemetry(new PrintStream(said, true, UTF_8), "unknown"),
              () -> {
                throw new AssertionError("the process would have been ended");
              },
              CLOCK);
    }
    return handler;
  }

  private String handle(byte[] event) throws Exception {
    return handle(event, new TestContext(300_000));
  }

  private String handle(byte[] event, Context context) throws Exception {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    handler().handleRequest(new ByteArrayInputStream(event), output, context);
    return output.toString(UTF_8);
  }

  private String lastLine() {
    List<String> lines = said.toString(UTF_8).lines().toList();
    return lines.get(lines.size() - 1);
  }

  private Path lake() {
    return folder.resolve("lake");
  }

  private static String query(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private static String answer(
      String failures, int processed, int duplicates, int deadLetters, int filtered) {
    return ("{\"batchItemFailures\":[%s],\"num_events_processed\":%d,\"num_duplicate_events\":%d,"
            + "\"num_dead_letters\":%d,\"num_filtered_events\":%d,"
            + "\"timestamp\":\"2026-11-22T10:00:00Z\"}")
        .formatted(failures, processed, duplicates, deadLetters, filtered);
  }

  private static String event(int number) {
    return """
        {"event_uuid":"0190163d-8694-739b-aea5-%012x","event_name":"lesson:started","created_at":1545084650.5,"payload":{}}\
        """
        .formatted(number);
  }

  /** The lock of an embedded claim store, tried from outside. */
  private record EventHandlerLock(java.nio.channels.FileChannel channel, boolean isFree)
      implements AutoCloseable {
    static EventHandlerLock of(Path claims) throws IOException {
      java.nio.channels.FileChannel channel =
          java.nio.channels.FileChannel.open(
              claims.resolve("LOCK"), java.nio.file.StandardOpenOption.WRITE);
      return new EventHandlerLock(channel, channel.tryLock() != null);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** An invocation with so much time. */
  private record TestContext(int millis) implements Context {
    @Override
    public String getAwsRequestId() {
      return "request-1";
    }

    @Override
    public String getLogGroupName() {
      return "";
    }

    @Override
    public String getLogStreamName() {
      return "";
    }

    @Override
    public String getFunctionName() {
      return "";
    }

    @Override
    public String getFunctionVersion() {
      return "";
    }

    @Override
    public String getInvokedFunctionArn() {
      return "";
    }

    @Override
    public CognitoIdentity getIdentity() {
      throw new UnsupportedOperationException();
    }

    @Override
    public ClientContext getClientContext() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int getRemainingTimeInMillis() {
      return millis;
    }

    @Override
    public int getMemoryLimitInMB() {
      return 512;
    }

    @Override
    public LambdaLogger getLogger() {
      throw new UnsupportedOperationException();
    }
  }
}
