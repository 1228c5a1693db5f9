package dev.weir.cli.kinesis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.cli.CommandFailedException;
import dev.weir.cli.Invocation;
import dev.weir.cli.kinesis.PutRecordsServer.Behaviour;
import dev.weir.cli.kinesis.PutRecordsServer.Fate;
import dev.weir.cli.kinesis.PutRecordsServer.Record;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

final class KinesisSinkTest {
  private static final String TOO_MUCH = "ProvisionedThroughputExceededException";
  private static final Map<String, String> PROPERTIES =
      Map.of("aws.cborEnabled", "false", "aws.accessKeyId", "id", "aws.secretAccessKey", "secret");

  private final ConcurrentLinkedQueue<Duration> pauses = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void speakJson() {
    PROPERTIES.forEach(System::setProperty);
  }

  @AfterAll
  static void speakAsBefore() {
    PROPERTIES.keySet().forEach(System::clearProperty);
  }

  @Test
  void everyRecordArrivesOnceWhateverPartsOfRequestsAreRefused() throws Exception {
    Behaviour oddOnesAreCut = n -> n % 2 == 0 ? Fate.refusedFrom(n % 7, TOO_MUCH) : Fate.ALL_TAKEN;
    try (PutRecordsServer server = new PutRecordsServer(oddOnesAreCut);
        KinesisSink sink = sink(server.endpoint())) {
      List<String> lines = lines(2_300);
      putAll(sink, lines);

      assertEquals(Set.copyOf(lines), data(server).collect(Collectors.toSet()));
      assertEquals(2_300, server.taken().size());
      assertEquals(2_300, sink.sent());
      assertTrue(sink.sentAgain() > 0, "some were refused");
      assertTrue(server.requests().stream().allMatch(count -> count <= 500));
    }
  }

  @Test
  void requestsHoldAtMostFiveMebibytes() throws Exception {
    try (PutRecordsServer server = new PutRecordsServer(n -> Fate.ALL_TAKEN);
        KinesisSink sink = sink(server.endpoint())) {
      putAll(sink, IntStream.range(0, 11).mapToObj(i -> "x".repeat(1_000_000)).toList());

      assertEquals(List.of(1, 5, 5), server.requests().stream().sorted().toList());
    }
  }

  @Test
  void idIsThePartitionKeyAndALineWithoutOneHasItsNumber() throws Exception {
    try (PutRecordsServer server = new PutRecordsServer(n -> Fate.ALL_TAKEN);
        KinesisSink sink = sink(server.endpoint())) {
      String event =
          "{\"event_uuid\":\"0b7c2a9e-51d4-4f60-9a3b-7d2e8c1f5a46\",\"event_name\":\"page:viewed\"}";
      putAll(sink, List.of(event, "7", "{\"event_uuid\":\"short\"}"));

      assertEquals(
          List.of(
              new Record("0b7c2a9e-51d4-4f60-9a3b-7d2e8c1f5a46", event),
              new Record("1", "7"),
              new Record("2", "{\"event_uuid\":\"short\"}")),
          server.taken());
    }
  }

  @Test
  void requestThatFailsOnTheServersSideIsSentAgain() throws Exception {
    Behaviour badStart =
        n ->
            switch (n) {
              case 0 -> Fate.failed(500, "InternalFailure");
              case 1 -> Fate.failed(400, TOO_MUCH);
              default -> Fate.ALL_TAKEN;
            };
    try (PutRecordsServer server = new PutRecordsServer(badStart);
        KinesisSink sink = sink(server.endpoint())) {
      putAll(sink, lines(3));

      assertEquals(3, server.taken().size());
      assertEquals(6, sink.sentAgain());
    }
  }

  @Test
  void streamThatTakesNothingIsGivenUpAfterPausesThatGrow() throws Exception {
    try (PutRecordsServer server = new PutRecordsServer(n -> Fate.refusedFrom(0, TOO_MUCH));
        KinesisSink sink = sink(server.endpoint())) {
      CommandFailedException e =
          assertThrows(CommandFailedException.class, () -> putAll(sink, lines(2)));

      assertEquals(
          "cannot put records on kinesis://clicks: the stream's shards take no more; send slower"
              + " (--rate), or give the stream more shards, in 10 tries; it has taken 0 records"
              + " before",
          e.getMessage());
      assertEquals(RecordSender.TRIES, server.requests().size());
      List<Long> millis = pauses.stream().map(Duration::toMillis).toList();
      assertEquals(RecordSender.TRIES - 1, millis.size());
      assertTrue(millis.get(0) >= 50 && millis.get(0) <= 100, millis::toString);
      assertTrue(millis.get(8) >= 2_500 && millis.get(8) <= 5_000, millis::toString);
    }
  }

  @Test
  void streamThatTakesALittleEachTimeIsNotGivenUp() throws Exception {
    try (PutRecordsServer server = new PutRecordsServer(n -> Fate.refusedFrom(1, TOO_MUCH));
        KinesisSink sink = sink(server.endpoint())) {
      putAll(sink, lines(40));

      assertEquals(40, server.taken().size());
    }
  }

  @Test
  void refusalsThatCannotPassAreToldAtOnce() throws Exception {
    assertEquals(
        "there is no stream clicks at %s; create it, or correct the name or the region"
            + " [400 ResourceNotFoundException]",
        refusal("ResourceNotFoundException"));
    assertEquals(
        "access was denied; allow kinesis:PutRecords on the stream, and kms:GenerateDataKey if it"
            + " has a key of its own [400 AccessDeniedException]",
        refusal("AccessDeniedException"));
    assertEquals(
        "the credentials are not valid at %s; check which ones the environment, profile or role"
            + " gives [400 UnrecognizedClientException]",
        refusal("UnrecognizedClientException"));
  }

  private String refusal(String code) throws Exception {
    try (PutRecordsServer server = new PutRecordsServer(n -> Fate.failed(400, code));
        KinesisSink sink = sink(server.endpoint())) {
      CommandFailedException e =
          assertThrows(CommandFailedException.class, () -> putAll(sink, lines(1)));

      assertEquals(1, server.requests().size());
      return String.valueOf(e.getMessage())
          .replace("cannot put records on kinesis://clicks: ", "")
          .replace("; it has taken 0 records before", "")
          .replace(server.endpoint().toString(), "%s");
    }
  }

  @Test
  void addressWhereNobodyAnswersIsToldAtOnce() throws Exception {
    URI gone;
    try (PutRecordsServer server = new PutRecordsServer(n -> Fate.ALL_TAKEN)) {
      gone = server.endpoint();
    }
    try (KinesisSink sink = sink(gone)) {
      CommandFailedException e =
          assertThrows(CommandFailedException.class, () -> putAll(sink, lines(1)));

      assertEquals(
          "cannot put records on kinesis://clicks: nothing accepts connections at %s; check the"
                  .formatted(gone)
              + " endpoint and the network; it has taken 0 records before",
          e.getMessage());
    }
  }

  @Test
  void commandPutsEveryLineOfTheStreamAndTellsHowMany() throws Exception {
    try (PutRecordsServer server = new PutRecordsServer(n -> Fate.refusedFrom(490, TOO_MUCH))) {
      String to = "kinesis://clicks?region=eu-west-1&endpoint=" + server.endpoint();
      Invocation put = Invocation.of("generate", "--events", "1000", "--to", to);
      Invocation written = Invocation.of("generate", "--events", "1000");

      assertEquals(0, put.code(), put::err);
      assertEquals("", put.out());
      assertEquals(written.err().replace("}", ",\"sent_again\":20}"), put.err());
      assertEquals(written.out().lines().sorted().toList(), data(server).sorted().toList());
    }
  }

  private KinesisSink sink(URI endpoint) {
    KinesisAddress address = new KinesisAddress("clicks", "eu-west-1", endpoint);
    var credentials = StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret"));
    return new KinesisSink(KinesisSink.client(address, credentials), address, pauses::add);
  }

  private static void putAll(KinesisSink sink, List<String> lines) throws IOException {
    for (String line : lines) {
      byte[] bytes = (">" + line + "\n").getBytes(UTF_8);
      sink.take(bytes, 1, bytes.length - 1);
    }
    sink.finish();
  }

  private static List<String> lines(int count) {
    return IntStream.range(0, count).mapToObj(i -> "{\"n\":" + i + "}").toList();
  }

  private static Stream<String> data(PutRecordsServer server) {
    return server.taken().stream().map(Record::data);
  }
}
