package dev.weir.pipeline;

import static dev.weir.pipeline.World.batch;
import static dev.weir.pipeline.World.event;
import static dev.weir.pipeline.World.expected;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.claim.Attempt;
import dev.weir.claim.Claims;
import dev.weir.claim.EmbeddedClaimStore;
import dev.weir.claim.TestClock;
import dev.weir.lake.Lake;
import dev.weir.lake.WrongClaimsException;
import dev.weir.pipeline.World.Arrival;
import dev.weir.pipeline.World.Process;
import dev.weir.transform.SqlTransform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Claims that are lost and made anew from the lake. */
class ClaimsRebuildTest {
  private static final Attempt REBUILDER = new Attempt(Integer.MAX_VALUE, 1);

  @TempDir private static Path shared;
  private static SqlTransform transform;

  @TempDir private Path temp;
  private World world;

  @BeforeAll
  static void startEngine() throws Exception {
    transform =
        SqlTransform.open(
            new SqlTransform.Options(null, false, 256L << 20, shared.resolve("staging"), 3, 64));
  }

  @AfterAll
  static void stopEngine() {
    transform.close();
  }

  @BeforeEach
  void newWorld() {
    world = new World(temp, transform);
  }

  private static Arrival plain(long offset, int id) {
    return event(offset, id, "type" + id % 3, "{\"n\":" + id + "}");
  }

  private static List<String> events(int from, int to) {
    TreeMap<Integer, String> payloads = new TreeMap<>();
    for (int i = from; i < to; i++) {
      payloads.put(i, "{\"n\":" + i + "}");
    }
    return expected(payloads);
  }

  private Lake lake(StoreHook hook) throws IOException {
    return world.lake(hook);
  }

  private void loseClaims() throws IOException {
    try (Stream<Path> paths = Files.walk(world.claimsFolder())) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private ClaimsRebuild.Rebuilt rebuild(StoreHook hook) throws IOException, WrongClaimsException {
    try (EmbeddedClaimStore claims = world.openClaims();
        Lake lake = lake(hook)) {
      return new ClaimsRebuild(lake, claims).run(Instant.EPOCH, REBUILDER);
    }
  }

  private void bind() throws Exception {
    try (EmbeddedClaimStore claims = world.openClaims();
        Lake lake = lake(StoreHook.NONE)) {
      lake.bindClaims(claims);
    }
  }

  private void process(Arrival... arrivals) throws Exception {
    try (Process process = world.start()) {
      process.pipeline().process(batch(arrivals));
    }
  }

  @Test
  void whatHadLandedIsKnownAgain() throws Exception {
    bind();
    process(plain(0, 1), plain(1, 2), new Arrival(2, "nonsense"));
    loseClaims();
    assertThrows(WrongClaimsException.class, this::bind);
    ClaimsRebuild.Rebuilt rebuilt = rebuild(StoreHook.NONE);
    assertEquals(1, rebuilt.attempts());
    assertEquals(3, rebuilt.claims());
    bind();
    process(plain(0, 1), plain(1, 2), new Arrival(2, "nonsense"), plain(3, 3), plain(4, 3));
    assertEquals(events(1, 4), world.events());
    assertEquals(List.of("2 invalid_json"), world.deadLetters());
  }

  /** What was claimed and not landed is free, and what landed of the same attempt is not. */
  @Test
  void attemptThatDiedHalfWayIsSettled() throws Exception {
    bind();
    StoreHook dying =
        new StoreHook() {
          private int puts;

          @Override
          public void before(String operation, String subject) throws IOException {
            if (subject.contains("events/") && operation.equals("put") && ++puts > 1) {
              throw new IOException("dead");
            }
          }
        };
    try (Process process = world.start(dying)) {
      Pipeline pipeline = process.pipeline();
      assertThrows(
          IOException.class, () -> pipeline.process(batch(plain(0, 1), plain(1, 2), plain(2, 3))));
    }
    assertEquals(1, world.events().size());
    loseClaims();
    assertEquals(1, rebuild(StoreHook.NONE).claims());
    process(plain(0, 1), plain(1, 2), plain(2, 3));
    assertEquals(events(1, 4), world.events());
    world.assertBooksBalance();
  }

  @Test
  void rebuildThatBreaksOffKeepsEveryStartOutUntilItIsThrough() throws Exception {
    bind();
    process(plain(0, 1));
    process(plain(1, 2));
    loseClaims();
    int operations = 0;
    while (true) {
      FaultAt crash = new FaultAt(operations++, operations % 2 == 0, true);
      try {
        rebuild(crash);
        if (!crash.fired()) {
          break;
        }
      } catch (IOException e) {
        assertThrows(WrongClaimsException.class, this::bind);
      }
    }
    assertTrue(operations > 8, "operations " + operations);
    bind();
    process(plain(0, 1), plain(1, 2), plain(2, 3));
    assertEquals(events(1, 4), world.events());
  }

  @Test
  void claimsOfAnotherLakeAreNotFilled() throws Exception {
    bind();
    process(plain(0, 1));
    loseClaims();
    process(plain(1, 2)); // claims something without being bound
    WrongClaimsException refused =
        assertThrows(WrongClaimsException.class, () -> rebuild(StoreHook.NONE));
    assertTrue(refused.getMessage().contains("remember events already"), refused.getMessage());
  }

  @Test
  void claimsThatTheLakeHasAreFilledUp() throws Exception {
    bind();
    process(plain(0, 1));
    assertEquals(1, rebuild(StoreHook.NONE).claims());
    bind();
    process(plain(0, 1));
    assertEquals(events(1, 2), world.events());
  }

  /** A part was lost, and an attempt that ran on claimed anew before it noticed. */
  @Test
  void whatLandedIsTakenFromAnAttemptThatOnlyClaimedIt() throws Exception {
    bind();
    process(plain(0, 1), plain(1, 2));
    Attempt ranOn = new Attempt(1, 1);
    try (EmbeddedClaimStore claims = world.openClaims()) {
      Claims anew = claims(ranOn, World.uuid(2));
      claims.claim(anew);
      claims.rebind(claims(ranOn, World.uuid(2)), anew.owner(0));
    }
    assertEquals(2, rebuild(StoreHook.NONE).claims());
    bind();
    process(plain(0, 1), plain(1, 2), plain(2, 3));
    assertEquals(events(1, 4), world.events());
  }

  private static Claims claims(Attempt attempt, UUID uuid) {
    return new Claims(
        attempt,
        1,
        new long[] {uuid.getMostSignificantBits()},
        new long[] {uuid.getLeastSignificantBits()},
        new int[] {7});
  }

  @Test
  void attemptsBeforeTheWindowAreLeftOut() throws Exception {
    bind();
    process(plain(0, 1));
    loseClaims();
    try (EmbeddedClaimStore claims = world.openClaims();
        Lake lake = lake(StoreHook.NONE)) {
      Instant later = new TestClock(Instant.parse("2026-11-22T10:00:00Z")).instant();
      assertEquals(
          0,
          new ClaimsRebuild(lake, claims)
              .run(later.plus(Duration.ofDays(1)), REBUILDER)
              .attempts());
    }
  }

  /** The content as sent is not in the lake, so it cannot be compared. */
  @Test
  void otherContentUnderARebuiltClaimIsADuplicate() throws Exception {
    bind();
    process(plain(0, 1));
    loseClaims();
    rebuild(StoreHook.NONE);
    process(event(5, 1, "type1", "{\"other\":true}"), event(6, 1, "type1", "{\"third\":true}"));
    assertEquals(events(1, 2), world.events());
    assertEquals(List.of(), world.deadLetters());
  }
}
