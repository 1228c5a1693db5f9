package dev.weir.lake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.claim.Attempt;
import dev.weir.claim.Claims;
import dev.weir.claim.EmbeddedClaimStore;
import dev.weir.pipeline.HookedObjectStore;
import dev.weir.pipeline.StoreHook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LakeTest {
  private static final Attempt A = new Attempt(0x6A000000, 1);
  private static final Attempt B = new Attempt(0x6A000001, 2);
  private static final List<Column> EVENT_COLUMNS =
      List.of(new Column("event_uuid", "UUID"), new Column("payload", "JSON"));
  private static final List<Column> LETTER_COLUMNS =
      List.of(new Column("dead_letter_uuid", "UUID"));
  private static final LedgerEntry NO_LEDGER = json -> {};

  private static Connection engine;

  @TempDir private Path temp;
  private LocalObjectStore store;
  private Lake lake;

  @BeforeAll
  static void startEngine() throws SQLException {
    engine = DriverManager.getConnection("jdbc:duckdb:");
  }

  @AfterAll
  static void stopEngine() throws SQLException {
    engine.close();
  }

  @BeforeEach
  void openLake() throws IOException {
    store = new LocalObjectStore(temp.resolve("lake [1]*"), temp.resolve("drafts"));
    lake = lake(StoreHook.NONE);
  }

  @AfterEach
  void closeLake() {
    lake.close();
  }

  private Lake lake(StoreHook hook) {
    return new Lake(
        new HookedObjectStore(store, hook),
        temp.resolve("scratch"),
        EVENT_COLUMNS,
        LETTER_COLUMNS,
        4);
  }

  private StagedFile staged(Attempt attempt, String folder, int... ids) throws Exception {
    Path file = temp.resolve(UUID.randomUUID() + ".parquet");
    boolean events = folder.startsWith(Lake.EVENTS);
    StringBuilder rows = new StringBuilder();
    for (int id : ids) {
      rows.append(rows.length() == 0 ? "" : ", ").append("('%s'::UUID)".formatted(uuid(id)));
    }
    try (Statement statement = engine.createStatement()) {
      statement.execute(
          "COPY (SELECT %s FROM (VALUES %s) v(u)) TO '%s' (FORMAT parquet, KV_METADATA {weir_attempt: '%s'})"
              .formatted(
                  events ? "u AS event_uuid, '{}'::JSON AS payload" : "u AS dead_letter_uuid",
                  rows,
                  file,
                  attempt));
    }
    return new StagedFile(file, folder, ids.length, Files.size(file));
  }

  private static UUID uuid(int id) {
    return new UUID(7, id);
  }

  private List<StagedFile> files(Attempt attempt) throws Exception {
    return List.of(
        staged(attempt, "events/date=2026-11-22/event_type=a", 1, 2),
        staged(attempt, "events/date=2026-11-22/event_type=b", 3),
        staged(attempt, "dead_letters/date=2026-11-22", 4));
  }

  private long rows(String key) throws Exception {
    try (Statement statement = engine.createStatement();
        var row =
            statement.executeQuery(
                "SELECT count(*) FROM read_parquet('%s')".formatted(store.fetch(key, temp)))) {
      row.next();
      return row.getLong(1);
    }
  }

  @Test
  void plannedFilesLandUnderTheirKeys() throws Exception {
    List<StagedFile> files = files(A);
    List<String> keys = lake.plan(A, files, NO_LEDGER);
    assertEquals(
        List.of(
            "events/date=2026-11-22/event_type=a/" + A + "-0.parquet",
            "events/date=2026-11-22/event_type=b/" + A + "-1.parquet",
            "dead_letters/date=2026-11-22/" + A + "-2.parquet"),
        keys);
    assertEquals(List.of(), store.list("events/"));
    lake.land(A, files, keys);
    assertEquals(
        List.of(2L, 1L, 1L), List.of(rows(keys.get(0)), rows(keys.get(1)), rows(keys.get(2))));
    assertEquals(Set.of(uuid(1), uuid(2), uuid(3), uuid(4)), lake.fence(A, B));
    assertEquals(
        List.of("_weir/attempts/" + A + ".json"),
        store.list("_weir/attempts/"),
        "a plan that landed whole keeps its entry in the ledger");
  }

  @Test
  void planAndLandAgainAfterALostAnswerAreMine() throws Exception {
    List<StagedFile> files = files(A);
    lake.land(A, files, lake.plan(A, files, NO_LEDGER));
    lake.land(A, files, lake.plan(A, files, NO_LEDGER));
  }

  @Test
  void attemptFencedBeforeItsPlanCannotPlan() throws Exception {
    assertEquals(Set.of(), lake.fence(A, B));
    assertEquals(Set.of(), lake.fence(A, new Attempt(9, 9)), "fenced by another one, too");
    assertThrows(FencedException.class, () -> lake.plan(A, files(A), NO_LEDGER));
  }

  @Test
  void everyPlannedKeyIsSealedAndTheAttemptLearnsOfIt() throws Exception {
    List<StagedFile> files = files(A);
    List<String> keys = lake.plan(A, files, NO_LEDGER);
    lake.land(A, files.subList(1, 2), keys.subList(1, 2));
    assertEquals(Set.of(uuid(3)), lake.fence(A, B));
    assertEquals(Set.of(uuid(3)), lake.fence(A, new Attempt(9, 9)), "the same answer for ever");
    assertThrows(FencedException.class, () -> lake.land(A, files, keys));
    String sealed =
        new String(store.read("_weir/attempts/" + A + ".sealed.json").orElseThrow(), UTF_8);
    assertTrue(sealed.contains("\"received\":1,\"landed\":1,"), sealed);
    assertTrue(sealed.contains("\"dead_letters\":0,"), sealed);
    assertEquals(
        List.of(0L, 1L, 0L), List.of(rows(keys.get(0)), rows(keys.get(1)), rows(keys.get(2))));
    try (Statement statement = engine.createStatement();
        var row =
            statement.executeQuery(
                "DESCRIBE SELECT * FROM read_parquet('%s', hive_partitioning = false)"
                    .formatted(store.fetch(keys.get(0), temp)))) {
      List<String> columns = new ArrayList<>();
      while (row.next()) {
        columns.add(row.getString(1) + " " + row.getString(2));
      }
      assertEquals(List.of("event_uuid UUID", "payload JSON"), columns);
    }
    try (Stream<Path> left = Files.list(temp.resolve("scratch"))) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void objectOfNobodyIsToldApartFromASeal() throws Exception {
    List<StagedFile> files = files(A);
    List<String> keys = lake.plan(A, files, NO_LEDGER);
    store.putIfAbsent(keys.get(0), files(B).get(0).file());
    IOException told = assertThrows(IOException.class, () -> lake.land(A, files, keys));
    assertTrue(told.getMessage().contains("something else writes"), told.getMessage());
  }

  @Test
  void failureOfOnePutIsThrownOnceAllOthersAreOver() throws Exception {
    AtomicInteger over = new AtomicInteger();
    StoreHook hook =
        new StoreHook() {
          @Override
          public void before(String operation, String key) throws IOException {
            if (key.endsWith("-0.parquet")) {
              throw new IOException("no such luck");
            }
          }

          @Override
          public void after(String operation, String key) {
            over.addAndGet(key.endsWith(".parquet") ? 1 : 0);
          }
        };
    List<StagedFile> files = files(A);
    try (Lake failing = lake(hook)) {
      List<String> keys = failing.plan(A, files, NO_LEDGER);
      IOException failure = assertThrows(IOException.class, () -> failing.land(A, files, keys));
      assertEquals("no such luck", failure.getMessage());
    }
    assertEquals(2, over.get());
    assertEquals(Set.of(uuid(3), uuid(4)), lake.fence(A, B));
  }

  @Test
  void sealOutweighsAFailure() throws Exception {
    List<StagedFile> files = files(A);
    List<String> keys = lake.plan(A, files, NO_LEDGER);
    lake.fence(A, B);
    StoreHook hook =
        new StoreHook() {
          @Override
          public void before(String operation, String key) throws IOException {
            if (key.endsWith("-2.parquet")) {
              throw new IOException("no such luck");
            }
          }
        };
    try (Lake failing = lake(hook)) {
      assertThrows(FencedException.class, () -> failing.land(A, files, keys));
    }
  }

  @Test
  void emptyAttemptIsPlannedAndFencedLikeAnyOther() throws Exception {
    assertEquals(List.of(), lake.plan(A, List.of(), NO_LEDGER));
    lake.land(A, List.of(), List.of());
    assertEquals(Set.of(), lake.fence(A, B));
  }

  private EmbeddedClaimStore claims(String name) throws IOException {
    return EmbeddedClaimStore.open(temp.resolve(name), Duration.ofDays(8), Clock.systemUTC());
  }

  private static void use(EmbeddedClaimStore claims) throws IOException {
    claims.claim(new Claims(A, 1, new long[] {1}, new long[] {2}, new int[] {3}));
  }

  @Test
  void lakeBelongsToTheFirstClaimStore() throws Exception {
    try (EmbeddedClaimStore one = claims("one");
        EmbeddedClaimStore two = claims("two")) {
      lake.bindClaims(one);
      use(one);
      lake.bindClaims(one);
      WrongClaimsException refused =
          assertThrows(WrongClaimsException.class, () -> lake.bindClaims(two));
      assertTrue(refused.getMessage().contains(one.epoch()), refused.getMessage());
      assertTrue(refused.getMessage().contains(two.epoch()), refused.getMessage());
    }
  }

  /** Else its claims would make duplicates of events that this lake has never seen. */
  @Test
  void newLakeRefusesClaimsThatServedAnother() throws Exception {
    try (EmbeddedClaimStore used = claims("used");
        EmbeddedClaimStore fresh = claims("fresh")) {
      use(used);
      WrongClaimsException refused =
          assertThrows(WrongClaimsException.class, () -> lake.bindClaims(used));
      assertTrue(refused.getMessage().contains(used.epoch()), refused.getMessage());
      assertEquals(java.util.Optional.empty(), store.read("_weir/claims-epoch"));
      lake.bindClaims(fresh);
      assertEquals(
          fresh.epoch(), new String(store.read("_weir/claims-epoch").orElseThrow(), UTF_8));
    }
  }
}
