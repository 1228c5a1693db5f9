package dev.weir.claim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedClaimStoreTest extends ClaimStoreContract {
  @TempDir private Path temp;

  private Path directory() {
    return temp.resolve("claims");
  }

  @Override
  protected EmbeddedClaimStore open() throws IOException {
    return EmbeddedClaimStore.open(directory(), KEEP, clock);
  }

  /** Works on a copy of the files as they are: what a killed process leaves behind. */
  @Override
  protected EmbeddedClaimStore reopenAfterCrash(ClaimStore store) throws IOException {
    Path copy = Files.createTempDirectory(temp, "crashed");
    try (Stream<Path> files = Files.list(directory())) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName().toString()));
      }
    }
    store.close();
    return EmbeddedClaimStore.open(copy, KEEP, clock);
  }

  @Test
  void secondOpenIsRefusedAndNamesTheDirectory() throws IOException {
    try (var other = EmbeddedClaimStore.open(temp.resolve("other"), KEEP, clock)) {
      var refused =
          assertThrows(
              ClaimsLockedException.class,
              () -> EmbeddedClaimStore.open(temp.resolve("other"), KEEP, clock));
      assertTrue(refused.getMessage().contains(temp.resolve("other").toString()));
      assertTrue(refused.getMessage().contains(Long.toString(ProcessHandle.current().pid())));
      assertEquals(0, other.size());
    }
    EmbeddedClaimStore.open(temp.resolve("other"), KEEP, clock).close();
  }

  @Test
  void refusedOpenInThisProcessLeavesTheLockHeldAgainstOthers() throws Exception {
    Path dir = temp.resolve("held");
    try (var store = EmbeddedClaimStore.open(dir, KEEP, clock)) {
      assertThrows(ClaimsLockedException.class, () -> EmbeddedClaimStore.open(dir, KEEP, clock));
      assertEquals(LockProbe.HELD, probe(dir), "another process could take the lock");
      assertEquals(0, store.size());
    }
    assertEquals(LockProbe.FREE, probe(dir));
  }

  private static int probe(Path directory) throws Exception {
    Path classes =
        Path.of(LockProbe.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xshare:auto",
            "-cp",
            classes.toString(),
            LockProbe.class.getName(),
            directory.resolve("LOCK").toString())
        .inheritIO()
        .start()
        .waitFor();
  }

  @Test
  void storeThatMayHaveLostClaimsAnswersNothingMore() throws IOException {
    Path dir = temp.resolve("failed");
    Attempt a = attempt();
    try (var store = EmbeddedClaimStore.open(dir, KEEP, clock)) {
      store.claim(claims(a, 0, 1));
      // An interrupt closes the log's channel, as a failing disk would.
      Thread.currentThread().interrupt();
      assertThrows(IOException.class, () -> store.claim(claims(attempt(), 1, 2)));
      assertTrue(Thread.interrupted());
      var refused = assertThrows(IOException.class, () -> store.claim(claims(attempt(), 1, 2)));
      assertTrue(refused.getMessage().contains("start again"), refused.getMessage());
    }
    try (var store = EmbeddedClaimStore.open(dir, KEEP, clock)) {
      Claims after = claims(attempt(), 0, 2);
      store.claim(after);
      assertEquals(a, after.owner(0));
      assertTrue(after.isMine(1));
    }
  }

  /** A start must find the owner that the running store answered with, whoever raced whom. */
  @Test
  void logHoldsClaimsInTheOrderInWhichTheyWereTaken() throws Exception {
    Path dir = temp.resolve("ordered");
    int rounds = 100;
    Attempt first = attempt();
    Attempt second = attempt();
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try (var store = EmbeddedClaimStore.open(dir, KEEP, clock)) {
      for (int round = 0; round < rounds; round++) {
        int from = round * 20;
        CyclicBarrier together = new CyclicBarrier(2);
        Future<?> claiming =
            pool.submit(
                () -> {
                  together.await();
                  store.claim(claims(first, from, from + 20));
                  return null;
                });
        Future<?> rebinding =
            pool.submit(
                () -> {
                  together.await();
                  Claims mine = claims(second, from, from + 20);
                  store.claim(mine);
                  store.rebind(mine, first);
                  return null;
                });
        claiming.get();
        rebinding.get();
      }
    } finally {
      pool.shutdownNow();
    }
    try (var store = EmbeddedClaimStore.open(dir, KEEP, clock)) {
      Claims after = claims(attempt(), 0, rounds * 20);
      store.claim(after);
      for (int i = 0; i < after.count(); i++) {
        assertEquals(second, after.owner(i), "the owner that was told last; uuid " + i);
      }
    }
  }

  /** Whoever is told of an owner may act on it; the owner's claim must be on disk by then. */
  @Test
  void ownerIsAnsweredOnlyOnceItsClaimIsInTheLog() throws Exception {
    Path dir = temp.resolve("told");
    Path segment = dir.resolve("claims-20261122.log");
    AtomicReference<Runnable> onInstant = new AtomicReference<>();
    Clock hooked =
        new Clock() {
          @Override
          public Instant instant() {
            Runnable hook = onInstant.get();
            if (hook != null) {
              hook.run();
            }
            return START;
          }

          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }
        };
    try (var store = EmbeddedClaimStore.open(dir, KEEP, hooked)) {
      AtomicLong toldAtLogBytes = new AtomicLong(-1);
      Thread other =
          new Thread(
              () -> {
                try {
                  store.claim(claims(attempt(), 0, 1));
                  toldAtLogBytes.set(Files.exists(segment) ? Files.size(segment) : 0);
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      int[] calls = {0};
      onInstant.set(
          () -> {
            // The second look at the clock: taken in memory, not yet written.
            if (Thread.currentThread() != other && ++calls[0] == 2) {
              other.start();
              while (other.isAlive() && other.getState() != Thread.State.BLOCKED) {
                Thread.onSpinWait();
              }
            }
          });
      store.claim(claims(attempt(), 0, 1));
      other.join();
      assertTrue(calls[0] >= 2);
      assertEquals(ClaimLog.HEADER_BYTES + ClaimLog.CLAIM_BYTES, toldAtLogBytes.get());
    }
  }

  @Test
  void claimsBeyondOneGroupAreAllRead() throws IOException {
    int count = ClaimLog.GROUP_CLAIMS + 3;
    ByteBuffer body = ByteBuffer.allocate(count * ClaimLog.CLAIM_BYTES);
    for (int i = 0; i < count; i++) {
      body.putLong(1).putLong(i).putInt(i);
    }
    Path dir = Files.createDirectories(temp.resolve("groups"));
    java.time.LocalDate day = java.time.LocalDate.of(2026, 11, 22);
    try (ClaimLog log = ClaimLog.open(dir, 0, (kind, attempt, group) -> {}).log()) {
      log.append(ClaimLog.Kind.CLAIMED, attempt(), body.flip(), day);
      log.sync();
    }
    int[] next = {0};
    int[] groups = {0};
    ClaimLog.open(
            dir,
            0,
            (kind, attempt, group) -> {
              groups[0]++;
              while (group.hasRemaining()) {
                group.getLong();
                assertEquals(next[0], group.getLong());
                assertEquals(next[0]++, group.getInt());
              }
            })
        .log()
        .close();
    assertEquals(count, next[0]);
    assertEquals(2, groups[0]);
  }

  @Test
  void epochStaysAndDiffersBetweenStores() throws IOException {
    String epoch;
    try (var store = EmbeddedClaimStore.open(temp.resolve("a"), KEEP, clock)) {
      epoch = store.epoch();
    }
    try (var store = EmbeddedClaimStore.open(temp.resolve("a"), KEEP, clock);
        var other = EmbeddedClaimStore.open(temp.resolve("b"), KEEP, clock)) {
      assertEquals(epoch, store.epoch());
      assertNotEquals(epoch, other.epoch());
    }
  }

  @Test
  void tornGroupIsCutOffAtEveryLengthAndTheRestStays() throws IOException {
    Attempt first = attempt();
    Attempt second = attempt();
    Path dir = temp.resolve("torn");
    try (var store = EmbeddedClaimStore.open(dir, KEEP, clock)) {
      store.claim(claims(first, 0, 3));
      store.claim(claims(second, 3, 6));
    }
    Path segment = dir.resolve("claims-20261122.log");
    byte[] whole = Files.readAllBytes(segment);
    int group = ClaimLog.HEADER_BYTES + 3 * ClaimLog.CLAIM_BYTES;
    assertEquals(2 * group, whole.length);
    for (int length = group; length < 2 * group; length++) {
      Files.write(segment, java.util.Arrays.copyOf(whole, length));
      try (var store = EmbeddedClaimStore.open(dir, KEEP, clock)) {
        assertEquals(length - group, store.cutBytes());
        assertEquals(3, store.size());
        Claims again = claims(attempt(), 0, 6);
        store.claim(again);
        assertEquals(first, again.owner(2));
        assertTrue(again.isMine(3));
      }
    }
  }

  @Test
  void damageBeforeValidClaimsRefusesTheStart() throws IOException {
    Path dir = temp.resolve("damaged");
    try (var store = EmbeddedClaimStore.open(dir, KEEP, clock)) {
      store.claim(claims(attempt(), 0, 3));
      store.claim(claims(attempt(), 3, 6));
    }
    Path segment = dir.resolve("claims-20261122.log");
    try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {42}), ClaimLog.HEADER_BYTES + 5);
    }
    var refused = assertThrows(IOException.class, () -> EmbeddedClaimStore.open(dir, KEEP, clock));
    assertTrue(refused.getMessage().contains("is damaged at byte 0"), refused.getMessage());
  }

  @Test
  void damageInAnEarlierDayRefusesTheStart() throws IOException {
    Path dir = temp.resolve("earlier");
    try (var store = EmbeddedClaimStore.open(dir, KEEP, clock)) {
      store.claim(claims(attempt(), 0, 3));
      clock.advance(Duration.ofDays(1));
      store.claim(claims(attempt(), 3, 6));
    }
    Path segment = dir.resolve("claims-20261122.log");
    Files.write(segment, java.util.Arrays.copyOf(Files.readAllBytes(segment), 40));
    assertThrows(IOException.class, () -> EmbeddedClaimStore.open(dir, KEEP, clock));
  }

  @Test
  void expiredSegmentsAreDroppedWhole() throws IOException {
    Path dir = temp.resolve("expiring");
    try (var store = EmbeddedClaimStore.open(dir, KEEP, clock)) {
      store.claim(claims(attempt(), 0, 3));
      clock.advance(Duration.ofDays(1));
      store.claim(claims(attempt(), 3, 6));
    }
    assertTrue(Files.exists(dir.resolve("claims-20261122.log")));
    clock.advance(KEEP.plusSeconds(1));
    try (var store = EmbeddedClaimStore.open(dir, KEEP, clock)) {
      assertFalse(Files.exists(dir.resolve("claims-20261122.log")));
      store.claim(claims(attempt(), 0, 1));
      assertEquals(1, store.size());
    }
  }

  @Test
  void clockThatStepsBackKeepsTheOrderOfTheLog() throws IOException {
    Path dir = temp.resolve("backwards");
    Attempt a = attempt();
    Attempt b = attempt();
    try (var store = EmbeddedClaimStore.open(dir, KEEP, clock)) {
      clock.advance(Duration.ofDays(1));
      store.claim(claims(a, 0, 1));
      clock.advance(Duration.ofDays(-1));
      store.rebind(claims(b, 0, 1), a);
    }
    try (var store = EmbeddedClaimStore.open(dir, KEEP, clock)) {
      Claims after = claims(attempt(), 0, 1);
      store.claim(after);
      assertEquals(b, after.owner(0));
    }
  }

  @Test
  void hintsOutliveACleanStop() throws IOException {
    Path dir = temp.resolve("hints");
    Attempt a = attempt();
    try (var store = EmbeddedClaimStore.open(dir, KEEP, clock)) {
      store.done(a);
    }
    try (var store = EmbeddedClaimStore.open(dir, KEEP, clock)) {
      assertEquals(Set.of(a), store.knownDone(List.of(a)));
    }
  }

  @Test
  void millionClaimsStayWithinTheirBytes() throws IOException {
    Path dir = temp.resolve("million");
    try (var store = EmbeddedClaimStore.open(dir, KEEP, clock)) {
      for (int i = 0; i < 10; i++) {
        store.claim(claims(attempt(), i * 100_000, (i + 1) * 100_000));
      }
      assertEquals(1_000_000, store.size());
      assertTrue(store.diskBytes() <= 30_000_000, "disk bytes " + store.diskBytes());
      assertTrue(store.memoryBytes() <= 54_000_000, "memory bytes " + store.memoryBytes());
    }
    try (var store = EmbeddedClaimStore.open(dir, KEEP, clock)) {
      assertEquals(1_000_000, store.size());
      Claims some = claims(attempt(), 999_990, 1_000_010);
      store.claim(some);
      assertFalse(some.isMine(9));
      assertTrue(some.isMine(10));
    }
  }

  @Test
  void attemptReadsItsOwnTextForm() {
    Attempt a = new Attempt(0x9ABCDEF0, 0x0123456789ABCDEFL);
    assertEquals("9abcdef00123456789abcdef", a.toString());
    assertEquals(a, Attempt.parse(a.toString()));
    assertThrows(IllegalArgumentException.class, () -> Attempt.parse("9abcdef0"));
  }
}
