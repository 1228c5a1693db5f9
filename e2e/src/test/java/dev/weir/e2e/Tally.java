package dev.weir.e2e;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What was done to runs and what came of it, over all tests. Safe for use by several threads. */
final class Tally {
  private final Map<String, Long> kills = new TreeMap<>();
  private final Map<String, Long> zombies = new TreeMap<>();
  private final Map<String, Long> faults = new TreeMap<>();
  private final Map<String, Long> outages = new TreeMap<>();
  private final Map<String, WiredRun> runOfAttempt = new HashMap<>();
  private final Set<String> takenOver = new HashSet<>();
  private final Set<String> fencedBeforePlan = new HashSet<>();
  private final Set<String> fencedAfterPlan = new HashSet<>();
  private final List<Recovery> recoveries = new ArrayList<>();
  private final List<Double> settlings = new ArrayList<>();
  private long runs;
  private long seals;
  private long refusedPlans;
  private long refusedLands;
  private long sent;
  private long landed;
  private long duplicates;
  private long deadLetters;
  private long audits;
  private long violations;
  private double undisturbedSeconds;

  /** What a killed run left for the next ones. */
  private record Recovery(int batchRecords, int repeated) {}

  /** A store has answered a step. */
  synchronized void add(Step step, boolean applied, WiredRun run) {
    switch (step.kind()) {
      case CLAIM, SETTLE -> runOfAttempt.put(step.attempt(), run);
      case REBIND -> {
        if (applied) {
          runOfAttempt.put(step.attempt(), run);
          takenOver.add(step.from());
          WiredRun loser = runOfAttempt.get(step.from());
          if (loser != null) {
            loser.loses(Set.copyOf(step.names()));
          }
        }
      }
      case PLAN -> refusedPlans += applied ? 0 : 1;
      case LAND -> refusedLands += applied ? 0 : 1;
      case FENCE -> (applied ? fencedBeforePlan : fencedAfterPlan).add(step.attempt());
      case SEAL -> seals += applied ? 1 : 0;
      case RENEW, DONE, OTHER -> {}
    }
  }

  synchronized void addRun() {
    runs++;
  }

  synchronized void addKill(String point) {
    kills.merge(point, 1L, Long::sum);
  }

  synchronized void addZombie(String point) {
    zombies.merge(point, 1L, Long::sum);
  }

  synchronized void addFault(String kind) {
    faults.merge(kind, 1L, Long::sum);
  }

  synchronized void addOutage(String kind) {
    outages.merge(kind, 1L, Long::sum);
  }

  /** What an audit found; {@code missing} counts only when everything should be there. */
  synchronized void addAudit(long wrong) {
    audits++;
    violations += wrong;
  }

  /** The books of a lake that was audited to the end. */
  synchronized void addLake(long eventsSent, long eventsLanded, long copies, long letters) {
    sent += eventsSent;
    landed += eventsLanded;
    duplicates += copies;
    deadLetters += letters;
  }

  /** A run was killed, and another one has finished its work. */
  synchronized void addRecovery(int batchRecords, int repeated) {
    recoveries.add(new Recovery(batchRecords, repeated));
  }

  /** How long a run took to take over what dead ones had left; 0 if there was nothing. */
  synchronized void addSettling(double seconds) {
    if (seconds > 0) {
      settlings.add(seconds);
    }
  }

  synchronized void undisturbed(double seconds) {
    undisturbedSeconds = seconds;
  }

  /** The kinds of faults that were injected. */
  synchronized Set<String> faultKinds() {
    return Set.copyOf(faults.keySet());
  }

  /** The table. */
  @Override
  public synchronized String toString() {
    StringBuilder table = new StringBuilder("Runs on Redis and S3, killed, frozen and cut off\n\n");
    row(table, "runs of the command", runs);
    row(table, "kill -9", sum(kills));
    kills.forEach((point, count) -> row(table, "  " + point, count));
    row(table, "zombies (SIGSTOP past the takeover, SIGCONT; late requests)", sum(zombies));
    zombies.forEach((point, count) -> row(table, "  " + point, count));
    row(table, "outages of Redis", sum(outages));
    outages.forEach((kind, count) -> row(table, "  " + kind, count));
    row(table, "faults of S3, Redis and the network", sum(faults));
    faults.forEach((kind, count) -> row(table, "  " + kind, count));
    row(table, "attempts fenced before they had planned", fencedBeforePlan.size());
    row(table, "attempts fenced after they had planned", fencedAfterPlan.size());
    row(table, "attempts whose claims were taken over", takenOver.size());
    row(table, "files sealed", seals);
    row(table, "plans refused", refusedPlans);
    row(table, "files refused, by a seal or as landed already", refusedLands);
    table.append('\n');
    row(table, "distinct events sent", sent);
    row(table, "events landed", landed);
    row(table, "copies recognised as duplicates", duplicates);
    row(table, "dead letters landed", deadLetters);
    row(table, "audits after kills and at the end", audits);
    row(table, "missing, duplicated, unexpected, altered, misplaced", violations);
    appendRecoveries(table);
    return table.toString();
  }

  private void appendRecoveries(StringBuilder table) {
    table.append("\nRecovery after a kill\n\n");
    List<Recovery> settled = recoveries.stream().filter(r -> r.repeated() > 0).toList();
    row(table, "killed runs", recoveries.size());
    row(table, "of them, runs that left records to be processed again", settled.size());
    row(table, "records processed again", settled.stream().mapToLong(Recovery::repeated).sum());
    row(
        table,
        "most records processed again after one kill",
        settled.stream().mapToLong(Recovery::repeated).max().orElse(0));
    row(
        table,
        "most records in a batch that was killed",
        recoveries.stream().mapToLong(Recovery::batchRecords).max().orElse(0));
    List<Double> sorted = settlings.stream().sorted().toList();
    if (!sorted.isEmpty()) {
      table.append(
          ("seconds from a run's start until it had taken over the last claims of dead attempts:"
                  + " median %.1f, most %.1f%n")
              .formatted(sorted.get(sorted.size() / 2), sorted.get(sorted.size() - 1)));
    }
    if (undisturbedSeconds > 0) {
      table.append("seconds of an undisturbed run: %.1f%n".formatted(undisturbedSeconds));
    }
  }

  private static void row(StringBuilder table, String name, long count) {
    table.append("%-62s %,9d%n".formatted(name, count));
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
