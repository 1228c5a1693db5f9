package dev.weir.claim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimIndexTest {
  private record Owner(int reference, int hash) {}

  /** Against a map, with owners that expire while the horizon moves on. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void answersLikeAMap(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    ClaimIndex index = new ClaimIndex();
    Map<UUID, Owner> model = new HashMap<>();
    Map<Integer, Integer> beganAt = new HashMap<>();
    int horizon = 0;
    int uuids = 1 << random.nextInt(4, 17);
    for (int step = 0; step < 300_000; step++) {
      if (random.nextInt(10_000) == 0) {
        horizon += random.nextInt(30);
        index.forgetBefore(horizon);
      }
      int began = horizon + random.nextInt(100);
      int reference = index.reference(new Attempt(began, began % 7));
      beganAt.put(reference, began);
      // Sparse and dense halves: version 7 uuids of one moment share most of their bits.
      int number = random.nextInt(uuids);
      UUID uuid = number % 2 == 0 ? new UUID(number, 0) : new UUID(0x7000L, -1L - number);
      long high = uuid.getMostSignificantBits();
      long low = uuid.getLeastSignificantBits();
      Owner stored = model.get(uuid);
      boolean absent = stored == null || beganAt.get(stored.reference()) < horizon;
      long expected =
          absent
              ? ClaimIndex.ABSENT
              : ((long) stored.reference() << 32) | (stored.hash() & 0xFFFF_FFFFL);
      int hash = random.nextInt();
      assertEquals(expected, index.get(high, low));
      if (random.nextInt(3) == 0) {
        index.put(high, low, reference, hash);
        model.put(uuid, new Owner(reference, hash));
      } else if (random.nextBoolean()) {
        assertEquals(expected, index.putIfAbsent(high, low, reference, hash));
        if (absent) {
          model.put(uuid, new Owner(reference, hash));
        }
      }
    }
    assertTrue(index.size() <= model.size(), "expired ones may have been left out");
  }

  @Test
  void packedOwnerKeepsReferenceAndHash() {
    ClaimIndex index = new ClaimIndex();
    int reference = index.reference(new Attempt(-1, -1));
    index.put(-1, -1, reference, Integer.MIN_VALUE);
    long stored = index.get(-1, -1);
    assertEquals(reference, ClaimIndex.referenceOf(stored));
    assertEquals(Integer.MIN_VALUE, ClaimIndex.hashOf(stored));
    assertEquals(new Attempt(-1, -1), index.attempt(reference));
    assertEquals(reference, index.reference(new Attempt(-1, -1)));
  }

  @Test
  void growingKeepsMemoryWithinItsBytesPerUuid() {
    ClaimIndex index = new ClaimIndex();
    int reference = index.reference(new Attempt(1, 1));
    SplittableRandom random = new SplittableRandom(5);
    for (int count = 1; count <= 400_000; count++) {
      index.putIfAbsent(random.nextLong(), random.nextLong(), reference, count);
      if (count % 50_000 == 0) {
        assertEquals(count, index.size());
        double bytes = index.memoryBytes() / (double) count;
        assertTrue(bytes >= 30 && bytes <= 46, "bytes per uuid: " + bytes);
      }
    }
  }

  @Test
  void expiredClaimsMakeRoom() {
    ClaimIndex index = new ClaimIndex();
    SplittableRandom random = new SplittableRandom(6);
    for (int day = 1; day <= 20; day++) {
      index.forgetBefore(day);
      int reference = index.reference(new Attempt(day, day));
      for (int i = 0; i < 20_000; i++) {
        index.putIfAbsent(random.nextLong(), random.nextLong(), reference, i);
      }
    }
    assertTrue(index.memoryBytes() < 20_000 * 24 * 4, "memory bytes " + index.memoryBytes());
  }

  @Test
  void sequentialUuidsSpreadOverTheStripes() {
    ClaimIndex index = new ClaimIndex();
    int reference = index.reference(new Attempt(1, 1));
    for (long i = 0; i < 200_000; i++) {
      index.putIfAbsent(0x0192_0000_0000_7000L + (i >>> 12), i, reference, 0);
    }
    double bytes = index.memoryBytes() / 200_000.0;
    assertTrue(bytes <= 46, "an uneven spread would grow some stripes: " + bytes);
  }
}
