package dev.weir.cli.generate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PaceTest {
  private final Hand hand = new Hand();
  private final Counted sink = new Counted();

  @Test
  void linesComeAtTheirRateInBurstsThatAreFlushed() throws IOException {
    Pace pace = new Pace(1_000, hand, hand::nanos);

    take(pace, 10_000);

    assertEquals(10.0, hand.seconds(), 0.06);
    assertEquals(50, sink.bursts.get(1), "those of a tick");
    assertTrue(sink.bursts.size() > 190 && sink.bursts.size() < 210, sink.bursts::toString);
  }

  @Test
  void slowRateWaitsForEachLine() throws IOException {
    take(new Pace(2, hand, hand::nanos), 10);

    assertEquals(5.0, hand.seconds(), 0.06);
  }

  @Test
  void afterAStallOneSecondIsCaughtUpAndNoMore() throws IOException {
    Pace pace = new Pace(100, hand, hand::nanos);
    take(pace, 100);
    hand.nanos += Duration.ofHours(1).toNanos();

    double before = hand.seconds();
    take(pace, 100);
    assertEquals(0.0, hand.seconds() - before, 0.06);
    take(pace, 100);
    assertEquals(1.0, hand.seconds() - before, 0.06);
  }

  @Test
  void haltEndsTheStreamWhereItIsAndTotalsAndManifestSayWhere() throws IOException {
    GeneratorSettings settings = GeneratorSettings.of(50_000).withFaults(50_000, 20_000);
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    ByteArrayOutputStream wholeManifest = new ByteArrayOutputStream();
    new EventGenerator(settings).write(whole, wholeManifest);
    hand.haltAtNanos = Duration.ofSeconds(8).toNanos();

    ByteArrayOutputStream part = new ByteArrayOutputStream();
    ByteArrayOutputStream manifest = new ByteArrayOutputStream();
    EventGenerator.Totals totals =
        new EventGenerator(settings)
            .write(new LineOutput(part), manifest, new Pace(1_000, hand, hand::nanos));

    assertTrue(totals.lines() > 7_900 && totals.lines() < 8_100, totals::toString);
    assertEquals(part.size(), totals.bytes());
    assertTrue(whole.toString(UTF_8).startsWith(part.toString(UTF_8)), "a part of the same stream");
    assertTrue(wholeManifest.toString(UTF_8).startsWith(manifest.toString(UTF_8)));
    assertEquals(totals.events() + 1, manifest.toString(UTF_8).lines().count());
    assertEquals(totals.lines(), totals.events() + totals.duplicates() + totals.malformed());
    assertTrue(totals.duplicates() > 300 && totals.malformed() > 100, totals::toString);
  }

  @Test
  void wholeStreamAtAPaceIsTheSameAsAtOnce() throws IOException {
    GeneratorSettings settings = GeneratorSettings.of(10_000).withFaults(1_000_000, 1_000_000);
    ByteArrayOutputStream atOnce = new ByteArrayOutputStream();
    EventGenerator.Totals expected = new EventGenerator(settings).write(atOnce);

    ByteArrayOutputStream paced = new ByteArrayOutputStream();
    EventGenerator.Totals totals =
        new EventGenerator(settings)
            .write(new LineOutput(paced), null, new Pace(Pace.UNLIMITED, hand, hand::nanos));

    assertEquals(expected, totals);
    assertEquals(atOnce.toString(UTF_8), paced.toString(UTF_8));
  }

  private void take(Pace pace, int lines) throws IOException {
    for (int i = 0; i < lines; i++) {
      assertTrue(pace.awaitNext(sink));
      sink.take(new byte[0], 0, 0);
    }
    assertFalse(hand.isRequested());
  }

  /** Time that passes only while somebody waits. */
  private static final class Hand implements Pace.Halt {
    private long nanos = 1_000_000_000_000L;
    private long haltAtNanos = Long.MAX_VALUE / 2;

    long nanos() {
      return nanos;
    }

    double seconds() {
      return (nanos - 1_000_000_000_000L) / 1e9;
    }

    @Override
    public boolean isRequested() {
      return nanos - 1_000_000_000_000L >= haltAtNanos;
    }

    @Override
    public boolean await(Duration atMost) {
      nanos += atMost.toNanos();
      return isRequested();
    }
  }

  private static final class Counted implements LineSink {
    private final List<Integer> bursts = new ArrayList<>();
    private int taken;

    @Override
    public void take(byte[] bytes, int from, int to) {
      taken++;
    }

    @Override
    public void flush() {
      bursts.add(taken);
      taken = 0;
    }
  }
}
