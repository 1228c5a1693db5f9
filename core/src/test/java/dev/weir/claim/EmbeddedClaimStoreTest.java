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
import java.time.Duration;
import java.util.List;
import java.util.Set;
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
