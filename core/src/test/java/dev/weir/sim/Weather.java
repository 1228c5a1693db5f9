package dev.weir.sim;

import java.util.SplittableRandom;

/**
 * How rough one schedule is. Each draws its own, so that some have many faults of one kind, some a
 * few of all kinds, and some none.
 */
final class Weather {
  final SplittableRandom random;

  /** The chance that the attempt in control keeps it at an operation. */
  final double stay;

  final double faultRate;
  final int stepsWithFaults;
  final int latePercent;
  final int discardPercent;
  final int clockJumpPercent;

  /** Whether what follows the earliest unfinished record is delivered again, as Kinesis does. */
  final boolean checkpoints;

  final Process.Policy policy;
  private final int enabledFaults;

  Weather(SplittableRandom random) {
    this.random = random;
    this.stay = pick(0.3, 0.6, 0.8, 0.9, 0.97);
    this.faultRate = pick(0, 0.03, 0.06, 0.12, 0.25);
    this.stepsWithFaults = 5 + random.nextInt(30);
    this.latePercent = 2 + random.nextInt(20);
    this.discardPercent = random.nextInt(4) == 0 ? 30 : 0;
    this.clockJumpPercent = random.nextInt(3) * 3;
    this.checkpoints = random.nextBoolean();
    this.policy = Process.Policy.values()[random.nextInt(Process.Policy.values().length)];
    this.enabledFaults = random.nextInt(2) == 0 ? -1 : random.nextInt();
  }

  private double pick(double... values) {
    return values[random.nextInt(values.length)];
  }

  /** The fault at an operation, or null. */
  Fault draw(Site site) {
    if (random.nextDouble() >= faultRate * site.roughness()) {
      return null;
    }
    Fault[] faults = site.drawnFaults();
    Fault fault = faults[random.nextInt(faults.length)];
    return (enabledFaults >> fault.ordinal() & 1) != 0 ? fault : null;
  }
}
