package dev.weir.sim;

import dev.weir.claim.Attempt;
import dev.weir.claim.ClaimStore;
import dev.weir.claim.Claims;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** A claim store that all processes share. Each uuid is atomic; a call over many uuids is not. */
final class SimulatedClaims implements ClaimStore {
  /**
   * A claim.
   *
   * @param owner who holds it
   * @param hash the content it was made for
   */
  record Claim(Attempt owner, int hash) {}

  private final Simulation simulation;
  private final Map<UUID, Claim> claims = new HashMap<>();
  private final Set<Attempt> done = new HashSet<>();

  SimulatedClaims(Simulation simulation) {
    this.simulation = simulation;
  }

  Claim get(UUID uuid) {
    return claims.get(uuid);
  }

  void setDone(Attempt attempt) {
    done.add(attempt);
  }

  /** Loses some claims, as a failover of a store that is not durable does. */
  int lose(int percent) {
    int before = claims.size();
    done.removeIf(attempt -> simulation.nextPercent() < percent);
    claims.values().removeIf(claim -> simulation.nextPercent() < percent);
    return before - claims.size();
  }

  @Override
  public void claim(Claims asked) throws IOException {
    Site site = site(asked);
    inParts(asked, site, (i, uuid) -> claimOne(asked, site, i, uuid));
  }

  private static boolean isLetter(UUID uuid) {
    return uuid.version() == 8;
  }

  private Site site(Claims asked) {
    Run run = simulation.current();
    if (run.claimCalls++ == 0) {
      return Site.CLAIM;
    }
    return isLetter(uuid(asked, 0)) ? Site.CLAIM_CONFLICTS : Site.CLAIM_REPEATS;
  }

  private static UUID uuid(Claims claims, int i) {
    return new UUID(claims.high(i), claims.low(i));
  }

  private Claim claimOne(Claims asked, Site site, int i, UUID uuid) {
    Mutation mutation = simulation.mutation;
    Claim mine = new Claim(asked.attempt(), asked.contentHash(i));
    Claim present = claims.get(uuid);
    if (present != null && mutation != Mutation.CLAIMS_REPLACED) {
      return mutation == Mutation.CONTENT_NOT_COMPARED
          ? new Claim(present.owner, asked.contentHash(i))
          : present;
    }
    boolean dropped =
        (mutation == Mutation.CLAIMS_DROPPED && simulation.nextPercent() < 20)
            || (mutation == Mutation.CONFLICTS_NOT_CLAIMED && site == Site.CLAIM_CONFLICTS)
            || (mutation == Mutation.LETTERS_NOT_CLAIMED && isLetter(uuid));
    if (!dropped) {
      claims.put(uuid, mine);
    }
    return mine;
  }

  @Override
  public void rebind(Claims asked, Attempt from) throws IOException {
    inParts(asked, Site.REBIND, (i, uuid) -> rebindOne(asked, from, i, uuid));
  }

  private Claim rebindOne(Claims asked, Attempt from, int i, UUID uuid) {
    Claim present = claims.get(uuid);
    boolean moves =
        present == null
            || present.owner.equals(from)
            || simulation.mutation == Mutation.REBIND_WITHOUT_COMPARING;
    if (!moves) {
      return present;
    }
    if (present != null && !present.owner.equals(asked.attempt())) {
      simulation.audit.beforeRebind(uuid, present.owner);
      simulation.tally.add(Tally.Count.TAKEN_OVER);
    }
    Claim mine = new Claim(asked.attempt(), asked.contentHash(i));
    claims.put(uuid, mine);
    return mine;
  }

  private interface OneClaim {
    Claim apply(int i, UUID uuid);
  }

  /** One operation, or two with all the world between them. */
  private void inParts(Claims asked, Site site, OneClaim one) throws IOException {
    int count = asked.count();
    int cut = count < 2 ? 0 : simulation.current().once("cut", () -> simulation.cut(count, site));
    if (cut > 0) {
      answer(
          asked,
          0,
          site,
          simulation.operate(site, subject(asked, 0, cut), () -> apply(asked, 0, cut, one)));
    }
    Run run = simulation.current();
    run.inSecondPart = cut > 0;
    try {
      answer(
          asked,
          cut,
          site,
          simulation.operate(
              site, subject(asked, cut, count), () -> apply(asked, cut, count, one)));
    } finally {
      run.inSecondPart = false;
    }
  }

  private static Claim[] apply(Claims asked, int from, int to, OneClaim one) {
    Claim[] owners = new Claim[to - from];
    for (int i = from; i < to; i++) {
      owners[i - from] = one.apply(i, uuid(asked, i));
    }
    return owners;
  }

  private static void answer(Claims asked, int from, Site site, Object answer) {
    Claim[] owners = (Claim[]) answer;
    for (int i = 0; i < owners.length; i++) {
      Claim claim = owners[i];
      if (claim.owner.equals(asked.attempt())) {
        asked.setMine(from + i);
      } else {
        asked.setOwner(from + i, claim.owner, claim.hash);
      }
    }
  }

  private String subject(Claims asked, int from, int to) {
    if (!simulation.isTracing()) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    for (int i = from; i < to; i++) {
      UUID uuid = uuid(asked, i);
      text.append(i > from ? " " : "")
          .append(
              isLetter(uuid)
                  ? "letter-" + uuid.toString().substring(0, 4)
                  : "event-" + (uuid.getLeastSignificantBits() & 0xFF));
    }
    return text.toString();
  }

  @Override
  public void done(Attempt attempt) throws IOException {
    simulation.current().saidDone = true;
    simulation.operate(Site.DONE, "", () -> done.add(attempt));
  }

  @Override
  @SuppressWarnings("unchecked")
  public Set<Attempt> knownDone(Collection<Attempt> attempts) throws IOException {
    Site site = simulation.current().saidDone ? Site.KNOWN_DONE_ACK : Site.KNOWN_DONE;
    Set<Attempt> asked = Set.copyOf(attempts);
    return (Set<Attempt>) simulation.operate(site, "", () -> known(site, asked));
  }

  private Set<Attempt> known(Site site, Set<Attempt> asked) {
    if (simulation.mutation == Mutation.ACK_DOES_NOT_WAIT && site == Site.KNOWN_DONE_ACK) {
      return asked;
    }
    Set<Attempt> known = new HashSet<>(asked);
    known.retainAll(done);
    return known;
  }

  @Override
  public String epoch() {
    return "simulated";
  }

  @Override
  public boolean isUnused() {
    return claims.isEmpty();
  }

  @Override
  public void close() {}
}
