package dev.weir.sim;

import dev.weir.claim.Attempt;
import dev.weir.decode.RecordDecoder;
import dev.weir.lake.FencedException;
import dev.weir.pipeline.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * One schedule: several processes over one lake and one claim store, with faults, until all is
 * delivered. Everything that happens in it follows from its seed.
 *
 * <p>One thread runs all attempts. At each operation of an attempt others may go on: they run on
 * top of it on the stack, up to an operation of theirs, and so on. An attempt goes on below others
 * by unwinding them; they are run again later, with the answers that they had (see {@link Run}).
 */
final class Simulation {
  private static final int STEPS_TO_COME_TO_AN_END = 20_000;

  /** Leaves an attempt where it stands. */
  static final class Unwound extends Error {
    private static final long serialVersionUID = 1L;
    private static final Unwound INSTANCE = new Unwound();

    private Unwound() {
      super("unwound", null, false, false);
    }
  }

  /** Gives the whole schedule up. */
  private static final class GivenUp extends Error {
    private static final long serialVersionUID = 1L;

    private GivenUp() {
      super("given up", null, false, false);
    }
  }

  /** An injected failure. */
  private static final class Failure extends IOException {
    private static final long serialVersionUID = 1L;

    Failure(String message) {
      super(message);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  /** What an operation does to its store. */
  @FunctionalInterface
  interface Effect {
    /** Does it, and answers. */
    Object apply();
  }

  /** An operation that nobody waits for any more. */
  private record Late(Site site, String subject, Run by, Effect effect) {}

  final Mutation mutation;
  final boolean claimsGetLost;
  final Tally tally;
  final RecordDecoder decoder;
  final Source source;
  final SimulatedObjects objects = new SimulatedObjects(this);
  final SimulatedClaims claims = new SimulatedClaims(this);
  final SimulatedFiles files = new SimulatedFiles(this);
  final Audit audit = new Audit(this);

  private final SplittableRandom random;
  private final Weather weather;
  private final List<Process> processes = new ArrayList<>();
  private final List<Run> runs = new ArrayList<>();
  private final List<Late> late = new ArrayList<>();
  private final Map<String, Run> runsByHex = new HashMap<>();
  private final StringBuilder trace;

  private Run current;

  /** The run on the stack that is to get control; those above it are being unwound. */
  private Run target;

  private int step;
  private boolean healing;
  private int endOfFaults;
  private int begunBeforeHealing;
  private boolean setBack;
  private int begun;
  private long nowMillis = 1_790_000_000_000L;

  /**
   * A schedule.
   *
   * @param claimsGetLost whether the claim store forgets; then events may land twice, never get
   *     lost
   * @param tracing whether {@link #trace()} tells every step
   */
  Simulation(
      long seed,
      Mutation mutation,
      boolean claimsGetLost,
      boolean tracing,
      RecordDecoder decoder,
      Tally tally) {
    this.random = new SplittableRandom(seed);
    this.mutation = mutation;
    this.claimsGetLost = claimsGetLost;
    this.decoder = decoder;
    this.tally = tally;
    this.trace = tracing ? new StringBuilder() : null;
    this.weather = new Weather(random);
    this.source = new Source(random);
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      processes.add(null);
      start(i);
    }
  }

  /** Runs it to its end, and tells what was broken. */
  List<Violation> run() {
    try {
      while (!isOver()) {
        act(null);
      }
      audit.inTheEnd();
    } catch (GivenUp e) {
      audit.violated(Violation.Kind.ENDLESS, "no end after %d steps".formatted(step));
    }
    tally.add(Tally.Count.SCHEDULES);
    return audit.violations();
  }

  private boolean isOver() {
    if (!healing || !source.isDone() || !runs.isEmpty() || !late.isEmpty()) {
      return false;
    }
    if (!setBack) {
      setBack = true;
      if (random.nextBoolean()) {
        trace("--", "source", "is set back to its beginning");
        begin(null, pickIdle(), source.everything());
        return false;
      }
    }
    return true;
  }

  // What the attempts see of the world.

  Run current() {
    return current;
  }

  Attempt attemptOfCurrentRun() {
    Run run = current;
    if (run.attempt == null) {
      run.attempt = new Attempt((int) run.worker.process.epochSeconds(), random.nextLong());
      run.hex = run.attempt.toString();
      run.worker.process.begins(run.attempt);
      runsByHex.put(run.hex, run);
      tally.add(Tally.Count.ATTEMPTS);
    }
    return run.attempt;
  }

  long epochSeconds() {
    return nowMillis / 1_000;
  }

  int nextPercent() {
    return random.nextInt(100);
  }

  /** Where a call over many uuids is cut in two; 0 if it is not. */
  int cut(int count, Site site) {
    boolean whole = site == Site.CLAIM && random.nextInt(3) > 0;
    return whole ? 0 : 1 + random.nextInt(count - 1);
  }

  int[] permutation(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /** A waiting attempt lets the world go on. */
  void pause(Duration duration) {
    Run run = current;
    if (run.isReplaying()) {
      run.once("pause", () -> 0);
      return;
    }
    nowMillis += duration.toMillis();
    letOthersGoOn(run);
    run.once("pause", () -> 0);
  }

  /** An operation of the attempt in control, with all that may go wrong. */
  Object operate(Site site, String subject, Effect effect) throws IOException {
    Run run = current;
    if (run.isReplaying()) {
      return run.replay(site, subject);
    }
    if (run.dead) {
      dieWith(site, subject, run, effect);
    }
    letOthersGoOn(run);
    Fault fault = healing ? null : weather.draw(site);
    if (fault == Fault.FREEZE) {
      met(run, site, subject, fault);
      freeze(run);
      letOthersGoOn(run);
      fault = null;
    }
    tally.add(Tally.Count.OPERATIONS);
    if (fault == null) {
      Object answer = effect.apply();
      trace(run, site, subject, answer);
      run.remember(site, subject, answer, null);
      return answer;
    }
    met(run, site, subject, fault);
    switch (fault) {
      case RETRIED -> {
        effect.apply();
        Object answer = effect.apply();
        run.remember(site, subject, answer, null);
        return answer;
      }
      case CRASH_BEFORE, CRASH_AFTER, CRASH_IN_FLIGHT -> {
        if (fault == Fault.CRASH_AFTER) {
          effect.apply();
        } else if (fault == Fault.CRASH_IN_FLIGHT) {
          late.add(new Late(site, subject, run, effect));
        }
        kill(run.worker.process);
        throw Unwound.INSTANCE;
      }
      case LOST_ANSWER -> effect.apply();
      case LATE -> late.add(new Late(site, subject, run, effect));
      default -> {
        if (run.inSecondPart) {
          tally.add(site, Fault.PARTIAL);
        }
      }
    }
    if (mutation == Mutation.DONE_AFTER_FAILURE && site == Site.PUT_DATA) {
      claims.setDone(run.attempt);
    }
    Failure failure = new Failure(fault + " at " + site);
    run.remember(site, subject, null, failure);
    throw failure;
  }

  private void met(Run run, Site site, String subject, Fault fault) {
    tally.add(site, fault);
    trace(run, site, subject, fault);
  }

  /** A put beside the one at which the process died. */
  private void dieWith(Site site, String subject, Run run, Effect effect) {
    if (random.nextBoolean()) {
      met(run, site, subject, Fault.CRASH_IN_FLIGHT);
      late.add(new Late(site, subject, run, effect));
    }
    throw Unwound.INSTANCE;
  }

  /** An attempt was fenced before it planned. */
  void fenced(String planKey) {
    tally.add(Tally.Count.FENCES);
    Run fenced =
        runsByHex.get(
            planKey.substring(
                SimulatedObjects.ATTEMPTS.length(), planKey.length() - ".json".length()));
    if (runs.contains(fenced)) {
      tally.add(Tally.Count.LIVE_ATTEMPTS_FENCED);
    }
  }

  // The scheduler.

  /** Returns when the run is to go on with its operation. */
  private void letOthersGoOn(Run run) {
    if (run.chosen) {
      run.chosen = false;
    } else {
      while (isFrozen(run) || random.nextDouble() >= weather.stay) {
        act(run);
      }
    }
  }

  private boolean isFrozen(Run run) {
    return run.frozenUntil > step;
  }

  /** One thing happens; {@code run} is in control, or nobody. */
  private void act(Run run) {
    step++;
    nowMillis += random.nextInt(20);
    if (!healing && (step > weather.stepsWithFaults || source.isDone())) {
      heal();
    }
    if (healing && step - endOfFaults > STEPS_TO_COME_TO_AN_END) {
      throw new GivenUp();
    }
    int dice = random.nextInt(100);
    if (!late.isEmpty() && dice < weather.latePercent) {
      applyLate();
    } else if (!healing && dice >= 100 - weather.clockJumpPercent) {
      jump(random.nextInt(300) - 100);
    } else if (claimsGetLost && !healing && dice == 50) {
      tally.add(Tally.Count.CLAIMS_LOST, claims.lose(1 + random.nextInt(100)));
      trace("--", "claims", "some are lost");
    } else {
      letSomebodyGoOn(run);
    }
    if (run != null && run.dead) {
      throw Unwound.INSTANCE;
    }
  }

  private void letSomebodyGoOn(Run run) {
    Run other = pickOther(run);
    Worker idle = mayBegin() ? pickIdle() : null;
    if (other != null && (idle == null || random.nextInt(100) < 60)) {
      goOn(run, other);
    } else if (idle != null) {
      begin(run, idle, source.next(healing));
    } else if (!late.isEmpty()) {
      applyLate();
    }
  }

  private Run pickOther(Run run) {
    int eligible = 0;
    Run picked = null;
    for (Run other : runs) {
      if (other != run && !other.dead && !isFrozen(other)) {
        eligible++;
        if (random.nextInt(eligible) == 0) {
          picked = other;
        }
      }
    }
    return picked;
  }

  /** While it heals, one batch at a time is delivered, beside what is left of before. */
  private boolean mayBegin() {
    if (!healing) {
      return true;
    }
    for (Run run : runs) {
      if (run.number > begunBeforeHealing) {
        return false;
      }
    }
    return !source.isDone();
  }

  private Worker pickIdle() {
    int eligible = 0;
    Worker picked = null;
    for (Process process : processes) {
      for (Worker worker : process.workers) {
        if (worker.run == null && process.frozenUntil <= step) {
          eligible++;
          if (random.nextInt(eligible) == 0) {
            picked = worker;
          }
        }
      }
    }
    return picked;
  }

  private void begin(Run below, Worker worker, Source.Delivery delivery) {
    Run run = new Run(++begun, worker, delivery);
    worker.run = run;
    runs.add(run);
    tally.add(Tally.Count.DELIVERIES);
    if (isTracing()) {
      trace(run, "begins", "in " + worker.process, records(delivery));
    }
    goOn(below, run);
  }

  private void goOn(Run run, Run other) {
    tally.add(Tally.Count.SWITCHES);
    if (other.state == Run.State.ON_STACK) {
      target = other;
      throw Unwound.INSTANCE;
    }
    putOnStack(other);
    if (target != null && run != null) {
      if (target != run) {
        throw Unwound.INSTANCE;
      }
      target = null;
    }
  }

  /** Runs an attempt from its beginning, up to its end or to where others go on below it. */
  private void putOnStack(Run run) {
    Run below = current;
    Worker worker = run.worker;
    if (run.attempt != null) {
      worker.process.goesOn(run.attempt);
    }
    if (run.hasBegun()) {
      worker.restore(run.fencesBefore);
      tally.add(Tally.Count.REPLAYED_ATTEMPTS);
    } else {
      run.fencesBefore = worker.fences();
    }
    run.rewind();
    run.state = Run.State.ON_STACK;
    current = run;
    Outcome outcome = null;
    Exception failure = null;
    try {
      outcome = worker.pipeline.process(run.delivery.batch());
    } catch (Unwound e) {
      current = below;
      leave(run);
      return;
    } catch (FencedException | IOException e) {
      failure = e;
    } catch (RuntimeException e) {
      failure = e;
      audit.violated(Violation.Kind.BUG, run + " threw " + e);
    } finally {
      current = below;
    }
    end(run, outcome, failure);
  }

  private void leave(Run run) {
    if (run.dead) {
      run.state = Run.State.OVER;
      runs.remove(run);
    } else {
      run.state = Run.State.OFF_STACK;
      run.worker.process.unwound(run.attempt);
    }
  }

  private void end(Run run, Outcome outcome, Exception failure) {
    run.state = Run.State.OVER;
    runs.remove(run);
    run.worker.run = null;
    if (run.dead) {
      return;
    }
    if (outcome == null) {
      trace(run, "fails", "", failure);
      tally.add(
          failure instanceof FencedException
              ? Tally.Count.FENCED_ATTEMPTS
              : Tally.Count.FAILED_ATTEMPTS);
      discard(run);
    } else {
      acknowledge(run, outcome.redeliver());
    }
  }

  /** The source gives records up whose batch has failed, and puts them somewhere else. */
  private void discard(Run run) {
    if (healing || random.nextInt(100) >= weather.discardPercent) {
      return;
    }
    for (int index : run.delivery.records()) {
      Source.Record record = source.records().get(index);
      if (!record.acknowledged) {
        record.discarded = true;
        tally.add(Tally.Count.DISCARDED_RECORDS);
        trace("--", "source", "gives up " + record);
      }
    }
  }

  private void acknowledge(Run run, int[] redeliver) {
    Fault fault = healing ? null : weather.draw(Site.ACK);
    if (fault == null) {
      told(run, redeliver);
      return;
    }
    met(run, Site.ACK, "", fault);
    if (fault == Fault.LATE) {
      late.add(
          new Late(
              Site.ACK,
              "",
              run,
              () -> {
                told(run, redeliver);
                return "";
              }));
    } else if (fault == Fault.CRASH_BEFORE) {
      kill(run.worker.process);
    }
  }

  private void told(Run run, int[] redeliver) {
    trace(run, Site.ACK, "", "all but " + redeliver.length);
    int[] records = run.delivery.records();
    int next = 0;
    for (int i = 0; i < records.length; i++) {
      boolean again = next < redeliver.length && redeliver[next] == i;
      if (again) {
        next++;
        tally.add(Tally.Count.REDELIVERED_RECORDS);
      } else if (next == 0 || !weather.checkpoints) {
        Source.Record record = source.records().get(records[i]);
        record.acknowledged = true;
        tally.add(Tally.Count.ACKNOWLEDGED_RECORDS);
        audit.atAcknowledgement(record, run);
      }
    }
  }

  // What happens to processes, operations and clocks.

  private void start(int index) {
    Process before = processes.get(index);
    Layout layout =
        before == null || random.nextInt(3) == 0
            ? Layout.values()[random.nextInt(Layout.values().length)]
            : before.layout;
    if (before != null && layout != before.layout) {
      tally.add(Tally.Count.DEPLOYS);
    }
    processes.set(
        index,
        new Process(
            this, index, 1 + random.nextInt(2), weather.policy, layout, random.nextInt(40) - 20));
  }

  /** The process is gone with all that runs in it, and another one starts. */
  private void kill(Process process) {
    tally.add(Tally.Count.CRASHES);
    trace("--", process.toString(), "dies");
    process.dead = true;
    for (Run run : List.copyOf(runs)) {
      if (run.worker.process == process) {
        run.dead = true;
        if (run.state != Run.State.ON_STACK) {
          run.state = Run.State.OVER;
          runs.remove(run);
        }
      }
    }
    start(process.index);
  }

  private void freeze(Run run) {
    tally.add(Tally.Count.FREEZES);
    int until = step + 3 + random.nextInt(80);
    run.frozenUntil = until;
    if (random.nextInt(4) == 0) {
      tally.add(Tally.Count.FROZEN_PROCESSES);
      run.worker.process.frozenUntil = until;
      for (Run other : runs) {
        if (other.worker.process == run.worker.process) {
          other.frozenUntil = until;
        }
      }
    }
  }

  private void applyLate() {
    Late operation = late.remove(random.nextInt(late.size()));
    tally.add(Tally.Count.APPLIED_LATE);
    if (operation.by.state == Run.State.OVER) {
      tally.add(Tally.Count.APPLIED_AFTER_THE_ATTEMPT);
    }
    Object answer = operation.effect.apply();
    trace(operation.by, operation.site, operation.subject, "late: " + describe(answer));
  }

  private void jump(int seconds) {
    tally.add(Tally.Count.CLOCK_JUMPS);
    nowMillis += seconds * 1_000L;
    trace("--", "clock", "jumps by %d s".formatted(seconds));
  }

  /** No more faults: what is frozen goes on or is dead for good, and all attempts get old. */
  private void heal() {
    healing = true;
    endOfFaults = step;
    begunBeforeHealing = begun;
    trace("--", "faults", "are over");
    for (Process process : List.copyOf(processes)) {
      process.frozenUntil = step;
      if (random.nextInt(3) == 0) {
        kill(process);
      }
    }
    for (Run run : runs) {
      tally.add(Tally.Count.ZOMBIES_AFTER_THE_FAULTS);
      run.frozenUntil = random.nextBoolean() ? step : step + random.nextInt(200);
    }
    jump(1_000);
  }

  // What happened, for people.

  boolean isTracing() {
    return trace != null;
  }

  /** Every step, one a line; attempts are named in the order in which they began. */
  String trace() {
    String text = trace.toString();
    for (Map.Entry<String, Run> run : new TreeMap<>(runsByHex).entrySet()) {
      text = text.replace(run.getKey(), run.getValue().toString());
    }
    return text;
  }

  void trace(String who, String what, String happened) {
    if (trace != null) {
      trace.append("%5d %-4s %-17s %s%n".formatted(step, who, what, happened));
    }
  }

  private void trace(Run run, Object what, String subject, Object happened) {
    if (trace != null) {
      trace(run.toString(), what.toString(), subject + " -> " + describe(happened));
    }
  }

  private static String describe(Object value) {
    return value instanceof Object[] many
        ? List.of(many).toString()
        : value instanceof java.util.Optional<?> content
            ? content.map(bytes -> Entry.parse((byte[]) bytes).toString()).orElse("nothing")
            : String.valueOf(value);
  }

  private String records(Source.Delivery delivery) {
    List<Source.Record> records = new ArrayList<>();
    for (int index : delivery.records()) {
      records.add(source.records().get(index));
    }
    return records.toString();
  }
}
