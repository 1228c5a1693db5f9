package dev.weir.lake;

import dev.weir.claim.Attempt;
import dev.weir.claim.ClaimStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table and the protocol's objects in it: steps 4 and 5 of an attempt, and the fencing of
 * another.
 *
 * <pre>
 * events/date=…/event_type=…/&lt;attempt&gt;-&lt;i&gt;.parquet    the table
 * dead_letters/date=…/&lt;attempt&gt;-&lt;i&gt;.parquet           what could not become an event
 * _weir/attempts/&lt;attempt&gt;.json                       plans, with the ledger
 * _weir/attempts/&lt;attempt&gt;.sealed.json                what counts of a plan that was sealed
 * _weir/claims-epoch                                   which claim store this lake belongs to
 * </pre>
 *
 * <p>A data object's key is written at most once, by its attempt or by a seal, and an attempt
 * writes only keys that its plan lists. Safe for use by several threads.
 */
public final class Lake implements AutoCloseable {
  /** The folder of the table of events. */
  public static final String EVENTS = "events";

  /** The folder of the table of dead letters. */
  public static final String DEAD_LETTERS = "dead_letters";

  private static final String ATTEMPTS = "_weir/attempts/";
  static final String CLAIMS_EPOCH = "_weir/claims-epoch";
  private static final Logger log = LoggerFactory.getLogger(Lake.class);

  private final ObjectStore store;
  private final ParquetFiles parquet = new ParquetFiles();
  private final Path scratch;
  private final List<Column> eventColumns;
  private final List<Column> deadLetterColumns;
  private final ExecutorService uploads;

  /**
   * A lake in an object store.
   *
   * @param store where the objects are
   * @param scratch a local directory for seals and downloads
   * @param eventColumns the columns of the events' files, for seals
   * @param deadLetterColumns the columns of the dead letters' files, for seals
   * @param parallelPuts how many objects are put at once, at least 1
   */
  public Lake(
      ObjectStore store,
      Path scratch,
      List<Column> eventColumns,
      List<Column> deadLetterColumns,
      int parallelPuts) {
    this.store = store;
    this.scratch = scratch;
    this.eventColumns = List.copyOf(eventColumns);
    this.deadLetterColumns = List.copyOf(deadLetterColumns);
    this.uploads =
        Executors.newFixedThreadPool(
            parallelPuts,
            task -> {
              Thread thread = new Thread(task, "weir-put");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Ties the lake to its claim store, the first time for good. Without this check a lost claim
   * store would land every event again, and that of another lake would keep events from this one.
   *
   * @throws WrongClaimsException if the lake belongs to another claim store, or the claim store to
   *     another lake
   * @throws IOException if a store could not answer; retry
   */
  public void bindClaims(ClaimStore claims) throws IOException, WrongClaimsException {
    String epoch = claims.epoch();
    Optional<String> bound = boundEpoch();
    if (bound.isEmpty() && !claims.isUnused()) {
      // Another process that starts now binds the lake before it claims anything.
      bound = boundEpoch();
      if (bound.isEmpty()) {
        throw WrongClaimsException.ofAnotherLake(epoch);
      }
    }
    if (bound.isEmpty()) {
      store.putIfAbsent(CLAIMS_EPOCH, epoch.getBytes(StandardCharsets.UTF_8));
      bound = boundEpoch();
    }
    if (!bound.orElseThrow().equals(epoch)) {
      throw WrongClaimsException.notThisLakes(bound.orElseThrow(), epoch);
    }
  }

  private Optional<String> boundEpoch() throws IOException {
    return store.read(CLAIMS_EPOCH).map(text -> new String(text, StandardCharsets.UTF_8).strip());
  }

  /**
   * Step 4, PLAN: announces the files that the attempt will land, and records its ledger entry.
   *
   * @return the key of each staged file, in their order
   * @throws FencedException if the attempt was fenced; nothing of it has landed
   * @throws IOException if the outcome is unknown; the attempt must be given up
   */
  public List<String> plan(Attempt attempt, List<StagedFile> files, LedgerEntry ledger)
      throws IOException, FencedException {
    List<Plan.PlannedFile> planned = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      StagedFile file = files.get(i);
      String key = "%s/%s-%d.parquet".formatted(file.folder(), attempt, i);
      planned.add(new Plan.PlannedFile(key, file.rows(), file.bytes()));
    }
    byte[] content = new Plan(attempt, planned).toJson(ledger);
    String key = planKey(attempt);
    if (store.putIfAbsent(key, content) == ObjectStore.Put.EXISTS) {
      // Mine, from a put whose answer was lost, or a fence.
      if (!Arrays.equals(store.read(key).orElseThrow(), content)) {
        throw new FencedException(attempt, key);
      }
    }
    return planned.stream().map(Plan.PlannedFile::key).toList();
  }

  /**
   * Step 5, LAND: creates every planned object, in parallel, and returns when all are durable.
   *
   * @param keys the keys that {@link #plan} returned for the files
   * @throws FencedException if a key was sealed: what has landed is accounted for by the fencer
   * @throws IOException if an outcome is unknown; the attempt must be given up
   */
  public void land(Attempt attempt, List<StagedFile> files, List<String> keys)
      throws IOException, FencedException {
    List<Future<Boolean>> puts = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      Path file = files.get(i).file();
      String key = keys.get(i);
      puts.add(uploads.submit(() -> landOne(attempt, key, file)));
    }
    int sealed = -1;
    IOException failure = null;
    for (int i = 0; i < puts.size(); i++) {
      // Every put is awaited, also after a failure: nothing goes on behind the caller's back.
      try {
        if (!puts.get(i).get()) {
          sealed = i;
        }
      } catch (ExecutionException e) {
        failure = unwrap(e, failure);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        puts.forEach(put -> put.cancel(true));
        throw new IOException("interrupted while landing attempt " + attempt, e);
      }
    }
    if (sealed >= 0) {
      throw new FencedException(attempt, keys.get(sealed));
    }
    if (failure != null) {
      throw failure;
    }
  }

  /**
   * Makes sure that a dead attempt can never land anything more, and tells what it has landed.
   *
   * @param dead the attempt to be fenced
   * @param by the attempt that fences it
   * @return the uuids of its events and dead letters that are in the lake, for good
   * @throws IOException if it may not be fenced yet; fence again
   */
  public Set<UUID> fence(Attempt dead, Attempt by) throws IOException {
    String planKey = planKey(dead);
    Set<UUID> landed = new HashSet<>();
    if (store.putIfAbsent(planKey, Plan.fence(dead, by)) == ObjectStore.Put.EXISTS) {
      boolean anySealed = false;
      long events = 0;
      for (Plan.PlannedFile file : Plan.parse(store.read(planKey).orElseThrow()).files()) {
        Optional<Set<UUID>> uuids = sealUnlessLanded(file.key(), dead);
        anySealed |= uuids.isEmpty();
        landed.addAll(uuids.orElse(Set.of()));
        events += isEvents(file.key()) ? uuids.orElse(Set.of()).size() : 0;
      }
      if (anySealed) {
        byte[] entry = Plan.sealed(dead, by, events, landed.size() - events);
        store.putIfAbsent(ATTEMPTS + dead + ".sealed.json", entry);
      }
    }
    log.warn("fenced an attempt; attempt={} by={} landed={}", dead, by, landed.size());
    return landed;
  }

  /** Seals a key; or the uuids of the data that landed there first. */
  private Optional<Set<UUID>> sealUnlessLanded(String key, Attempt dead) throws IOException {
    Path seal = Files.createTempFile(Files.createDirectories(scratch), "seal", ".parquet");
    try {
      parquet.writeSeal(seal, isEvents(key) ? eventColumns : deadLetterColumns, dead);
      if (store.putIfAbsent(key, seal) == ObjectStore.Put.CREATED) {
        return Optional.empty();
      }
      Path present = store.fetch(key, scratch);
      return parquet.attempt(present, ParquetFiles.SEAL_KEY) != null
          ? Optional.empty()
          : Optional.of(parquet.uuids(present, isEvents(key) ? "event_uuid" : "dead_letter_uuid"));
    } finally {
      Files.deleteIfExists(seal);
    }
  }

  private static boolean isEvents(String key) {
    return key.startsWith(EVENTS + "/");
  }

  /** Lands one file; false if its key was sealed. */
  private boolean landOne(Attempt attempt, String key, Path file) throws IOException {
    if (store.putIfAbsent(key, file) == ObjectStore.Put.CREATED) {
      return true;
    }
    Path present = store.fetch(key, scratch);
    if (attempt.equals(parquet.attempt(present, ParquetFiles.ATTEMPT_KEY))) {
      return true; // an earlier put of mine, whose answer was lost
    }
    if (parquet.attempt(present, ParquetFiles.SEAL_KEY) != null) {
      return false;
    }
    throw new IOException(
        "the object %s is neither attempt %s's nor a seal: something else writes to this lake"
            .formatted(key, attempt));
  }

  private static IOException unwrap(ExecutionException e, @Nullable IOException earlier) {
    IOException failure =
        e.getCause() instanceof IOException io ? io : new IOException("landing failed", e);
    if (earlier != null) {
      failure.addSuppressed(earlier);
    }
    return failure;
  }

  private static String planKey(Attempt attempt) {
    return ATTEMPTS + attempt + ".json";
  }

  /** Stops the uploads' threads and releases the store. */
  @Override
  public void close() {
    uploads.shutdownNow();
    parquet.close();
    store.close();
  }
}
