package dev.weir.pipeline;

import static dev.weir.pipeline.World.batch;
import static dev.weir.pipeline.World.event;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.decode.ParserLimits;
import dev.weir.decode.PayloadPath;
import dev.weir.pipeline.World.Arrival;
import dev.weir.pipeline.World.Process;
import dev.weir.quality.Drift;
import dev.weir.quality.DriftFinding;
import dev.weir.quality.Expectation;
import dev.weir.quality.Expectation.OnViolation;
import dev.weir.quality.ExpectationFailedException;
import dev.weir.quality.Field;
import dev.weir.quality.Measurement;
import dev.weir.quality.ProfileStore;
import dev.weir.quality.Quality;
import dev.weir.quality.QualityBooks;
import dev.weir.quality.QualityCheck;
import dev.weir.quality.QualityOptions;
import dev.weir.quality.Requirement;
import dev.weir.quality.TypeBooks;
import dev.weir.record.Batch;
import dev.weir.transform.SqlException;
import dev.weir.transform.SqlTransform;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Expectations and the books of quality, in the protocol with its real parts. */
class QualityPipelineTest {
  @TempDir private static Path shared;
  private static SqlTransform transform;

  @TempDir private Path temp;
  private World world;

  @BeforeAll
  static void startEngine() throws Exception {
    transform = open(null);
  }

  private static SqlTransform open(@Nullable String sql) throws Exception {
    return SqlTransform.open(
        new SqlTransform.Options(sql, false, 256L << 20, shared.resolve("staging"), 3, 64));
  }

  @AfterAll
  static void stopEngine() {
    transform.close();
  }

  @BeforeEach
  void newWorld() {
    world = new World(temp, transform);
  }

  private static Expectation positive(OnViolation action, String... types) {
    return new Expectation(
        "positive",
        new Requirement.Sql("(payload ->> '$.n')::INTEGER > 0 -- of every event"),
        List.of(types),
        action);
  }

  private static Expectation hasN(OnViolation action) {
    return new Expectation(
        "has_n", new Requirement.PayloadHas(PayloadPath.parse("n")), List.of(), action);
  }

  private static QualityOptions expecting(Expectation... expectations) {
    return new QualityOptions(
        List.of(expectations),
        List.of(PayloadPath.parse("n"), PayloadPath.parse("user.id")),
        Duration.ofDays(57),
        50,
        false,
        new QualityOptions.DriftLimits(4, 10, 10));
  }

  private void expect(SqlTransform engine, QualityOptions options, @Nullable Drift drift)
      throws SqlException {
    world.expect(
        new Quality(
            new QualityCheck(
                options, ParserLimits.DEFAULT, engine.conditions(options.expectations())),
            new Measurement(options, drift)));
  }

  private Ledger process(Batch batch) throws Exception {
    try (Process process = world.start()) {
      return process.pipeline().process(batch).ledger();
    }
  }

  private static final Arrival GOOD = event(0, 1, "a", "{\"n\":1,\"user\":{\"id\":7}}");
  private static final Arrival ZERO = event(100, 2, "a", "{\"n\":0}");
  private static final Arrival TEXT = event(200, 3, "b", "{\"n\":\"x\"}");
  private static final Arrival NULL = event(300, 4, "b", "{\"n\":null}");
  private static final Arrival NONE = event(400, 5, "c", "{}");
  private static final Arrival BROKEN = new Arrival(500, "[]");

  @Test
  void violationsAreCountedByTypeAndExpectation() throws Exception {
    expect(transform, expecting(positive(OnViolation.WARN), hasN(OnViolation.WARN)), null);
    Ledger ledger = process(batch(GOOD, ZERO, TEXT, NULL, NONE, BROKEN, GOOD));
    QualityBooks books = ledger.quality();
    assertEquals(5, ledger.landed());
    assertEquals(5, books.checked());
    assertEquals(1, books.accurate());
    // A value that cannot be cast violates, as NULL does; neither keeps the batch from landing.
    assertEquals(Map.of("positive", 4L, "has_n", 1L), books.violations());
    TypeBooks a = books.types().get("a");
    assertEquals(3, a.received());
    assertEquals(1, a.duplicates());
    assertEquals(2, a.checked());
    assertEquals(Map.of("payload.user.id", 1L), a.missingValues());
    assertEquals(
        Map.of("payload.n", 1L, "payload.user.id", 2L), books.types().get("b").missingValues());
    assertEquals(
        Map.of("payload.n", 1L, "payload.user.id", 1L), books.types().get("c").missingValues());
    assertEquals(1, books.undecoded().received());
    assertEquals(Map.of("not_an_object", 1L), books.undecoded().deadLetters());
    world.assertBooksBalance();
  }

  @Test
  void whatIsDeliveredAgainIsNotMeasuredAgain() throws Exception {
    expect(transform, expecting(positive(OnViolation.WARN)), null);
    process(batch(GOOD, ZERO));
    QualityBooks again = process(batch(GOOD, ZERO, TEXT)).quality();
    assertEquals(1, again.checked());
    assertEquals(Map.of("positive", 1L), again.violations());
    assertEquals(2, again.types().get("a").duplicates());
    assertEquals(0, again.types().get("a").checked());
  }

  @Test
  void deadLetterKeepsTheEventAndLeavesItsUuidFree() throws Exception {
    expect(transform, expecting(positive(OnViolation.DEAD_LETTER)), null);
    Ledger first = process(batch(GOOD, ZERO, BROKEN));
    assertEquals(1, first.landed());
    assertEquals(
        Map.of("expectation:positive", 1L, "not_an_object", 1L), first.deadLettersByReason());
    assertEquals(2, first.quality().checked());
    assertEquals(1, first.quality().accurate());
    assertEquals(List.of("100 expectation:positive", "500 not_an_object"), world.deadLetters());
    assertEquals(
        List.of(World.uuid(2).toString()),
        world.query(
            "SELECT event_uuid::VARCHAR FROM {table} WHERE event_uuid IS NOT NULL",
            "dead_letters"));
    // Delivered again it is the same letter.
    Ledger again = process(batch(GOOD, ZERO, BROKEN));
    assertEquals(3, again.duplicates());
    assertEquals(2, again.quality().types().get("a").duplicates());
    assertEquals(1, again.quality().undecoded().duplicates());
    assertEquals(0, again.quality().checked());
    // And once nothing is expected of it any more, it lands.
    world.expect(new Quality(QualityCheck.none(), Measurement.plain()));
    assertEquals(1, process(batch(ZERO)).landed());
    assertEquals(2, world.events().size());
    world.assertBooksBalance();
  }

  @Test
  void batchCutInAnotherWayDecidesAlike() throws Exception {
    expect(transform, expecting(positive(OnViolation.DEAD_LETTER)), null);
    process(batch(GOOD, ZERO));
    process(batch(ZERO, TEXT));
    process(batch(NULL, TEXT, GOOD, NONE));
    assertEquals(1, world.events().size());
    assertEquals(
        List.of(
            "100 expectation:positive",
            "200 expectation:positive",
            "300 expectation:positive",
            "400 expectation:positive"),
        world.deadLetters());
    world.assertBooksBalance();
  }

  @Test
  void droppedEventsAreFilteredAndNeitherLandNorClaim() throws Exception {
    expect(transform, expecting(positive(OnViolation.DROP, "b"), hasN(OnViolation.WARN)), null);
    Ledger ledger = process(batch(GOOD, ZERO, TEXT, NONE));
    assertEquals(3, ledger.landed());
    assertEquals(1, ledger.filtered());
    assertEquals(1, ledger.quality().types().get("b").filtered());
    assertEquals(Map.of("positive", 1L, "has_n", 1L), ledger.quality().violations());
    world.expect(Quality.plain());
    assertEquals(1, process(batch(GOOD, TEXT)).landed());
    world.assertBooksBalance();
  }

  @Test
  void failureComesBeforeAnythingIsClaimed() throws Exception {
    expect(transform, expecting(hasN(OnViolation.FAIL)), null);
    var failed =
        assertThrows(ExpectationFailedException.class, () -> process(batch(GOOD, NONE, BROKEN)));
    assertTrue(
        String.valueOf(failed.getMessage())
            .startsWith("1 of 2 events do not meet the expectation has_n"),
        failed.getMessage());
    assertEquals(List.of(), world.files(""));
    expect(transform, expecting(hasN(OnViolation.WARN)), null);
    assertEquals(2, process(batch(GOOD, NONE)).landed());
  }

  @Test
  void whatTheSqlLeavesOutIsFilteredOfItsType() throws Exception {
    try (SqlTransform filtering = open("SELECT * FROM events WHERE event_type <> 'b'")) {
      world = new World(temp, filtering);
      expect(filtering, expecting(positive(OnViolation.WARN)), null);
      QualityBooks books = process(batch(GOOD, ZERO, TEXT, NULL)).quality();
      assertEquals(2, books.types().get("a").landed());
      assertEquals(2, books.types().get("b").filtered());
      assertEquals(4, books.checked());
    }
  }

  @Test
  void conflictsAreOfTheirTypeAndNotMeasured() throws Exception {
    expect(transform, expecting(hasN(OnViolation.WARN)), null);
    QualityBooks books =
        process(batch(GOOD, event(900, 1, "a", "{}"), event(901, 6, "a", "{\"n\":5}"))).quality();
    assertEquals(Map.of("conflicting_duplicate", 1L), books.types().get("a").deadLetters());
    assertEquals(2, books.checked());
    assertEquals(2, books.accurate());
  }

  @Test
  void rarestTypesShareTheirBooks() throws Exception {
    QualityOptions three =
        new QualityOptions(
            List.of(), List.of(), null, 2, false, new QualityOptions.DriftLimits(1, 1, 1));
    expect(transform, three, null);
    Map<String, TypeBooks> types =
        process(batch(GOOD, ZERO, TEXT, NULL, NONE, event(600, 9, "d", "1"), BROKEN))
            .quality()
            .types();
    assertEquals(List.of("__other__", "a", "b"), List.copyOf(types.keySet()));
    assertEquals(2, types.get("__other__").landed());
  }

  @Test
  void lateIsWhatArrivesLongAfterItHappened() throws Exception {
    expect(transform, expecting(), null);
    // Events of the world happen 57 days and 20 hours before they arrive.
    QualityBooks books = process(batch(GOOD, ZERO)).quality();
    assertEquals(2, books.late());
    assertEquals(0, books.checked());
  }

  /** Profiles in memory, of which the lake's are the like. */
  private static final class Profiles implements ProfileStore {
    final List<byte[]> written = new ArrayList<>();
    boolean broken;

    @Override
    public Optional<Stored> latest() throws IOException {
      requireWhole();
      return written.isEmpty()
          ? Optional.empty()
          : Optional.of(new Stored(written.size(), written.get(written.size() - 1)));
    }

    @Override
    public boolean create(int number, byte[] content) throws IOException {
      requireWhole();
      if (number != written.size() + 1) {
        return false;
      }
      return written.add(content);
    }

    private void requireWhole() throws IOException {
      if (broken) {
        throw new IOException("out of order");
      }
    }
  }

  private static Batch of(int firstId, String... payloads) {
    return batch(
        IntStream.range(0, payloads.length)
            .mapToObj(i -> event(firstId + i, firstId + i, "a", payloads[i]))
            .toList());
  }

  private List<String> findings(Drift drift, Batch batch) throws Exception {
    QualityOptions options =
        new QualityOptions(
            List.of(), List.of(), null, 50, true, new QualityOptions.DriftLimits(4, 10, 10));
    expect(transform, options, drift);
    List<String> found = new ArrayList<>();
    for (DriftFinding f : process(batch).quality().drift().findings()) {
      found.add(
          "%s %s %s>%s %d".formatted(f.path(), f.kind().word(), f.before(), f.after(), f.events()));
    }
    return found;
  }

  private static final QualityOptions.DriftLimits FOUR = new QualityOptions.DriftLimits(4, 10, 10);

  @Test
  void driftIsToldOnceTheTypeIsKnown() throws Exception {
    Profiles profiles = new Profiles();
    Drift drift = new Drift(profiles, FOUR);
    String usual = "{\"n\":1,\"user\":{\"id\":7},\"tags\":[{\"x\":1}]}";
    assertEquals(List.of(), findings(drift, of(10, usual, usual, "{\"n\":1}")));
    // Learnt without a word: three events are not four.
    assertEquals(List.of(), findings(drift, of(20, usual, "{\"n\":2,\"early\":1}")));
    assertEquals(
        List.of(
            "n type_changed number>string 2",
            "extra new null>object 1",
            "extra.deep new null>null 1"),
        findings(drift, of(30, "{\"n\":\"1\"}", "{\"n\":\"2\",\"extra\":{\"deep\":null}}", usual))
            .stream()
            .sorted(java.util.Comparator.comparing(text -> !text.startsWith("n ")))
            .toList());
    // Told once; a new process begins with what the lake keeps.
    Drift other = new Drift(profiles, FOUR);
    assertEquals(List.of(), findings(other, of(40, "{\"n\":\"3\",\"extra\":{\"deep\":1}}", usual)));
    String without = "{\"user\":{\"id\":8}}";
    assertEquals(List.of(), findings(other, of(50, without, without)));
    assertEquals(
        List.of("n vanished number string>null 2"),
        findings(other, of(60, without, without)).stream()
            .map(text -> text.replace("string number", "number string"))
            .toList());
    assertEquals(List.of(), findings(other, of(70, without, without, without, without)));
    assertEquals(List.of("n new null>number 1"), findings(other, of(80, usual)));
  }

  @Test
  void processesShareWhatTheyLearn() throws Exception {
    Profiles profiles = new Profiles();
    Drift one = new Drift(profiles, FOUR);
    Drift two = new Drift(profiles, FOUR);
    String plain = "{\"n\":1}";
    findings(one, of(10, plain, plain, plain, plain));
    findings(two, of(20, plain, "{\"n\":1,\"two\":1}"));
    findings(one, of(30, plain, "{\"n\":1,\"one\":1}"));
    Drift three = new Drift(profiles, FOUR);
    assertEquals(List.of(), findings(three, of(40, "{\"n\":1,\"one\":1}", "{\"n\":1,\"two\":1}")));
  }

  @Test
  void profileThatCannotBeReadOrWrittenFailsNoBatch() throws Exception {
    Profiles profiles = new Profiles();
    Drift drift = new Drift(profiles, FOUR);
    profiles.broken = true;
    assertEquals(List.of(), findings(drift, of(10, "{\"n\":1}")));
    assertEquals(List.of(), findings(drift, of(20, "{\"n\":1}")));
    profiles.broken = false;
    findings(drift, of(30, "{\"n\":1}"));
    assertEquals(1, profiles.written.size());
    profiles.broken = true;
    findings(drift, of(40, "{\"n\":1,\"more\":1}"));
    profiles.broken = false;
    findings(drift, of(50, "{\"n\":1}"));
    assertEquals(2, profiles.written.size());
    assertEquals(5, world.events().size());
  }

  @Test
  void fieldsBuiltInAreHeldAgainstTheirValues() throws Exception {
    Field n = Field.parse("payload.n");
    List<Requirement> requirements =
        List.of(
            new Requirement.In(n, List.of("1", "it's")),
            new Requirement.Range(n, 0.5, 1.5),
            new Requirement.Matches(n, "\\d"),
            new Requirement.NotNull(n),
            new Requirement.NotNull(Field.parse("event_subtype")),
            new Requirement.NotNull(Field.parse("payload")),
            new Requirement.NotNull(Field.parse("extra")),
            new Requirement.PayloadHas(PayloadPath.parse("user.id")));
    Expectation[] expectations =
        IntStream.range(0, requirements.size())
            .mapToObj(
                i -> new Expectation("e" + i, requirements.get(i), List.of(), OnViolation.WARN))
            .toArray(Expectation[]::new);
    expect(transform, expecting(expectations), null);
    assertEquals(Map.of("e6", 1L), process(batch(GOOD)).quality().violations());
    // Missing values are the matter of not_null alone.
    assertEquals(Map.of("e3", 1L, "e6", 1L, "e7", 1L), process(batch(NULL)).quality().violations());
    assertEquals(
        Map.of("e0", 1L, "e1", 1L, "e2", 1L, "e6", 1L, "e7", 1L),
        process(batch(TEXT)).quality().violations());
    assertEquals(
        Map.of("e3", 1L, "e5", 1L, "e6", 1L, "e7", 1L),
        process(batch(event(700, 70, "c", "null"))).quality().violations());
    assertEquals(
        Map.of("e1", 1L, "e2", 1L, "e6", 1L, "e7", 1L),
        process(batch(event(701, 71, "c", "{\"n\":\"it's\"}"))).quality().violations());
    assertEquals(
        Map.of("e0", 1L, "e1", 1L, "e2", 1L, "e6", 1L, "e7", 1L),
        process(batch(event(702, 72, "c", "{\"n\":\"NaN\"}"))).quality().violations());
  }
}
