package dev.weir.cli.ledger;

import dev.weir.claim.Attempt;
import dev.weir.cli.ledger.AttemptEntry.PlannedFile;
import dev.weir.cli.ledger.AttemptEntry.State;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the ledger of a lake: each refresh reads what is new, and adds it to totals that depend
 * on the ledger alone. Whoever reads the same ledger from the beginning has the same totals.
 *
 * <p>An attempt counts when its plan is there and each of its files has the planned size; until
 * then it is unfinished. A plan with an entry that replaces it ({@code .sealed.json}) counts as
 * that says. A plan that is old counts without a look at its files, because looking at all files of
 * a large lake would take too long, and one that was unfinished until then counts as well: whoever
 * reads it later for the first time cannot tell the two apart. Should it turn out later that it was
 * sealed, its counts are taken away again.
 *
 * <p>Kept for each attempt is only that it was read. Refreshed by one thread; views may be taken by
 * any. After a failed refresh the next one goes on where it stopped.
 */
public final class LedgerTail implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LedgerTail.class);

  /** An attempt's id tells when it began; its plan comes later, and its seal later still. */
  static final Duration OVERLAP = Duration.ofMinutes(15);

  /** How long seals and plans that came still later may stay unseen. */
  static final Duration FULL_EVERY = Duration.ofMinutes(10);

  private static final int CHUNK = 256;
  private static final int MAX_PENDING = 10_000;
  private static final int MAX_DAMAGED_NAMED = 20;
  private static final int REMOTE_THREADS = 32;
  private static final String PLAN = ".json";
  private static final String SEALED = ".sealed.json";

  private final LedgerFiles files;
  private final Instant since;
  private final Duration trustAfter;
  private final Clock clock;
  private final ExecutorService readers;
  private final int threads;
  private final Map<Attempt, Known> known = new HashMap<>();
  private final Map<Attempt, Pending> pending = new TreeMap<>();
  private final Set<String> damaged = new TreeSet<>();
  private final Object lock = new Object();
  private final Book book = Book.whole();
  private int unfinished;
  private Instant refreshed = Instant.EPOCH;
  private Instant newest = Instant.EPOCH;
  private @Nullable Instant lastFull;

  /** What became of an attempt that was read. */
  private enum Known {
    COUNTED,
    PENDING,
    SEALED,
    FENCED,
    DAMAGED,
    /** It planned before the time that is asked for. */
    EARLIER
  }

  /** An object to be read: an attempt's plan or fence, or what replaces its plan. */
  private record Found(Attempt attempt, boolean sealed, boolean wasCounted) {
    String name() {
      return attempt + (sealed ? SEALED : PLAN);
    }
  }

  /**
   * A plan whose files are not all there.
   *
   * @param present how many of them, from the first, are known to be there
   */
  private record Pending(AttemptEntry entry, int present) {
    boolean isComplete() {
      return present == entry.files.size();
    }
  }

  /** What was read of an attempt; a pending one only if it is unfinished. */
  private record Read(Found found, Known known, @Nullable Pending pending) {}

  /** A part of what is new, read by one thread. */
  private record Chunk(Book book, List<Read> read) {}

  /**
   * A tail. Nothing is read yet.
   *
   * @param files the ledger, closed with this
   * @param since attempts that planned before do not count
   * @param trustAfter plans that are older than this count, and nobody looks for their files
   */
  public LedgerTail(LedgerFiles files, Instant since, Duration trustAfter, Clock clock) {
    this.files = files;
    this.since = since;
    this.trustAfter = trustAfter;
    this.clock = clock;
    this.threads = files.isRemote() ? REMOTE_THREADS : Runtime.getRuntime().availableProcessors();
    this.readers =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "weir-ledger");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Reads what is new.
   *
   * @throws IOException if the store could not answer; refresh again
   */
  public void refresh() throws IOException {
    Instant now = clock.instant();
    Instant full = lastFull;
    boolean whole = full == null || Duration.between(full, now).compareTo(FULL_EVERY) >= 0;
    List<Found> found = unread(files.names(whole ? firstName() : recentName(now)));
    recheck(now, found);
    int skipped = readAll(found, now);
    synchronized (lock) {
      unfinished = pending.size() + skipped;
      refreshed = now;
    }
    if (whole) {
      lastFull = now;
    }
  }

  private String firstName() {
    return since.isAfter(Instant.EPOCH.plus(Duration.ofDays(1)))
        ? nameAt(since.minus(Duration.ofDays(1))) // a batch takes less
        : "";
  }

  private String recentName(Instant now) {
    Instant from = newest.isBefore(now) ? newest : now;
    return nameAt(from.minus(OVERLAP));
  }

  private static String nameAt(Instant time) {
    return String.format("%08x", Math.max(0, time.getEpochSecond()));
  }

  /** The objects that were not read, in the order of their attempts. */
  private List<Found> unread(List<String> names) {
    List<Found> unread = new ArrayList<>();
    for (String name : names) {
      Attempt attempt = attempt(name);
      if (attempt == null) {
        continue;
      }
      Known state = known.get(attempt);
      if (name.endsWith(SEALED)) {
        if (state != Known.SEALED && state != Known.EARLIER && !damaged.contains(name)) {
          int last = unread.size() - 1;
          if (last >= 0 && unread.get(last).attempt().equals(attempt)) {
            unread.remove(last);
          }
          unread.add(new Found(attempt, true, state == Known.COUNTED));
        }
      } else if (state == null) {
        unread.add(new Found(attempt, false, false));
      }
    }
    return unread;
  }

  /** Whose object it is; null if it is none of the ledger's. */
  private static @Nullable Attempt attempt(String name) {
    int length = Attempt.TEXT_LENGTH;
    if (name.length() <= length
        || !name.substring(length).equals(PLAN) && !name.substring(length).equals(SEALED)) {
      return null;
    }
    try {
      return Attempt.parse(name.substring(0, length));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * Looks again for the files of unfinished attempts; those that have become old count without.
   *
   * @param found what is read next: a seal among it decides about its attempt alone
   */
  private void recheck(Instant now, List<Found> found) throws IOException {
    Set<Attempt> decided = found.stream().map(Found::attempt).collect(Collectors.toSet());
    List<Future<Pending>> checks = new ArrayList<>();
    for (Pending one : List.copyOf(pending.values())) {
      if (decided.contains(one.entry().attempt)) {
        continue;
      }
      if (isTrusted(one.entry(), now)) {
        finish(one.entry());
      } else {
        checks.add(readers.submit(() -> look(one)));
      }
    }
    for (Future<Pending> check : checks) {
      Pending looked = await(check);
      if (looked.isComplete()) {
        finish(looked.entry());
      } else {
        pending.put(looked.entry().attempt, looked);
      }
    }
  }

  private void finish(AttemptEntry entry) {
    synchronized (lock) {
      pending.remove(entry.attempt);
      known.put(entry.attempt, Known.COUNTED);
      book.add(entry);
    }
  }

  private boolean isTrusted(AttemptEntry entry, Instant now) {
    return entry.at().isBefore(now.minus(trustAfter));
  }

  /** A file of another size than the planned one is a seal: its attempt does not count so. */
  private Pending look(Pending one) throws IOException {
    List<PlannedFile> planned = one.entry().files;
    int present = one.present();
    while (present < planned.size()) {
      PlannedFile file = planned.get(present);
      if (files.bytes(file.key()).orElse(-1) != file.bytes()) {
        break;
      }
      present++;
    }
    return new Pending(one.entry(), present);
  }

  /**
   * Reads objects in parallel, and adds what they say in their order.
   *
   * @return how many unfinished attempts are to be read again, because too many are
   */
  private int readAll(List<Found> found, Instant now) throws IOException {
    if (found.isEmpty()) {
      return 0;
    }
    Instant horizon = found.get(found.size() - 1).attempt().began();
    Instant ofNewest = horizon.isBefore(now) ? horizon : now;
    int chunk = files.isRemote() ? 8 : CHUNK; // threads that wait are many
    Deque<Future<Chunk>> underWay = new ArrayDeque<>();
    int skipped = 0;
    try {
      for (int from = 0; from < found.size() || !underWay.isEmpty(); from += chunk) {
        if (from < found.size()) {
          List<Found> part = found.subList(from, Math.min(from + chunk, found.size()));
          underWay.add(readers.submit(() -> readChunk(part, ofNewest, now)));
        }
        if (underWay.size() > 2 * threads || from >= found.size()) {
          skipped += add(await(underWay.remove()));
        }
      }
    } finally {
      underWay.forEach(chunks -> chunks.cancel(true));
    }
    newest = ofNewest.isAfter(newest) ? ofNewest : newest;
    return skipped;
  }

  private Chunk readChunk(List<Found> found, Instant ofNewest, Instant now) throws IOException {
    Chunk chunk = new Chunk(Book.part(ofNewest), new ArrayList<>());
    for (Found one : found) {
      Read read = read(one, chunk.book(), now);
      if (read != null) {
        chunk.read().add(read);
      }
    }
    return chunk;
  }

  /** Reads one object; null if it has gone meanwhile. */
  private @Nullable Read read(Found found, Book into, Instant now) throws IOException {
    Optional<byte[]> content = files.read(found.name());
    if (content.isEmpty()) {
      return null;
    }
    AttemptEntry entry;
    try {
      entry = EntryParser.parse(found.attempt(), content.get(), now.minus(trustAfter));
      if (found.sealed() != (entry.state == State.SEALED)) {
        throw new IOException("its state is not that of its name");
      }
    } catch (IOException e) {
      log.warn(
          "an object of the ledger is damaged, and is left out; name={} cause={}",
          found.name(),
          e.getMessage());
      return new Read(found, Known.DAMAGED, null);
    }
    limit(entry, now);
    if (entry.at().isBefore(since)) {
      return new Read(found, Known.EARLIER, null);
    }
    return switch (entry.state) {
      case FENCED -> counted(found, Known.FENCED, entry, into);
      case SEALED -> {
        if (found.wasCounted()) {
          takeAway(found.attempt(), into, now);
        }
        yield counted(found, Known.SEALED, entry, into);
      }
      case PLANNED -> {
        Pending looked = isTrusted(entry, now) ? null : look(new Pending(entry, 0));
        yield looked == null || looked.isComplete()
            ? counted(found, Known.COUNTED, entry, into)
            : new Read(found, Known.PENDING, looked);
      }
    };
  }

  private static Read counted(Found found, Known known, AttemptEntry entry, Book into) {
    into.add(entry);
    return new Read(found, known, null);
  }

  private void takeAway(Attempt attempt, Book from, Instant now) throws IOException {
    byte[] plan =
        files
            .read(attempt + PLAN)
            .orElseThrow(() -> new IOException("the plan of attempt " + attempt + " has gone"));
    AttemptEntry entry = EntryParser.parse(attempt, plan, Instant.MAX);
    limit(entry, now);
    from.takeAway(entry);
  }

  /** Of a clock that is ahead: the future has no place in what is shown. */
  private static void limit(AttemptEntry entry, Instant now) {
    if (entry.at().isAfter(now)) {
      entry.plannedAt = now;
    }
  }

  /** Adds a chunk; what is too much to keep in mind is read again. */
  private int add(Chunk chunk) {
    int skipped = 0;
    synchronized (lock) {
      book.add(chunk.book());
      for (Read read : chunk.read()) {
        skipped += remember(read);
      }
    }
    return skipped;
  }

  private int remember(Read read) {
    Found found = read.found();
    if (read.known() == Known.DAMAGED) {
      damaged.add(found.name());
      known.putIfAbsent(found.attempt(), Known.DAMAGED);
      return 0;
    }
    Pending unfinishedOne = read.pending();
    if (unfinishedOne == null) {
      pending.remove(found.attempt());
    } else if (pending.size() >= MAX_PENDING) {
      return 1;
    } else {
      pending.put(found.attempt(), unfinishedOne);
    }
    known.put(found.attempt(), read.known());
    return 0;
  }

  private static <T> T await(Future<T> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the ledger was read");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException("the ledger could not be read", e.getCause());
    }
  }

  /** What the ledger says about a window that ends with the last refresh. */
  public LedgerView view(Window window) {
    synchronized (lock) {
      List<String> names = damaged.stream().limit(MAX_DAMAGED_NAMED).toList();
      return book.view(window, refreshed, unfinished, damaged.size(), names);
    }
  }

  /** What was asked of the store so far. */
  public LedgerFiles.Requests requests() {
    return files.requests();
  }

  /** How many attempts were read. */
  public int attempts() {
    synchronized (lock) {
      return known.size();
    }
  }

  @Override
  public void close() {
    readers.shutdownNow();
    files.close();
  }
}
