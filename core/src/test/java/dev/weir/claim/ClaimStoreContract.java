package dev.weir.claim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every claim store promises. An adapter's test extends this. */
public abstract class ClaimStoreContract {
  /** When the contract's clock starts. */
  protected static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

  /** How long the store under test keeps claims. */
  protected static final Duration KEEP = Duration.ofDays(8);

  /** The store's clock, moved by the tests. */
  protected final TestClock clock = new TestClock(START);

  private final SplittableRandom random = new SplittableRandom(7);
  private ClaimStore store;

  /** A new store without claims. */
  protected abstract ClaimStore open() throws IOException;

  /** The same store after the process that held {@code store} has died. */
  protected abstract ClaimStore reopenAfterCrash(ClaimStore store) throws IOException;

  @BeforeEach
  void openStore() throws IOException {
    store = open();
  }

  @AfterEach
  void closeStore() throws IOException {
    store.close();
  }

  /** An attempt that begins now. */
  protected final Attempt attempt() {
    return new Attempt((int) clock.instant().getEpochSecond(), random.nextLong());
  }

  /** Claims on the uuids (1, from) to (1, to - 1), with the hash 100 + low. */
  protected static Claims claims(Attempt attempt, int from, int to) {
    int n = to - from;
    long[] high = new long[n];
    long[] low = new long[n];
    int[] hash = new int[n];
    for (int i = 0; i < n; i++) {
      high[i] = 1;
      low[i] = from + i;
      hash[i] = 100 + from + i;
    }
    return new Claims(attempt, n, high, low, hash);
  }

  @Test
  void freeUuidBelongsToTheClaimant() throws IOException {
    Attempt a = attempt();
    Claims claims = claims(a, 0, 1000);
    store.claim(claims);
    for (int i = 0; i < 1000; i++) {
      assertTrue(claims.isMine(i));
      assertEquals(a, claims.owner(i));
      assertEquals(100 + i, claims.ownerHash(i));
    }
    assertEquals(List.of(a), claims.owners());
  }

  @Test
  void takenUuidAnswersWithItsOwnerAndItsHash() throws IOException {
    Attempt a = attempt();
    Attempt b = attempt();
    store.claim(claims(a, 0, 10));
    Claims second = claims(b, 5, 15);
    store.claim(second);
    for (int i = 0; i < 10; i++) {
      assertEquals(i < 5 ? a : b, second.owner(i), "uuid " + (5 + i));
      assertEquals(i >= 5, second.isMine(i));
      assertEquals(105 + i, second.ownerHash(i));
    }
    assertEquals(List.of(b, a), second.owners());
  }

  @Test
  void otherContentIsToldByTheStoredHash() throws IOException {
    store.claim(claims(attempt(), 3, 4));
    Claims other = new Claims(attempt(), 1, new long[] {1}, new long[] {3}, new int[] {999});
    store.claim(other);
    assertFalse(other.isMine(0));
    assertEquals(103, other.ownerHash(0));
  }

  @Test
  void claimingAgainByTheSameAttemptChangesNothing() throws IOException {
    Attempt a = attempt();
    store.claim(claims(a, 0, 3));
    Claims again = claims(a, 0, 3);
    store.claim(again);
    assertTrue(again.isMine(0) && again.isMine(1) && again.isMine(2));
  }

  @Test
  void uuidsThatDifferInOneHalfOnlyAreDifferent() throws IOException {
    Attempt a = attempt();
    store.claim(new Claims(a, 1, new long[] {0}, new long[] {0}, new int[] {1}));
    Claims others =
        new Claims(attempt(), 3, new long[] {0, 1, -1}, new long[] {1, 0, -1}, new int[] {1, 1, 1});
    store.claim(others);
    assertTrue(others.isMine(0) && others.isMine(1) && others.isMine(2));
  }

  @Test
  void rebindMovesOnlyWhatTheOldOwnerStillOwns() throws IOException {
    Attempt dead = attempt();
    Attempt other = attempt();
    Attempt heir = attempt();
    store.claim(claims(dead, 0, 2));
    store.claim(claims(other, 2, 3));
    Claims rebound = claims(heir, 0, 4);
    store.rebind(rebound, dead);
    assertTrue(rebound.isMine(0) && rebound.isMine(1));
    assertEquals(other, rebound.owner(2), "owned by another attempt than the fenced one");
    assertTrue(rebound.isMine(3), "owned by nobody");
    Claims late = claims(dead, 0, 1);
    store.claim(late);
    assertEquals(heir, late.owner(0));
  }

  @Test
  void lostRaceOfTwoRebindsNamesTheWinner() throws IOException {
    Attempt dead = attempt();
    Attempt first = attempt();
    Attempt second = attempt();
    store.claim(claims(dead, 0, 1));
    store.rebind(claims(first, 0, 1), dead);
    Claims lost = claims(second, 0, 1);
    store.rebind(lost, dead);
    assertEquals(first, lost.owner(0));
  }

  @Test
  void doneIsKnownOnceItWasSaid() throws IOException {
    Attempt a = attempt();
    Attempt b = attempt();
    assertEquals(Set.of(), store.knownDone(List.of(a, b)));
    store.done(a);
    assertEquals(Set.of(a), store.knownDone(List.of(a, b)));
  }

  @Test
  void claimsAndRebindsOutliveACrash() throws IOException {
    Attempt a = attempt();
    Attempt b = attempt();
    store.claim(claims(a, 0, 5000));
    store.rebind(claims(b, 0, 10), a);
    store = reopenAfterCrash(store);
    Claims after = claims(attempt(), 0, 5001);
    store.claim(after);
    for (int i = 0; i < 5000; i++) {
      assertEquals(i < 10 ? b : a, after.owner(i));
      assertEquals(100 + i, after.ownerHash(i));
    }
    assertTrue(after.isMine(5000));
  }

  @Test
  void claimIsForgottenAfterTheWindowAndNotBefore() throws IOException {
    Attempt a = attempt();
    store.claim(claims(a, 0, 200));
    clock.advance(KEEP.minusSeconds(1));
    Claims within = claims(attempt(), 0, 100);
    store.claim(within);
    assertEquals(a, within.owner(0));
    clock.advance(Duration.ofSeconds(2));
    Claims beyond = claims(attempt(), 100, 200);
    store.claim(beyond);
    for (int i = 0; i < 100; i++) {
      assertTrue(beyond.isMine(i));
    }
  }

  @Test
  void noClaimsAreFine() throws IOException {
    store.claim(claims(attempt(), 0, 0));
    store.rebind(claims(attempt(), 0, 0), attempt());
  }

  @Test
  void concurrentClaimantsAgreeOnEveryOwner() throws Exception {
    int threads = 4;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Claims>> tasks = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        Claims claims = claims(attempt(), 0, 2000);
        tasks.add(
            () -> {
              store.claim(claims);
              return claims;
            });
      }
      List<Claims> answers = new ArrayList<>();
      for (Future<Claims> answer : pool.invokeAll(tasks)) {
        answers.add(answer.get());
      }
      for (int i = 0; i < 2000; i++) {
        Attempt owner = answers.get(0).owner(i);
        long winners = 0;
        for (Claims answer : answers) {
          assertEquals(owner, answer.owner(i));
          winners += answer.isMine(i) ? 1 : 0;
        }
        assertEquals(1, winners);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void tellsWhetherItRemembersAnythingAndWhoItIs() throws IOException {
    String epoch = store.epoch();
    assertTrue(store.isUnused());
    store.claim(claims(attempt(), 0, 1));
    assertFalse(store.isUnused());
    store = reopenAfterCrash(store);
    assertFalse(store.isUnused());
    assertEquals(epoch, store.epoch());
  }
}
