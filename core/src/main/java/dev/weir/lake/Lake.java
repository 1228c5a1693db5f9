package dev.weir.lake;

import dev.weir.claim.Attempt;
import dev.weir.claim.ClaimStore;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
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
 * _weir/replayed/&lt;attempt&gt;.json                        the dead letters that it brought to an end
 * _weir/claims-epoch, _weir/claims-epoch-00002, …      which claim store this lake belongs to
 * _weir/claims-rebuild-&lt;epoch&gt;                         a claim store is being filled
 * _weir/profile/00000001.json, …                      which fields events have; the last counts
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
  private static final String REPLAYED = "_weir/replayed/";
  private static final String PLAN_ENDING = ".json";
  private static final String PROFILES = "_weir/profile/";
  private static final String CLAIMS_EPOCH = "_weir/claims-epoch";
  private static final String CLAIMS_REBUILD = "_weir/claims-rebuild-";
  private static final Pattern PROFILE = Pattern.compile(PROFILES + "\\d{8}\\.json");
  private static final Logger log = LoggerFactory.getLogger(Lake.class);

  private final ObjectStore store;
  private final DataFiles dataFiles;
  private final List<Column> eventColumns;
  private final List<Column> deadLetterColumns;
  private final ExecutorService uploads;

  /**
   * A lake of Parquet files in an object store.
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
    this(
        store,
        new ParquetFiles(scratch),
        eventColumns,
        deadLetterColumns,
        Executors.newFixedThreadPool(
            parallelPuts,
            task -> {
              Thread thread = new Thread(task, "weir-put");
              thread.setDaemon(true);
              return thread;
            }));
  }

  /**
   * A lake in an object store.
   *
   * @param store where the objects are
   * @param dataFiles makes and reads data files; closed with the lake
   * @param eventColumns the columns of the events' files, for seals
   * @param deadLetterColumns the columns of the dead letters' files, for seals
   * @param uploads runs an attempt's puts; shut down with the lake
   */
  public Lake(
      ObjectStore store,
      DataFiles dataFiles,
      List<Column> eventColumns,
      List<Column> deadLetterColumns,
      ExecutorService uploads) {
    this.store = store;
    this.dataFiles = dataFiles;
    this.eventColumns = List.copyOf(eventColumns);
    this.deadLetterColumns = List.copyOf(deadLetterColumns);
    this.uploads = uploads;
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
      // Not by listing: a store may list late what it has just taken from another process.
      bound = Optional.of(new String(existing(CLAIMS_EPOCH), StandardCharsets.UTF_8).strip());
    }
    if (!bound.get().equals(epoch)) {
      throw WrongClaimsException.notThisLakes(bound.get(), epoch);
    }
  }

  /** An object of which the store has said that it exists. */
  private byte[] existing(String key) throws IOException {
    return store
        .read(key)
        .orElseThrow(
            () ->
                new IOException(
                    key + " exists and cannot be read: the store contradicts itself; try again"));
  }

  /**
   * Says that a claim store is about to be filled with what this lake holds. Called again after a
   * crash, it lets the filling go on.
   *
   * @throws WrongClaimsException if the claim store remembers other events
   * @throws IOException if a store could not answer; retry
   */
  public void beginRebuild(ClaimStore claims) throws IOException, WrongClaimsException {
    String marker = CLAIMS_REBUILD + claims.epoch();
    if (boundEpoch().equals(Optional.of(claims.epoch())) || store.read(marker).isPresent()) {
      return;
    }
    if (!claims.isUnused()) {
      throw WrongClaimsException.notEmpty(claims.epoch());
    }
    store.putIfAbsent(marker, new byte[0]);
  }

  /**
   * Ties the lake to a claim store that holds a claim on everything that the lake holds, in the
   * place of the one before. Objects never change, so each binding has a number, and the last one
   * counts.
   *
   * @throws WrongClaimsException if another process bound other claims meanwhile
   * @throws IOException if the store could not answer; retry
   */
  public void endRebuild(ClaimStore claims) throws IOException, WrongClaimsException {
    String epoch = claims.epoch();
    List<String> bindings = store.list(CLAIMS_EPOCH);
    if (!boundEpoch().equals(Optional.of(epoch))) {
      String next =
          bindings.isEmpty()
              ? CLAIMS_EPOCH
              : "%s-%05d".formatted(CLAIMS_EPOCH, bindings.size() + 1);
      store.putIfAbsent(next, epoch.getBytes(StandardCharsets.UTF_8));
    }
    bindClaims(claims);
  }

  /** The claim store that the lake is tied to, the last one if there were several. */
  private Optional<String> boundEpoch() throws IOException {
    return boundEpoch(store);
  }

  /**
   * The claim store that the lake in a store is tied to, the last one if there were several.
   *
   * @throws IOException if the store could not answer; retry
   */
  public static Optional<String> boundEpoch(ObjectStore store) throws IOException {
    List<String> bindings = store.list(CLAIMS_EPOCH);
    return bindings.isEmpty()
        ? Optional.empty()
        : store
            .read(bindings.get(bindings.size() - 1))
            .map(text -> new String(text, StandardCharsets.UTF_8).strip());
  }

  /**
   * The attempts that planned something, or were fenced, in ascending order.
   *
   * @param since those that began before it are left out
   * @throws IOException if the store could not answer; retry
   */
  public List<Attempt> attempts(Instant since) throws IOException {
    return store.list(ATTEMPTS).stream()
        .map(key -> key.substring(ATTEMPTS.length()))
        .filter(name -> name.length() == Attempt.TEXT_LENGTH + PLAN_ENDING.length())
        .map(name -> Attempt.parse(name.substring(0, Attempt.TEXT_LENGTH)))
        .filter(attempt -> !attempt.began().isBefore(since))
        .toList();
  }

  /**
   * A profile of the events' fields.
   *
   * @param number its number, from 1 on
   * @param content what was written
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record StoredProfile(int number, byte[] content) {}

  /**
   * The profile of the highest number, or empty if there is none.
   *
   * @throws IOException if the store could not answer; ask again
   */
  public Optional<StoredProfile> latestProfile() throws IOException {
    List<String> keys =
        store.list(PROFILES).stream().filter(key -> PROFILE.matcher(key).matches()).toList();
    if (keys.isEmpty()) {
      return Optional.empty();
    }
    String last = keys.get(keys.size() - 1);
    int number = Integer.parseInt(last.substring(PROFILES.length(), PROFILES.length() + 8));
    return store.read(last).map(content -> new StoredProfile(number, content));
  }

  /**
   * Writes a profile, unless there is one of its number.
   *
   * @return whether it was written
   * @throws IOException if the outcome is unknown
   */
  public boolean createProfile(int number, byte[] content) throws IOException {
    return store.putIfAbsent("%s%08d.json".formatted(PROFILES, number), content)
        == ObjectStore.Put.CREATED;
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
      if (!Arrays.equals(existing(key), content)) {
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
    List<Callable<Boolean>> puts = new ArrayList<>();
    PutsUnderWay underWay = new PutsUnderWay();
    for (int i = 0; i < files.size(); i++) {
      Path file = files.get(i).file();
      String key = keys.get(i);
      puts.add(() -> underWay.call(() -> landOne(attempt, key, file)));
    }
    int sealed = -1;
    IOException failure = null;
    try {
      // Every put is awaited, also after a failure: nothing goes on behind the caller's back.
      List<Future<Boolean>> over = uploads.invokeAll(puts);
      for (int i = 0; i < over.size(); i++) {
        try {
          if (!over.get(i).get()) {
            sealed = i;
          }
        } catch (ExecutionException e) {
          failure = unwrap(e, failure);
        }
      }
    } catch (InterruptedException e) {
      underWay.end();
      Thread.currentThread().interrupt();
      throw (IOException)
          new InterruptedIOException("interrupted while landing attempt " + attempt).initCause(e);
    }
    if (sealed >= 0) {
      throw new FencedException(attempt, keys.get(sealed));
    }
    if (failure != null) {
      throw failure;
    }
  }

  /**
   * The puts of one attempt that are being made. Those that are cancelled are interrupted, and end
   * a little later: nothing may go on when their caller goes on.
   */
  private static final class PutsUnderWay {
    private int count;
    private boolean ended;

    boolean call(Callable<Boolean> put) throws Exception {
      synchronized (this) {
        if (ended) {
          return false;
        }
        count++;
      }
      try {
        return put.call();
      } finally {
        synchronized (this) {
          count--;
          notifyAll();
        }
      }
    }

    /** Lets none begin any more, and waits until all that did have ended. */
    synchronized void end() {
      ended = true;
      while (count > 0) {
        try {
          wait();
        } catch (InterruptedException e) {
          // The caller knows already that it was interrupted.
        }
      }
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
    Landed landed = settle(dead, by);
    Set<UUID> uuids = landed.events();
    uuids.addAll(landed.deadLetters());
    log.warn("fenced an attempt; attempt={} by={} landed={}", dead, by, uuids.size());
    return uuids;
  }

  /**
   * What an attempt has landed, for good.
   *
   * @param events the uuids of its events
   * @param deadLetters the uuids of its dead letters
   */
  public record Landed(Set<UUID> events, Set<UUID> deadLetters) {}

  /**
   * Does what {@link #fence} does, for an attempt that may well be complete: nothing of that one is
   * sealed.
   *
   * @throws IOException if it could not be settled; settle again
   */
  public Landed settle(Attempt attempt, Attempt by) throws IOException {
    String planKey = planKey(attempt);
    Landed landed = new Landed(new HashSet<>(), new HashSet<>());
    if (store.putIfAbsent(planKey, Plan.fence(attempt, by)) == ObjectStore.Put.EXISTS) {
      boolean anySealed = false;
      for (Plan.PlannedFile file : Plan.parse(existing(planKey)).files()) {
        Optional<Set<UUID>> uuids = sealUnlessLanded(file.key(), attempt);
        anySealed |= uuids.isEmpty();
        (isEvents(file.key()) ? landed.events() : landed.deadLetters())
            .addAll(uuids.orElse(Set.of()));
      }
      if (anySealed) {
        byte[] entry =
            Plan.sealed(attempt, by, landed.events().size(), landed.deadLetters().size());
        store.putIfAbsent(ATTEMPTS + attempt + ".sealed.json", entry);
      }
    }
    return landed;
  }

  /** Seals a key; or the uuids of the data that landed there first. */
  private Optional<Set<UUID>> sealUnlessLanded(String key, Attempt dead) throws IOException {
    try {
      return landed(key); // what is there stays, and saves the seal
    } catch (NoSuchFileException e) {
      // Only a put can tell that nothing will be there.
    }
    List<Column> columns = isEvents(key) ? eventColumns : deadLetterColumns;
    try (DataFiles.Seal seal = dataFiles.seal(columns, dead)) {
      if (store.putIfAbsent(key, seal.file()) == ObjectStore.Put.CREATED) {
        return Optional.empty();
      }
    }
    return landed(key);
  }

  /** The uuids of a data object, or nothing for a seal. */
  private Optional<Set<UUID>> landed(String key) throws IOException {
    Path present = store.fetch(key, dataFiles.scratch());
    try {
      return dataFiles.mark(present).isSeal()
          ? Optional.empty()
          : Optional.of(
              dataFiles.uuids(present, isEvents(key) ? "event_uuid" : "dead_letter_uuid"));
    } finally {
      store.discard(present);
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
    DataFiles.Mark mark = mark(key);
    if (attempt.equals(mark.attempt())) {
      return true; // an earlier put of mine, whose answer was lost
    }
    if (mark.isSeal()) {
      return false;
    }
    throw new IOException(
        "the object %s is neither attempt %s's nor a seal: something else writes to this lake"
            .formatted(key, attempt));
  }

  /**
   * The uuids of the events in files that were written and have not been given up yet.
   *
   * @throws IOException if a file cannot be read
   */
  public Set<UUID> eventUuids(List<StagedFile> files) throws IOException {
    Set<UUID> uuids = new HashSet<>();
    for (StagedFile file : files) {
      if (isEvents(file.folder())) {
        uuids.addAll(dataFiles.uuids(file.file(), "event_uuid"));
      }
    }
    return uuids;
  }

  /**
   * Remembers which dead letters a replay has brought to an end. What they have become is in the
   * lake before; losing this costs a look there, never an event.
   *
   * @throws IOException if the outcome is unknown; call it again
   */
  public void markReplayed(ReplayMark mark) throws IOException {
    store.putIfAbsent(REPLAYED + mark.attempt() + ".json", mark.toJson());
  }

  private DataFiles.Mark mark(String key) throws IOException {
    Path present = store.fetch(key, dataFiles.scratch());
    try {
      return dataFiles.mark(present);
    } finally {
      store.discard(present);
    }
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
    return ATTEMPTS + attempt + PLAN_ENDING;
  }

  /** Stops the uploads and releases the store. */
  @Override
  public void close() {
    uploads.shutdownNow();
    dataFiles.close();
    store.close();
  }
}
