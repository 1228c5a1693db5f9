package dev.weir.cli.letters;

import static dev.weir.cli.letters.LettersLake.event;
import static dev.weir.cli.letters.LettersLake.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.claim.EmbeddedClaimStore;
import dev.weir.cli.Invocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReplayCommandTest {
  private static final String MEND_TIME =
      "SELECT dead_letter_uuid,"
          + " replace(text, '\"payload\"', '\"created_at\":1767225601,\"payload\"') AS raw"
          + " FROM dead_letters WHERE reason = 'missing_time'";

  @TempDir private static Path template;

  @TempDir Path folder;
  private LettersLake lake;

  @BeforeAll
  static void fillLake() throws IOException {
    LettersLake.create(template);
  }

  @BeforeEach
  void copyLake() throws IOException {
    lake = new LettersLake(template).copy(folder);
  }

  @Test
  void mendedSettingsAloneReviveALetterAndASecondReplayDoesNothing() throws IOException {
    expect(
        5,
        0,
        0,
        Map.of("conflicting_duplicate", 1, "invalid_id", 1, "invalid_json", 1, "missing_time", 1),
        1,
        0);
    Map<String, String> before = lake.files();

    expect(
        5,
        1,
        0,
        Map.of("conflicting_duplicate", 1, "invalid_id", 1, "invalid_json", 1, "missing_time", 1),
        0,
        0);

    assertEquals(before, withoutClaims(before, lake.files()), "the second replay lands nothing");
    assertEquals(List.of(id(1), id(3)), events());
    assertEquals(
        List.of("landed," + id(3)), lake.query("SELECT outcome, event_uuid FROM replayed"));
    assertEquals(List.of("5"), lake.query("SELECT count(*) FROM dead_letters"));
  }

  /** Opening the claims may touch them; everything else is compared. */
  private static Map<String, String> withoutClaims(
      Map<String, String> before, Map<String, String> after) {
    before.forEach(
        (file, state) -> {
          if (file.contains("/_weir/claims/")) {
            after.replace(file, state);
          }
        });
    return after;
  }

  @Test
  void sqlMendsRecordsAndLeavesOthersOut() throws IOException {
    expect(5, 0, 4, Map.of(), 1, 0, "--sql", sql(MEND_TIME));
    expect(5, 1, 4, Map.of(), 0, 0, "--sql", sql(MEND_TIME));

    assertEquals(List.of(id(1), id(2)), events());
  }

  @Test
  void lettersAreChosenByReasonTimeAndId() throws IOException {
    expect(1, 0, 0, Map.of("invalid_json", 1), 0, 0, "--reason", "invalid_json");
    expect(2, 0, 0, Map.of("invalid_id", 1, "invalid_json", 1), 0, 0, "--reason", "invalid*");
    expect(0, 0, 0, Map.of(), 0, 0, "--until", "2001-01-01");
    expect(1, 0, 0, Map.of(), 1, 0, "--since", "1d", "--id", lake.letter("nesting_too_deep"));
  }

  @Test
  void lostMarkAndForgottenClaimsLandNothingTwice() throws IOException {
    expect(1, 0, 0, Map.of(), 1, 0, "--reason", "missing_time", "--sql", sql(MEND_TIME));
    lake.loseMarks();

    expect(1, 0, 0, Map.of(), 0, 1, "--reason", "missing_time", "--sql", sql(MEND_TIME));
    lake.loseMarks();
    lake.forgetClaims();
    expect(1, 0, 0, Map.of(), 0, 1, "--reason", "missing_time", "--sql", sql(MEND_TIME));

    assertEquals(List.of(id(1), id(2)), events());
    assertEquals(List.of("duplicate"), lake.query("SELECT outcome FROM replayed"));
  }

  @Test
  void conflictStaysRefusedAlsoWhenTheClaimsHaveForgottenTheEvent() throws IOException {
    lake.forgetClaims();

    expect(1, 0, 0, Map.of("conflicting_duplicate", 1), 0, 0, "--reason", "conflicting*");

    assertEquals(List.of(id(1)), events());
  }

  @Test
  void conflictWithAUuidOfItsOwnLands() throws IOException {
    String own =
        "SELECT dead_letter_uuid, replace(text, event_uuid::VARCHAR, '%s') AS raw FROM dead_letters"
            .formatted(id(9));

    expect(1, 0, 0, Map.of(), 1, 0, "--reason", "conflicting_duplicate", "--sql", sql(own));

    assertEquals(List.of(id(1), id(9)), events());
  }

  @Test
  void mendedRecordWithATakenUuidStaysOpenAndAddsNoLetter() throws IOException {
    String taken =
        MEND_TIME.replace(
            "replace(text", "replace(replace(text, '%s', '%s')".formatted(id(2), id(1)));

    expect(
        1,
        0,
        0,
        Map.of("conflicting_duplicate", 1),
        0,
        0,
        "--reason",
        "missing_time",
        "--sql",
        sql(taken));

    assertEquals(List.of("5"), lake.query("SELECT count(*) FROM dead_letters"));
    assertEquals(List.of(), lake.query("FROM replayed"));
  }

  @Test
  void eventsThatTheTransformLeavesOutEndAsFiltered() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("filter.yaml"),
            "transform: {sql_text: \"FROM events WHERE event_type <> 'order'\"}\n");
    String[] options = {"--reason", "nesting_too_deep", "--config", config.toString()};

    assertTrue(summary(options).contains("\"landed\":0,\"duplicates\":0,\"filtered\":1"));

    assertEquals(List.of("filtered"), lake.query("SELECT outcome FROM replayed"));
    assertTrue(summary(options).contains("\"already_replayed\":1"));
  }

  @Test
  void recordThatWasCutIsRefusedWithAWord() throws IOException {
    String settings = "limits: {max_record_bytes: 1KiB}\nrun: {batch_bytes: 1MiB}";
    lake.run(List.of(event(5, "a:b", "{}") + " ".repeat(2_000)), settings);

    String said = lake.say("replay", "--reason", "document_too_large");

    assertTrue(said.contains("document_too_large 1"), said);
    assertTrue(said.contains("1 of those still refused were cut at limits.max_record_bytes"), said);
    assertEquals(List.of(id(1)), events());
  }

  @Test
  void dryRunSaysWhatWouldBeDoneAndWritesNothing() throws IOException {
    Map<String, String> before = lake.files();

    String said = lake.say("replay", "--dry-run");

    assertTrue(said.startsWith("Nothing was written"), said);
    assertTrue(said.replaceAll(" +", " ").contains(" would land 1\n"), said);
    assertEquals(before, lake.files());
  }

  @Test
  void lettersOfAnExpectationStayOpenUntilItIsMetAndLandOnceThen() throws IOException {
    lake.run(
        List.of(
            event(20, "order:paid", "{\"n\":-1}"),
            event(21, "order:paid", "{\"n\":-5}"),
            event(22, "order:paid", "{\"n\":3}")),
        expectation("dead_letter", 0));
    String[] strict = {"--reason", "expectation:*", "--config", config("dead_letter", 0)};
    String[] easier = {"--reason", "expectation:*", "--config", config("dead_letter", -2)};

    expect(2, 0, 0, Map.of("expectation:positive", 2), 0, 0, with("--dry-run", strict));
    List<String> attempts = lake.query("SELECT count(*) FROM attempts");
    expect(2, 0, 0, Map.of("expectation:positive", 2), 0, 0, strict);
    assertEquals(List.of(), lake.query("FROM replayed"));
    assertEquals(attempts, lake.query("SELECT count(*) FROM attempts"), "nothing was sent");
    expect(2, 0, 0, Map.of("expectation:positive", 1), 1, 0, with("--dry-run", easier));
    expect(2, 0, 0, Map.of("expectation:positive", 1), 1, 0, easier);
    expect(2, 1, 0, Map.of("expectation:positive", 1), 0, 0, easier);

    assertEquals(List.of(id(1), id(20), id(22)), events());
    assertEquals(
        List.of("landed," + id(20)), lake.query("SELECT outcome, event_uuid FROM replayed"));
    assertEquals(
        List.of("0"),
        lake.query(
            "SELECT count(*) FROM attempts"
                + " WHERE received <> landed + duplicates + dead_letters + filtered"));
  }

  @Test
  void expectationThatDropsEndsLettersAndOneThatFailsStopsTheReplay() throws IOException {
    String[] dropping = {"--reason", "nesting_too_deep", "--config", config("drop", 0)};
    String[] failing = {"--reason", "nesting_too_deep", "--config", config("fail", 0)};

    Invocation failed = lake.invoke(with("replay", failing));
    assertEquals(1, failed.code());
    assertTrue(failed.err().contains("positive"), failed.err());
    assertEquals(List.of(), lake.query("FROM replayed"));
    assertTrue(summary(with("--dry-run", dropping)).contains("\"landed\":0"));
    assertTrue(summary(dropping).contains("\"landed\":0,\"duplicates\":0,\"filtered\":1"));

    assertEquals(List.of("filtered"), lake.query("SELECT outcome FROM replayed"));
    assertEquals(List.of(id(1)), events());
  }

  private static String expectation(String onViolation, int least) {
    return ("quality: {expectations: [{name: positive, sql: \"(payload->>'n')::INT >= %d\","
            + " event_types: [order], on_violation: %s}]}")
        .formatted(least, onViolation);
  }

  private String config(String onViolation, int least) throws IOException {
    Path file = folder.resolve(onViolation + least + ".yaml");
    return Files.writeString(file, expectation(onViolation, least)).toString();
  }

  private static String[] with(String first, String... more) {
    return Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void claimsThatAnotherProcessHoldsStopTheReplay() throws IOException {
    try (EmbeddedClaimStore held =
        EmbeddedClaimStore.open(
            lake.path().resolve("_weir/claims"), Duration.ofDays(8), Clock.systemUTC())) {
      Invocation replay = lake.invoke("replay");

      assertEquals(1, replay.code(), held.epoch());
      assertTrue(replay.err().contains("in use by another run"), replay.err());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2 | SELECT dead_letter_uuid, 1 AS raw FROM dead_letters  | raw, of type BLOB or VARCHAR
          2 | SELECT text AS raw FROM dead_letters                 | dead_letter_uuid, of type UUID
          2 | SELECT event_uuid AS dead_letter_uuid, '' AS raw FROM events | it can only read the table 'dead_letters'
          2 | SELECT dead_letter_uuid, no AS raw FROM dead_letters | Referenced column
          2 | DELETE FROM dead_letters                             | the SQL of --sql:
          1 | SELECT d.dead_letter_uuid, raw FROM dead_letters d, range(2) | more than once
          1 | SELECT uuid() AS dead_letter_uuid, 'x' AS raw FROM dead_letters | none of those it was given
          """)
  void sqlThatIsWrongSaysWhyAndLandsNothing(int code, String statement, String why)
      throws IOException {
    Invocation replay = lake.invoke("replay", "--sql", sql(statement));

    assertEquals(code, replay.code(), replay.err());
    assertTrue(replay.err().contains(why), replay.err());
    assertEquals(List.of(id(1)), events());
  }

  private List<String> events() {
    return lake.query("SELECT event_uuid FROM events ORDER BY ALL");
  }

  private String sql(String statement) throws IOException {
    return Files.writeString(folder.resolve("mend.sql"), statement).toString();
  }

  private void expect(
      int chosen,
      int already,
      int leftOut,
      Map<String, Integer> refused,
      int landed,
      int duplicates,
      String... options)
      throws IOException {
    String json = summary(options);
    int refusals = refused.values().stream().mapToInt(Integer::intValue).sum();
    String expected =
        ("\"chosen\":%d,\"already_replayed\":%d,\"left_out\":%d,\"still_refused\":%d,\"landed\":%d,"
                + "\"duplicates\":%d,")
            .formatted(chosen, already, leftOut, refusals, landed, duplicates);
    assertTrue(json.contains(expected), () -> json + " and not " + expected);
    refused.forEach(
        (reason, count) ->
            assertTrue(json.contains("\"%s\":%d".formatted(reason, count)), () -> json));
  }

  private String summary(String... options) throws IOException {
    Path summary = folder.resolve("summary.json");
    List<String> command =
        new java.util.ArrayList<>(List.of("replay", "--summary-json", summary.toString()));
    command.addAll(List.of(options));
    lake.say(command.toArray(String[]::new));
    return Files.readString(summary);
  }
}
