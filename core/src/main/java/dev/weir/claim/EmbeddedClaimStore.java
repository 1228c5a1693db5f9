package dev.weir.claim;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims on one machine without a server: a synced log per day under an index in memory.
 *
 * <p>A directory belongs to one process at a time: a lock is held on its file {@code LOCK} until
 * {@link #close}, and the operating system lets go of it when the process dies in any way. The
 * directory's identity is its {@linkplain #epoch() epoch}, so that a lake can tell its own claims
 * from an empty or another lake's directory.
 *
 * <p>Memory: 24 bytes per slot outside the heap, 30 to 43 per uuid. Disk: 20 bytes per uuid and 28
 * per attempt. Why not a general key-value store: docs/decisions/0002-embedded-claim-store.md.
 *
 * <p>Safe for use by several threads.
 */
public final class EmbeddedClaimStore implements ClaimStore {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedClaimStore.class);

  /** The directories that this process holds. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path lockKey;
  private final FileChannel lockFile;
  private final String epoch;
  private final Duration keep;
  private final Clock clock;
  private final ClaimIndex index = new ClaimIndex();
  private final BitSet done = new BitSet();
  private final ClaimLog claimLog;
  private final long cutBytes;
  private boolean closed;

  /** Guards the log, and {@code this} guards the index; this lock is taken first. */
  private final Object logLock = new Object();

  private EmbeddedClaimStore(
      Path directory, FileChannel lockFile, String epoch, Duration keep, Clock clock)
      throws IOException {
    this.lockKey = directory.toRealPath();
    this.lockFile = lockFile;
    this.epoch = epoch;
    this.keep = keep;
    this.clock = clock;
    long horizon = horizonSeconds();
    index.forgetBefore(horizon);
    ClaimLog.Opened opened = ClaimLog.open(directory, horizon, this::replay);
    this.claimLog = opened.log();
    this.cutBytes = opened.cutBytes();
    if (cutBytes > 0) {
      log.warn("claim log: cut off a torn group; directory={} bytes={}", directory, cutBytes);
    }
  }

  /**
   * Opens the store in a directory, which is created if it does not exist.
   *
   * @param keep how long a claim is kept after its attempt began: the deduplication window and an
   *     allowance for consumers that are behind
   * @throws ClaimsLockedException if another process, or this one, has the directory open
   * @throws IOException if the directory cannot be used or its log is damaged
   */
  public static EmbeddedClaimStore open(Path directory, Duration keep, Clock clock)
      throws IOException {
    Files.createDirectories(directory);
    FileChannel lockFile = lock(directory);
    try {
      return new EmbeddedClaimStore(directory, lockFile, readOrCreateEpoch(directory), keep, clock);
    } catch (IOException | RuntimeException e) {
      unlock(directory.toRealPath(), lockFile);
      throw e;
    }
  }

  @Override
  public String epoch() {
    return epoch;
  }

  @Override
  public boolean isUnused() {
    return size() == 0;
  }

  /** The number of claims held. */
  public synchronized long size() {
    return index.size();
  }

  /** How many bytes of a torn group the start cut off the log; 0 after a clean stop. */
  public long cutBytes() {
    return cutBytes;
  }

  /** The memory that the index takes outside the heap, in bytes. */
  public synchronized long memoryBytes() {
    return index.memoryBytes();
  }

  /** The size of the log on disk, in bytes. */
  public long diskBytes() throws IOException {
    synchronized (logLock) {
      return claimLog.sizeBytes();
    }
  }

  @Override
  public void claim(Claims claims) throws IOException {
    take(claims, ClaimIndex.ABSENT);
  }

  @Override
  public void rebind(Claims claims, Attempt from) throws IOException {
    int fromReference;
    synchronized (this) {
      fromReference = index.reference(from);
    }
    take(claims, fromReference);
  }

  /** Takes what nobody owns, and what {@code fromReference} owns where that is an attempt. */
  private void take(Claims claims, long fromReference) throws IOException {
    int maxBytes = Math.multiplyExact(claims.count(), ClaimLog.CLAIM_BYTES);
    // Nobody may be told of a claim that is not durable, and the log must hold claims in the order
    // in which they were taken, so a call ends before the next one begins.
    synchronized (logLock) {
      claimLog.check();
      ByteBuffer taken = takeInMemory(claims, fromReference, ByteBuffer.allocate(maxBytes));
      if (taken.hasRemaining()) {
        claimLog.append(ClaimLog.Kind.CLAIMED, claims.attempt(), taken, today());
        claimLog.sync();
      }
    }
  }

  private synchronized ByteBuffer takeInMemory(
      Claims claims, long fromReference, ByteBuffer taken) {
    index.forgetBefore(horizonSeconds());
    int mine = index.reference(claims.attempt());
    for (int i = 0; i < claims.count(); i++) {
      long high = claims.high(i);
      long low = claims.low(i);
      int hash = claims.contentHash(i);
      long stored = index.putIfAbsent(high, low, mine, hash);
      boolean takeOver =
          stored != ClaimIndex.ABSENT && ClaimIndex.referenceOf(stored) == fromReference;
      if (takeOver) {
        index.put(high, low, mine, hash);
      }
      if (stored == ClaimIndex.ABSENT || takeOver) {
        taken.putLong(high).putLong(low).putInt(hash);
        claims.setMine(i);
      } else if (ClaimIndex.referenceOf(stored) == mine) {
        claims.setMine(i);
      } else {
        Attempt owner = index.attempt(ClaimIndex.referenceOf(stored));
        claims.setOwner(i, owner, ClaimIndex.hashOf(stored));
      }
    }
    return taken.flip();
  }

  @Override
  public void done(Attempt attempt) throws IOException {
    synchronized (this) {
      done.set(index.reference(attempt));
    }
    synchronized (logLock) {
      claimLog.append(ClaimLog.Kind.DONE, attempt, ByteBuffer.allocate(0), today());
    }
  }

  @Override
  public synchronized Set<Attempt> knownDone(Collection<Attempt> attempts) {
    Set<Attempt> known = new HashSet<>();
    for (Attempt attempt : attempts) {
      if (done.get(index.reference(attempt))) {
        known.add(attempt);
      }
    }
    return known;
  }

  /** Makes the last hints durable and lets go of the directory. */
  @Override
  public void close() throws IOException {
    synchronized (logLock) {
      if (closed) {
        return;
      }
      closed = true;
      try {
        claimLog.close();
      } finally {
        unlock(lockKey, lockFile);
      }
    }
  }

  private void replay(ClaimLog.Kind kind, Attempt attempt, ByteBuffer body) {
    if (attempt.began().getEpochSecond() < horizonSeconds()) {
      return;
    }
    int reference = index.reference(attempt);
    if (kind == ClaimLog.Kind.DONE) {
      done.set(reference);
    }
    while (body.hasRemaining()) {
      index.put(body.getLong(), body.getLong(), reference, body.getInt());
    }
  }

  private long horizonSeconds() {
    return clock.instant().minus(keep).getEpochSecond();
  }

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
  }

  /**
   * Takes the directory's lock. Directories of this process are told apart first: POSIX drops a
   * process's locks on a file as soon as any of its channels on that file is closed, so the file
   * must not even be read while the lock is held.
   */
  private static FileChannel lock(Path directory) throws IOException {
    Path key = directory.toRealPath();
    if (!HELD.add(key)) {
      throw new ClaimsLockedException(directory, Long.toString(ProcessHandle.current().pid()));
    }
    FileChannel channel = null;
    try {
      Path file = directory.resolve("LOCK");
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        throw new ClaimsLockedException(directory, Files.readString(file).strip());
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
      return channel;
    } catch (IOException | RuntimeException e) {
      unlock(key, channel);
      throw e;
    }
  }

  /** Whether this process has the directory open. */
  static boolean isHeldHere(Path directory) throws IOException {
    return HELD.contains(directory.toRealPath());
  }

  private static void unlock(Path key, @Nullable FileChannel channel) throws IOException {
    try {
      if (channel != null) {
        channel.close();
      }
    } finally {
      HELD.remove(key);
    }
  }

  private static String readOrCreateEpoch(Path directory) throws IOException {
    Path file = directory.resolve("EPOCH");
    if (!Files.exists(file)) {
      Path draft = directory.resolve("EPOCH.draft");
      try (FileChannel channel =
          FileChannel.open(
              draft,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        channel.write(
            ByteBuffer.wrap(UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8)));
        channel.force(true);
      }
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
      ClaimLog.syncDirectory(directory);
    }
    return Files.readString(file).strip();
  }
}
