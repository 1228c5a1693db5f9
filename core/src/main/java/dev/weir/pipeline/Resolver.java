package dev.weir.pipeline;

import dev.weir.claim.Attempt;
import dev.weir.claim.ClaimStore;
import dev.weir.claim.Claims;
import dev.weir.decode.Events;
import dev.weir.lake.Lake;
import dev.weir.quality.Inspection;
import dev.weir.transform.Rows;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Steps 1, 2 and 7 of the protocol: who owns each item of the batch, what that means for this
 * attempt, and whether the batch can be acknowledged.
 *
 * <p>An item is an event or a dead letter; both are claimed, so both land exactly once. An item
 * that another attempt owns is
 *
 * <ul>
 *   <li>a conflict, if the owner claimed it with other content: it becomes a dead letter;
 *   <li>a duplicate, if the owner is done;
 *   <li>settled by a fence, if the owner is dead: what it landed is a duplicate, the rest is taken
 *       over;
 *   <li>a duplicate on trust, if the owner still runs: the acknowledgement waits for the owner.
 * </ul>
 *
 * <p>Not safe for use by several threads.
 */
final class Resolver {
  private static final int MAX_TAKEOVERS = 16;
  private static final int FENCES_REMEMBERED = 4;
  private static final Duration LONGEST_STEP = Duration.ofMillis(50);

  private final ClaimStore claims;
  private final Lake lake;
  private final FencePolicy fencePolicy;
  private final Pause pause;

  /** What the latest fences found: a restarted run meets the same dead owner in many batches. */
  private final LinkedHashMap<Attempt, Set<UUID>> fenced = new LinkedHashMap<>();

  Resolver(ClaimStore claims, Lake lake, FencePolicy fencePolicy, Pause pause) {
    this.claims = claims;
    this.lake = lake;
    this.fencePolicy = fencePolicy;
    this.pause = pause;
  }

  /** How long this batch has been claimed for. */
  private long claimingNanos;

  private enum Verdict {
    MINE,
    DUPLICATE,
    CONFLICT,
    PENDING
  }

  /**
   * What becomes of the records of a batch.
   *
   * @param rows what this attempt writes
   * @param duplicateRows for each event whether it, or the dead letter that it became, is a
   *     duplicate, those on trust included
   * @param undecodedDuplicates how many records that are no events are duplicates
   * @param pending the owners that still run, each with the records that wait for it
   * @param conflicts the events whose uuid is taken by other content, as ascending rows
   * @param claiming how much of the time went into claiming
   */
  @SuppressWarnings("ArrayRecordComponent") // a column, never compared
  record Resolution(
      Rows rows,
      boolean[] duplicateRows,
      long undecodedDuplicates,
      Map<Attempt, List<Integer>> pending,
      List<Integer> conflicts,
      Duration claiming) {
    /** How many records are duplicates. */
    long duplicates() {
      long count = undecodedDuplicates;
      for (boolean duplicate : duplicateRows) {
        count += duplicate ? 1 : 0;
      }
      return count;
    }
  }

  /**
   * Claims every item of a batch that was checked and decides what to do with it.
   *
   * @throws IOException if a store failed; the attempt must be given up
   */
  Resolution resolve(Attempt attempt, Inspection inspection) throws IOException {
    claimingNanos = 0;
    Events events = inspection.events();
    Draft draft = new Draft(events);
    List<Integer> asOwned = claim(Items.of(inspection), attempt, draft);
    claim(Items.ofEvents(events, asOwned), attempt, draft);
    // Conflicts are known only now; as dead letters they are claimed like everything else.
    draft.conflicts.sort(null);
    claim(Items.ofConflicts(events, draft.conflicts), attempt, draft);
    return draft.finish(Duration.ofNanos(claimingNanos));
  }

  /**
   * Claims items and adds them to the draft, with the events that repeat them.
   *
   * <p>Equal uuids inside the batch are told apart by what the owner claimed, never by what else
   * the batch happens to hold: a batch cut in another way must decide alike.
   *
   * @return the rows that have the content of their owner where the item that they repeat has not:
   *     to be claimed in its place
   */
  private List<Integer> claim(Items items, Attempt attempt, Draft draft) throws IOException {
    Claims owners = items.claims(attempt);
    Verdict[] verdicts = claim(owners);
    draft.add(items, owners, verdicts);
    List<Integer> asOwned = new ArrayList<>();
    for (Items.Repeat repeat : items.repeats()) {
      int item = repeat.item();
      if (owners.isConflict(item, draft.events.contentHash[repeat.row()])) {
        draft.conflicts.add(repeat.row());
      } else if (verdicts[item] == Verdict.CONFLICT) {
        asOwned.add(repeat.row());
      } else {
        draft.addRepeat(verdicts[item], owners.owner(item), repeat.row());
      }
    }
    return asOwned;
  }

  /** The resolution of one batch while it is being found. */
  private static final class Draft {
    private final Events events;
    private final int[] rows;
    private int count;
    private final boolean[] duplicates;
    private long undecodedDuplicates;
    private final List<Rows.Letter> letters = new ArrayList<>();
    private final List<Integer> conflicts = new ArrayList<>();
    private final Map<Attempt, List<Integer>> pending = new HashMap<>();

    Draft(Events events) {
      this.events = events;
      this.rows = new int[events.count];
      this.duplicates = new boolean[events.count];
    }

    void add(Items items, Claims owners, Verdict[] verdicts) {
      items.repeatedLetters().forEach(letter -> addDuplicate(letter.event()));
      for (int item = 0; item < items.count(); item++) {
        switch (verdicts[item]) {
          case MINE -> {
            if (items.isEvent(item)) {
              rows[count++] = items.eventRow(item);
            } else {
              letters.add(items.letter(item));
            }
          }
          case CONFLICT -> conflicts.add(items.eventRow(item));
          case PENDING -> {
            addDuplicate(items.event(item));
            await(pending, owners.owner(item), items.record(item, events));
          }
          case DUPLICATE -> addDuplicate(items.event(item));
        }
      }
    }

    private void addDuplicate(@Nullable Integer event) {
      if (event == null) {
        undecodedDuplicates++;
      } else {
        duplicates[event] = true;
      }
    }

    /** A duplicate of an item of the batch, which waits for whom the item waits. */
    void addRepeat(Verdict verdict, Attempt owner, int row) {
      addDuplicate(row);
      if (verdict == Verdict.PENDING) {
        await(pending, owner, events.record[row]);
      }
    }

    Resolution finish(Duration claiming) {
      Arrays.sort(rows, 0, count);
      return new Resolution(
          new Rows(events, rows, count, letters),
          duplicates,
          undecodedDuplicates,
          pending,
          conflicts,
          claiming);
    }
  }

  /**
   * Step 7: the records that cannot be acknowledged, because their owner did not get done in time.
   *
   * @param timeout how long to wait for owners that still run
   * @return ascending indexes into the batch
   * @throws IOException if the claim store could not answer
   */
  int[] unacknowledged(Resolution resolution, Duration timeout) throws IOException {
    Set<Attempt> open = new HashSet<>(resolution.pending().keySet());
    Duration waited = Duration.ZERO;
    Duration step = Duration.ofMillis(1);
    while (!open.isEmpty()) {
      // Asked first: an owner that is over has told whether it is done before it ended.
      boolean someRun = open.stream().anyMatch(owner -> !fencePolicy.mayFence(owner));
      open.removeAll(claims.knownDone(open));
      if (open.isEmpty() || !someRun || waited.compareTo(timeout) >= 0) {
        break;
      }
      pause.pause(step);
      waited = waited.plus(step);
      step = step.compareTo(LONGEST_STEP) < 0 ? step.multipliedBy(2) : LONGEST_STEP;
    }
    return open.stream()
        .flatMap(owner -> resolution.pending().getOrDefault(owner, List.of()).stream())
        .mapToInt(Integer::intValue)
        .sorted()
        .distinct()
        .toArray();
  }

  private Verdict[] claim(Claims items) throws IOException {
    if (items.count() > 0) {
      long start = System.nanoTime();
      claims.claim(items);
      claimingNanos += System.nanoTime() - start;
    }
    return judge(items, 0);
  }

  /** The verdict on each item, given its owner; takes over what dead owners have not landed. */
  private Verdict[] judge(Claims items, int takeovers) throws IOException {
    Set<Attempt> others = new HashSet<>(items.owners());
    others.remove(items.attempt());
    // Asked first: an owner that is over has told whether it is done before it ended.
    Set<Attempt> dead = new HashSet<>(others);
    dead.removeIf(owner -> !fencePolicy.mayFence(owner));
    Set<Attempt> done = others.isEmpty() ? Set.of() : claims.knownDone(others);

    Verdict[] verdicts = new Verdict[items.count()];
    Map<Attempt, List<Integer>> orphans = new LinkedHashMap<>();
    for (int i = 0; i < items.count(); i++) {
      if (items.isMine(i)) {
        verdicts[i] = Verdict.MINE;
      } else if (items.isConflict(i, items.contentHash(i))) {
        verdicts[i] = Verdict.CONFLICT;
      } else if (done.contains(items.owner(i))) {
        verdicts[i] = Verdict.DUPLICATE;
      } else if (dead.contains(items.owner(i))) {
        await(orphans, items.owner(i), i);
      } else {
        verdicts[i] = Verdict.PENDING;
      }
    }
    for (Map.Entry<Attempt, List<Integer>> orphan : orphans.entrySet()) {
      takeOver(items, orphan.getKey(), orphan.getValue(), verdicts, takeovers);
    }
    return verdicts;
  }

  private void takeOver(
      Claims items, Attempt dead, List<Integer> orphans, Verdict[] verdicts, int takeovers)
      throws IOException {
    if (takeovers == MAX_TAKEOVERS) {
      throw new IOException("the claims of %s keep changing hands".formatted(dead));
    }
    Set<UUID> landed = fence(dead, items.attempt());
    List<Integer> lost = new ArrayList<>();
    for (int i : orphans) {
      if (landed.contains(new UUID(items.high(i), items.low(i)))) {
        verdicts[i] = Verdict.DUPLICATE;
      } else {
        lost.add(i);
      }
    }
    if (lost.isEmpty()) {
      return;
    }
    Claims rebound = items.select(lost);
    claims.rebind(rebound, dead);
    Verdict[] reboundVerdicts = judge(rebound, takeovers + 1);
    for (int i = 0; i < lost.size(); i++) {
      int item = lost.get(i);
      verdicts[item] = reboundVerdicts[i];
      items.setOwner(item, rebound.owner(i), rebound.ownerHash(i));
    }
  }

  private Set<UUID> fence(Attempt dead, Attempt by) throws IOException {
    Set<UUID> landed = fenced.remove(dead);
    if (landed == null) {
      landed = lake.fence(dead, by);
    }
    fenced.put(dead, landed);
    if (fenced.size() > FENCES_REMEMBERED) {
      fenced.remove(fenced.keySet().iterator().next());
    }
    return landed;
  }

  private static void await(Map<Attempt, List<Integer>> waiting, Attempt owner, int index) {
    waiting.computeIfAbsent(owner, o -> new ArrayList<>()).add(index);
  }
}
