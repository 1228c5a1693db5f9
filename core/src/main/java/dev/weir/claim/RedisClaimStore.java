package dev.weir.claim;

import dev.weir.claim.RedisNodes.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;

/**
 * Claims in Redis or Valkey, one server or a cluster, shared by many processes.
 *
 * <p>A claim takes about 40 bytes of the server's memory ({@link RedisLayout}). A call costs one
 * round trip: one script call per {@value #MAX_CLAIMS_PER_CALL} uuids, in a cluster per hash tag,
 * all of them pipelined. The script ({@code claim.lua}) is atomic, and running it again for the
 * same attempt changes nothing; so a call whose answer was lost is repeated.
 *
 * <p>The store's identity is its {@linkplain #epoch() epoch}. It is checked by every script call:
 * when Redis loses its data under a running process, calls fail instead of claiming everything
 * anew.
 *
 * <p>A claim is as durable as what Redis has acknowledged: plain Redis may lose the last second at
 * a crash or a failover, and for the uuids of that second exactly once becomes at least once.
 *
 * <p>A claim's age is told by this process's clock, and an unused bucket expires by the server's: a
 * clock that is days ahead forgets claims.
 *
 * <p>Safe for use by several threads.
 */
public final class RedisClaimStore implements ClaimStore {
  /** Keeps a server from being blocked for more than a few milliseconds by one script call. */
  static final int MAX_CLAIMS_PER_CALL = 500;

  /** A bucket's expiry is put off at most this long after a claim was added to it. */
  private static final Duration RENEWAL = Duration.ofHours(12);

  /** How much longer than its claims an unused bucket stays; more than {@link #RENEWAL}. */
  private static final Duration BUCKET_ALLOWANCE = Duration.ofDays(1);

  static final byte[] SCRIPT = script();
  static final byte[] SCRIPT_ID = ascii(sha1(SCRIPT));
  private static final byte[] NOBODY = new byte[0];
  private static final byte MINE = 1;
  private static final byte OTHER = 2;

  private final RedisNodes nodes;
  private final List<RedisServer> servers;
  private final RedisEpoch epoch;
  private final RedisLayout layout;
  private final byte[][] epochKeys = new byte[RedisLayout.TAGS][];
  private final byte[] usedKey;
  private final byte[] bucketExpiry;
  private final Clock clock;

  /** The buckets whose expiry was put off since {@code renewedSince}; also the lock of both. */
  private final BitSet renewed = new BitSet();

  private Instant renewedSince = Instant.EPOCH;

  private volatile boolean markedUsed;

  private RedisClaimStore(
      RedisNodes nodes, List<RedisServer> servers, RedisEpoch epoch, String name, Clock clock) {
    this.nodes = nodes;
    this.servers = servers;
    this.epoch = epoch;
    this.layout = epoch.layout(name);
    for (int tag = 0; tag < RedisLayout.TAGS; tag++) {
      epochKeys[tag] = RedisLayout.epochKey(name, tag);
    }
    this.usedKey = RedisLayout.usedKey(name);
    this.bucketExpiry = ascii(Long.toString(epoch.keep().plus(BUCKET_ALLOWANCE).toSeconds()));
    this.clock = clock;
  }

  /**
   * Opens the store, and creates it if Redis knows nothing of it. The caller compares {@link
   * #epoch()} with the one that its lake belongs to ({@code Lake.bindClaims}): that is what tells a
   * new store from one that was emptied.
   *
   * @throws IOException if the servers cannot be reached, do not let the user in, are too old or
   *     may evict claims; if the store was created with other settings; or if a part of it is lost.
   *     The message says what to do
   */
  public static RedisClaimStore open(RedisOptions options, Clock clock) throws IOException {
    return open(options, clock, false);
  }

  /**
   * Opens the store as {@link #open} does, also where a part of it is lost. Only for a caller that
   * makes all claims anew before it uses them.
   *
   * @throws IOException as {@link #open} does, but not for a part that is lost
   */
  public static RedisClaimStore openToRebuild(RedisOptions options, Clock clock)
      throws IOException {
    return open(options, clock, true);
  }

  private static RedisClaimStore open(RedisOptions options, Clock clock, boolean restore)
      throws IOException {
    RedisNodes nodes = RedisNodes.connect(options, SCRIPT);
    try {
      List<RedisServer> servers = RedisServers.check(nodes, clock);
      if (restore) {
        RedisEpoch.restore(nodes, options.name());
      }
      RedisEpoch epoch = RedisEpoch.openOrCreate(nodes, options);
      return new RedisClaimStore(nodes, servers, epoch, options.name(), clock);
    } catch (IOException | RuntimeException e) {
      nodes.close();
      throw e;
    }
  }

  @Override
  public String epoch() {
    return epoch.id().toString();
  }

  @Override
  public boolean isUnused() throws IOException {
    List<@Nullable Object> used =
        nodes.call(List.of(new Request(layout.slotOf(0), Protocol.Command.EXISTS, usedKey)));
    return !Objects.equals(used.get(0), 1L);
  }

  /** Marks the store as used, before this process makes its first claim. */
  private void markUsed() throws IOException {
    if (!markedUsed) {
      nodes.call(List.of(new Request(layout.slotOf(0), Protocol.Command.SET, usedKey, ascii("1"))));
      markedUsed = true;
    }
  }

  /** What the servers were like when the store was opened, without replicas. */
  public List<RedisServer> servers() {
    return servers;
  }

  @Override
  public void claim(Claims claims) throws IOException {
    take(claims, NOBODY);
  }

  @Override
  public void rebind(Claims claims, Attempt from) throws IOException {
    take(claims, bytes(from));
  }

  /** Takes what nobody owns, and what {@code from} owns. */
  private void take(Claims claims, byte[] from) throws IOException {
    markUsed();
    List<Share> shares = shares(claims);
    List<Request> requests = new ArrayList<>(shares.size());
    for (Share share : shares) {
      requests.add(request(claims, share, from));
    }
    long[] stale = staleBuckets(claims);
    for (long scrambledHigh : stale) {
      requests.add(
          new Request(
              layout.slotOf(layout.tag(scrambledHigh)),
              Protocol.Command.EXPIRE,
              layout.bucketKey(scrambledHigh),
              bucketExpiry));
    }
    List<@Nullable Object> answers = nodes.call(requests);
    for (int i = 0; i < shares.size(); i++) {
      fill(claims, shares.get(i), answers.get(i));
    }
    markRenewed(stale, answers.subList(shares.size(), answers.size()));
  }

  /**
   * The buckets of the claims, as upper halves of scrambled uuids, whose expiry this process has
   * not put off lately. That each process remembers them saves a third of the server's work.
   */
  private long[] staleBuckets(Claims claims) {
    synchronized (renewed) {
      Instant now = clock.instant();
      if (now.isBefore(renewedSince) || !now.isBefore(renewedSince.plus(RENEWAL))) {
        renewed.clear();
        renewedSince = now;
      }
      BitSet asked = new BitSet();
      return IntStream.range(0, claims.count())
          .mapToLong(i -> layout.scrambledHigh(claims.high(i), claims.low(i)))
          .filter(
              scrambledHigh -> {
                int bucket = layout.bucket(scrambledHigh);
                boolean stale = !renewed.get(bucket) && !asked.get(bucket);
                asked.set(bucket);
                return stale;
              })
          .toArray();
    }
  }

  private void markRenewed(long[] stale, List<@Nullable Object> answers) {
    synchronized (renewed) {
      for (int i = 0; i < stale.length; i++) {
        if (Objects.equals(answers.get(i), 1L)) {
          renewed.set(layout.bucket(stale[i]));
        }
      }
    }
  }

  /**
   * The uuids that one script call claims.
   *
   * @param tag whose epoch is checked; in a cluster all uuids have this tag
   * @param indexes the uuids' indexes in the claims
   */
  private record Share(int tag, int[] indexes) {}

  private List<Share> shares(Claims claims) {
    int groups = nodes.isCluster() ? RedisLayout.TAGS : 1;
    int[][] members = new int[groups][Math.max(8, 2 * claims.count() / groups)];
    int[] sizes = new int[groups];
    for (int i = 0; i < claims.count(); i++) {
      int group = groups == 1 ? 0 : layout.tag(layout.scrambledHigh(claims.high(i), claims.low(i)));
      if (sizes[group] == members[group].length) {
        members[group] = Arrays.copyOf(members[group], 2 * sizes[group]);
      }
      members[group][sizes[group]++] = i;
    }
    List<Share> shares = new ArrayList<>();
    for (int group = 0; group < groups; group++) {
      for (int from = 0; from < sizes[group]; from += MAX_CLAIMS_PER_CALL) {
        int to = Math.min(from + MAX_CLAIMS_PER_CALL, sizes[group]);
        shares.add(new Share(group, Arrays.copyOfRange(members[group], from, to)));
      }
    }
    return shares;
  }

  private Request request(Claims claims, Share share, byte[] from) {
    int count = share.indexes().length;
    int width = layout.fieldBytes();
    ByteBuffer packed = ByteBuffer.allocate(count * (width + Integer.BYTES));
    byte[][] arguments = new byte[2 + 1 + count + 7][];
    int next = 0;
    arguments[next++] = SCRIPT_ID;
    arguments[next++] = ascii(Integer.toString(1 + count));
    arguments[next++] = epochKeys[share.tag()];
    for (int i : share.indexes()) {
      long high = layout.scrambledHigh(claims.high(i), claims.low(i));
      long low = layout.scrambledLow(claims.high(i), claims.low(i));
      arguments[next++] = layout.bucketKey(high);
      layout.putField(packed, high, low);
      packed.putInt(claims.contentHash(i));
    }
    arguments[next++] = epoch.bytes();
    arguments[next++] = bytes(claims.attempt());
    arguments[next++] = from;
    arguments[next++] = ascii(Long.toString(clock.instant().minus(epoch.keep()).getEpochSecond()));
    arguments[next++] = ascii(Integer.toString(width));
    arguments[next++] = ascii(Integer.toString(RedisLayout.PLANNED_ENTRIES));
    arguments[next] = packed.array();
    return new Request(layout.slotOf(share.tag()), Protocol.Command.EVALSHA, arguments);
  }

  /**
   * Copies an answer of the script into the claims; one that is not complete counts for nothing.
   */
  private static void fill(Claims claims, Share share, @Nullable Object answer) throws IOException {
    int[] indexes = share.indexes();
    if (answer instanceof Long mine && mine == indexes.length) {
      for (int i : indexes) {
        claims.setMine(i);
      }
      return;
    }
    if (!(answer instanceof byte[] packed)) {
      throw new IOException("Redis answered a claim with " + answer + "; not expected");
    }
    ByteBuffer owners = ByteBuffer.wrap(packed);
    for (int i : indexes) {
      byte kind = owners.hasRemaining() ? owners.get() : 0;
      if (kind == MINE) {
        claims.setMine(i);
      } else if (kind == OTHER && owners.remaining() >= RedisLayout.VALUE_BYTES) {
        Attempt owner = new Attempt(owners.getInt(), owners.getLong());
        claims.setOwner(i, owner, owners.getInt());
      } else {
        throw new IOException("Redis answered a claim incompletely; not expected");
      }
    }
    if (owners.hasRemaining()) {
      throw new IOException("Redis answered a claim with too much; not expected");
    }
  }

  @Override
  public void done(Attempt attempt) throws IOException {
    nodes.call(
        List.of(
            new Request(
                layout.slotOf(layout.doneTag(attempt)),
                Protocol.Command.SET,
                layout.doneKey(attempt),
                ascii("1"),
                ascii("EX"),
                ascii(Long.toString(epoch.keep().toSeconds())))));
  }

  @Override
  public Set<Attempt> knownDone(Collection<Attempt> attempts) throws IOException {
    List<Attempt> asked = List.copyOf(attempts);
    List<Request> requests = new ArrayList<>();
    for (Attempt attempt : asked) {
      requests.add(
          new Request(
              layout.slotOf(layout.doneTag(attempt)),
              Protocol.Command.EXISTS,
              layout.doneKey(attempt)));
    }
    List<@Nullable Object> answers = nodes.call(requests);
    Set<Attempt> known = new HashSet<>();
    for (int i = 0; i < asked.size(); i++) {
      if (Objects.equals(answers.get(i), 1L)) {
        known.add(asked.get(i));
      }
    }
    return known;
  }

  @Override
  public void close() {
    nodes.close();
  }

  private static byte[] bytes(Attempt attempt) {
    return ByteBuffer.allocate(RedisLayout.ATTEMPT_BYTES)
        .putInt(attempt.epochSeconds())
        .putLong(attempt.random())
        .array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] script() {
    try (InputStream script = RedisClaimStore.class.getResourceAsStream("claim.lua")) {
      return Objects.requireNonNull(script, "claim.lua").readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha1(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
