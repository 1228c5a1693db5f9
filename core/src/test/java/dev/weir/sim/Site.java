package dev.weir.sim;

import static dev.weir.sim.Fault.CRASH_BEFORE;
import static dev.weir.sim.Fault.FREEZE;
import static dev.weir.sim.Fault.LATE;
import static dev.weir.sim.Fault.LOST_REQUEST;
import static dev.weir.sim.Fault.PARTIAL;
import static dev.weir.sim.Fault.RETRIED;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The places at which an attempt touches the world, in the order of the protocol. */
enum Site {
  /** 1 CLAIM, the events and dead letters of the batch. */
  CLAIM(Kind.CLAIMS),
  /** 1 CLAIM, events that repeat a uuid of the batch with the content of a dead owner. */
  CLAIM_REPEATS(Kind.CLAIMS),
  /** 1 CLAIM, the dead letters of conflicts. */
  CLAIM_CONFLICTS(Kind.CLAIMS),
  /** 2 RESOLVE, which owners are done. */
  KNOWN_DONE(Kind.READ),
  /** 2 RESOLVE, fence: the object in place of a dead attempt's plan. */
  PUT_FENCE(Kind.PUT),
  /** 2 RESOLVE, fence: the plan that stands there. */
  READ_DEAD_PLAN(Kind.READ),
  /** 2 RESOLVE, fence: what stands at a planned key before it is sealed. */
  LOOK_FOR_LANDED(Kind.READ),
  /** 2 RESOLVE, fence: a seal at a planned key. */
  PUT_SEAL(Kind.PUT),
  /** 2 RESOLVE, fence: what landed between the look and the seal. */
  FETCH_LANDED(Kind.READ),
  /** 2 RESOLVE, fence: what counts of a sealed plan. */
  PUT_SEALED_ENTRY(Kind.PUT),
  /** 2 RESOLVE, take over what a fenced attempt has not landed. */
  REBIND(Kind.CLAIMS),
  /** 4 PLAN. */
  PUT_PLAN(Kind.PUT),
  /** 4 PLAN, whose plan stands there: mine, or a fence. */
  READ_OWN_PLAN(Kind.READ),
  /** 5 LAND. */
  PUT_DATA(Kind.PUT),
  /** 5 LAND, what stands at my key: mine, or a seal. */
  FETCH_OWN_DATA(Kind.READ),
  /** 6 DONE. */
  DONE(Kind.HINT),
  /** 7 ACK, which of the trusted owners are done. */
  KNOWN_DONE_ACK(Kind.READ),
  /** 7 ACK, what the source is told. */
  ACK(Kind.ACK);

  private enum Kind {
    CLAIMS(EnumSet.complementOf(EnumSet.noneOf(Fault.class))),
    PUT(EnumSet.complementOf(EnumSet.of(PARTIAL))),
    HINT(EnumSet.complementOf(EnumSet.of(PARTIAL, RETRIED))),
    READ(EnumSet.of(LOST_REQUEST, CRASH_BEFORE, FREEZE)),
    ACK(EnumSet.of(LOST_REQUEST, LATE, CRASH_BEFORE));

    private final Set<Fault> faults;

    Kind(Set<Fault> faults) {
      this.faults = faults;
    }
  }

  private final Kind kind;
  private final Fault[] drawn;

  Site(Kind kind) {
    this.kind = kind;
    this.drawn =
        Arrays.stream(Fault.values())
            .filter(fault -> kind.faults.contains(fault) && fault != PARTIAL)
            .toArray(Fault[]::new);
  }

  /** How much likelier than elsewhere a fault is: each attempt claims, and few land or seal. */
  double roughness() {
    return switch (this) {
      case CLAIM, KNOWN_DONE, KNOWN_DONE_ACK, DONE, ACK -> 0.6;
      default -> 2;
    };
  }

  /** Every fault that can happen here. */
  Set<Fault> faults() {
    return Collections.unmodifiableSet(kind.faults);
  }

  /** The faults that are drawn at random; a partial claim is one whose second half fails. */
  Fault[] drawnFaults() {
    return drawn;
  }
}
