package dev.weir.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DelaysTest {
  @Test
  void noDelaysAreZero() {
    Delays delays = new Delays();
    assertEquals(0, delays.count());
    assertEquals(0, delays.percentileSeconds(0.5));
    assertEquals(0, delays.maxSeconds());
  }

  @Test
  void percentilesAreWithinThreePercentAndNeverBelow() {
    SplittableRandom random = new SplittableRandom(3);
    Delays delays = new Delays();
    long[] all = new long[20_001];
    for (int i = 0; i < all.length; i++) {
      all[i] = random.nextLong() >>> random.nextInt(2, 60);
      delays.add(all[i]);
    }
    Arrays.sort(all);
    for (double share : new double[] {0.0001, 0.25, 0.5, 0.95, 0.999, 1}) {
      double exact = all[(int) Math.ceil(share * all.length) - 1] / 1e6;
      double told = delays.percentileSeconds(share);
      assertTrue(
          told >= exact && told <= exact * (1 + 1 / 32.0), share + ": " + told + "/" + exact);
    }
    assertEquals(all[all.length - 1] / 1e6, delays.maxSeconds());
    assertEquals(delays.maxSeconds(), delays.percentileSeconds(1));
  }

  @Test
  void smallDelaysAreExact() {
    Delays delays = new Delays();
    for (long micros = 0; micros < 64; micros++) {
      delays.add(micros);
    }
    assertEquals(31 / 1e6, delays.percentileSeconds(0.5));
    assertEquals(63 / 1e6, delays.maxSeconds());
  }

  @Test
  void extremesHaveABucket() {
    Delays delays = new Delays();
    delays.add(Long.MAX_VALUE);
    delays.add(Long.MIN_VALUE);
    delays.add(-1);
    assertEquals(3, delays.count());
    assertEquals(0, delays.percentileSeconds(0.5));
    assertEquals(Long.MAX_VALUE / 1e6, delays.percentileSeconds(1));
  }

  @Test
  void sumsAreThoseOfAllDelays() {
    Delays one = new Delays();
    Delays other = new Delays();
    Delays both = new Delays();
    for (int i = 1; i < 1_000; i++) {
      (i % 3 == 0 ? one : other).add(i * 1_000L);
      both.add(i * 1_000L);
    }
    one.add(other);
    assertEquals(both, one);
    assertEquals(both.hashCode(), one.hashCode());
  }

  @Test
  void sharesThatAreNoneAreRefused() {
    for (double share : new double[] {0, -1, 1.01, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> new Delays().percentileSeconds(share));
    }
  }
}
