package dev.weir.pipeline;

import dev.weir.claim.Attempt;
import dev.weir.claim.ClaimStore;
import dev.weir.claim.Claims;
import dev.weir.lake.Lake;
import dev.weir.lake.WrongClaimsException;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes the claims anew from what the lake holds, after a claim store was lost.
 *
 * <p>Every attempt of the window is settled: what it has not landed is sealed, and what it has
 * landed is claimed for it and said to be done. What was claimed and never landed is free again,
 * which is right, because nobody can land it any more under the old claim. That holds for attempts
 * that had planned; one that had claimed and not planned when the claims were lost must not run any
 * more: every process that writes to the lake has to be stopped first.
 *
 * <p>The content of events as they were sent is not in the lake, so the new claims know none, and a
 * conflicting duplicate of these events is taken for a plain one.
 *
 * <p>Can be broken off at any point and run again; until it is through, the lake stays tied to the
 * claims that were lost, and every other start is refused.
 */
public final class ClaimsRebuild {
  private final Lake lake;
  private final ClaimStore claims;

  /** A rebuild of the claims of a lake. */
  public ClaimsRebuild(Lake lake, ClaimStore claims) {
    this.lake = lake;
    this.claims = claims;
  }

  /**
   * What was done.
   *
   * @param attempts how many attempts were settled
   * @param claims how many uuids they had landed
   */
  public record Rebuilt(long attempts, long claims) {}

  /**
   * Fills the claim store and ties the lake to it.
   *
   * @param since attempts that began before it are left out: their claims would have expired
   * @param by an attempt of this process, which settles the others
   * @throws WrongClaimsException if the claim store remembers events of another lake
   * @throws IOException if a store failed; run it again
   */
  public Rebuilt run(Instant since, Attempt by) throws IOException, WrongClaimsException {
    lake.beginRebuild(claims);
    List<Attempt> attempts = lake.attempts(since);
    long count = 0;
    for (Attempt attempt : attempts) {
      Lake.Landed landed = lake.settle(attempt, by);
      claim(attempt, landed.events(), Claims.UNKNOWN_CONTENT);
      claim(attempt, landed.deadLetters(), Claims.NO_CONTENT);
      claims.done(attempt);
      count += landed.events().size() + landed.deadLetters().size();
    }
    lake.endRebuild(claims);
    return new Rebuilt(attempts.size(), count);
  }

  private void claim(Attempt attempt, Set<UUID> uuids, int contentHash) throws IOException {
    long[] high = uuids.stream().mapToLong(UUID::getMostSignificantBits).toArray();
    long[] low = uuids.stream().mapToLong(UUID::getLeastSignificantBits).toArray();
    int[] hashes = new int[high.length];
    Arrays.fill(hashes, contentHash);
    if (high.length > 0) {
      Claims landed = new Claims(attempt, high.length, high, low, hashes);
      claims.claim(landed);
      takeFromThoseThatNeverLanded(landed);
    }
  }

  /**
   * What has landed belongs to the attempt that landed it, whoever has claimed it: an attempt that
   * ran on after the claims were lost may have claimed it anew before it noticed.
   */
  private void takeFromThoseThatNeverLanded(Claims landed) throws IOException {
    Map<Attempt, List<Integer>> others =
        IntStream.range(0, landed.count())
            .filter(i -> !landed.isMine(i))
            .boxed()
            .collect(Collectors.groupingBy(landed::owner));
    for (Map.Entry<Attempt, List<Integer>> other : others.entrySet()) {
      claims.rebind(landed.select(other.getValue()), other.getKey());
    }
  }
}
