package dev.weir.claim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RedisLayoutTest {
  private final SplittableRandom random = new SplittableRandom(11);

  @Test
  void bucketsHoldThirtyTwoToSixtyFourExpectedClaims() {
    assertEquals(6, RedisLayout.bucketBits(1));
    assertEquals(6, RedisLayout.bucketBits(64 * 64));
    assertEquals(7, RedisLayout.bucketBits(64 * 64 + 1));
    assertEquals(14, RedisLayout.bucketBits(1_000_000));
    assertEquals(28, RedisLayout.bucketBits(10_000_000_000L));
  }

  @Test
  void scramblingKeepsDifferentUuidsApart() {
    RedisLayout layout = new RedisLayout("x", 13, random.nextLong(), random.nextLong());
    Set<List<Long>> scrambled = new HashSet<>();
    for (long i = 0; i < 300; i++) {
      for (long j = 0; j < 300; j++) {
        scrambled.add(List.of(layout.scrambledHigh(i, j), layout.scrambledLow(i, j)));
      }
    }
    assertEquals(90_000, scrambled.size());
  }

  @Test
  void bucketAndFieldTellTheBucketsBitsAndTheEightyAfterThem() {
    for (int bits : new int[] {6, 7, 8, 13, 16, 17, 24, 28}) {
      RedisLayout layout = new RedisLayout("x", bits, 1, 2);
      long high = random.nextLong();
      long low = random.nextLong();
      Set<String> places = new HashSet<>();
      places.add(place(layout, high, low));
      for (int bit = 0; bit < 64; bit++) {
        places.add(place(layout, high, low ^ (1L << bit)));
        places.add(place(layout, high ^ (1L << bit), low));
      }
      int kept = 64 + bits + 16;
      assertEquals(1 + kept, places.size(), "bucket bits " + bits);
    }
  }

  private static String place(RedisLayout layout, long high, long low) {
    ByteBuffer field = ByteBuffer.allocate(RedisLayout.FIELD_BYTES);
    layout.putField(field, high, low);
    assertEquals(0, field.remaining());
    return new String(layout.bucketKey(layout.bucket(high)), StandardCharsets.US_ASCII)
        + " "
        + new String(field.array(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void consecutiveUuidsAreSpreadEvenly() {
    RedisLayout layout = new RedisLayout("x", 10, random.nextLong(), random.nextLong());
    Map<String, Integer> sizes = new HashMap<>();
    for (int i = 0; i < 100_000; i++) {
      byte[] key = layout.bucketKey(layout.bucket(layout.scrambledHigh(1, i)));
      sizes.merge(new String(key, StandardCharsets.US_ASCII), 1, Integer::sum);
    }
    assertEquals(1024, sizes.size());
    assertTrue(sizes.values().stream().allMatch(size -> size > 50 && size < 160));
  }

  @Test
  void placesAreTheSameInAllProcessesForEver() {
    RedisLayout layout = new RedisLayout("lake", 13, 0x0123456789ABCDEFL, 0xFEDCBA9876543210L);
    long high = layout.scrambledHigh(1, 2);
    assertEquals(
        "weir:lake:{122}:34",
        new String(layout.bucketKey(layout.bucket(high)), StandardCharsets.US_ASCII));
  }

  @Test
  void tagsAreSpreadEvenlyOverTheSlots() {
    for (int tag = 0; tag < RedisLayout.TAGS; tag++) {
      assertEquals(tag, RedisLayout.slot(tag) / 256);
    }
  }
}
