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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;

/**
 * Claims in Redis or Valkey, one server or a cluster, shared by many processes.
 *
 * <p>A claim takes less than 40 bytes of the server's memory ({@link RedisLayout}). A call costs
 * two round trips. In the first each uuid is set if it is absent, by a plain command: that is what
 * the server does fastest, and all there is to do for a new uuid. In the second a script ({@code
 * claim.lua}) tells the owners of those that were there, and takes the expired ones: one call for
 * up to {@value #MAX_CLAIMS_PER_CALL} uuids, in a cluster per hash tag. Everything is pipelined.
 * Doing any of it again for the same attempt changes nothing; so what had no answer is repeated.
 *
 * <p>The store's identity is its {@linkplain #epoch() epoch}. Every call checks it, in the second
 * round trip: when Redis loses its data under a running process, calls fail instead of claiming
 * everything anew. What the first has set by then belongs to an attempt that will never land
 * anything.
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

  /** What is under way at once, requests and answers, stays young garbage. */
  private static final int MAX_PIPELINED = 4096;

  /** One in so many claims makes the script look for expired ones in its bucket; as it does. */
  private static final int PURGE_ONE_IN = 32;

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
  private final RenewedBuckets renewed = new RenewedBuckets();

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
    this.bucketExpiry =
        ascii(Long.toString(epoch.keep().plus(RenewedBuckets.ALLOWANCE).toSeconds()));
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
    markUsed();
    Places places = new Places(claims, layout);
    try {
      BitSet open = setIfAbsent(claims, places);
      settle(claims, places, open, NOBODY);
    } catch (IOException e) {
      renewed.forget();
      throw e;
    }
  }

  @Override
  public void rebind(Claims claims, Attempt from) throws IOException {
    markUsed();
    BitSet all = new BitSet();
    all.set(0, claims.count());
    settle(claims, new Places(claims, layout), all, bytes(from));
  }

  /** Where each of the claims is kept. */
  private static final class Places {
    final long[] high;
    final long[] low;
    final int[] bucket;

    Places(Claims claims, RedisLayout layout) {
      int count = claims.count();
      high = new long[count];
      low = new long[count];
      bucket = new int[count];
      for (int i = 0; i < count; i++) {
        high[i] = layout.scrambledHigh(claims.high(i), claims.low(i));
        low[i] = layout.scrambledLow(claims.high(i), claims.low(i));
        bucket[i] = layout.bucket(high[i]);
      }
    }
  }

  /**
   * Sets each uuid that is absent, and puts off the expiry of the buckets.
   *
   * @return the claims that the script has to look at: those whose uuid was there, and of the
   *     others one in {@value #PURGE_ONE_IN}, whose bucket it may purge
   */
  private BitSet setIfAbsent(Claims claims, Places places) throws IOException {
    BitSet open = new BitSet();
    for (int from = 0; from < claims.count(); from += MAX_PIPELINED) {
      int to = Math.min(from + MAX_PIPELINED, claims.count());
      setIfAbsent(claims, places, from, to, open);
    }
    return open;
  }

  private void setIfAbsent(Claims claims, Places places, int from, int to, BitSet open)
      throws IOException {
    List<Request> requests = new ArrayList<>(2 * (to - from));
    byte[] attempt = bytes(claims.attempt());
    for (int i = from; i < to; i++) {
      ByteBuffer field = ByteBuffer.allocate(RedisLayout.FIELD_BYTES);
      layout.putField(field, places.high[i], places.low[i]);
      byte[] value = Arrays.copyOf(attempt, RedisLayout.VALUE_BYTES);
      ByteBuffer.wrap(value).putInt(RedisLayout.ATTEMPT_BYTES, claims.contentHash(i));
      requests.add(onBucket(places.bucket[i], Protocol.Command.HSETNX, field.array(), value));
    }
    int[] stale = renewed.stale(Arrays.copyOfRange(places.bucket, from, to), clock.instant());
    for (int bucket : stale) {
      requests.add(onBucket(bucket, Protocol.Command.EXPIRE, bucketExpiry));
    }
    List<@Nullable Object> answers = nodes.call(requests);
    for (int i = from; i < to; i++) {
      if (Objects.equals(answers.get(i - from), 1L)) {
        claims.setMine(i);
        open.set(i, places.low[i] % PURGE_ONE_IN == 0);
      } else {
        open.set(i);
      }
    }
    for (int i = 0; i < stale.length; i++) {
      if (Objects.equals(answers.get(to - from + i), 1L)) {
        renewed.add(stale[i]);
      }
    }
  }

  private Request onBucket(int bucket, Protocol.Command command, byte[]... arguments) {
    byte[][] all = new byte[1 + arguments.length][];
    all[0] = layout.bucketKey(bucket);
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return new Request(layout.slotOf(layout.tag(bucket)), command, all);
  }

  /**
   * Learns the owners of the open claims; takes those that nobody owns, or {@code from}. Checks the
   * epoch on every server that any of the claims is on, for what {@link #setIfAbsent} has set, too.
   */
  private void settle(Claims claims, Places places, BitSet open, byte[] from) throws IOException {
    List<Share> shares = shares(places, open);
    List<Request> requests = new ArrayList<>(shares.size());
    for (Share share : shares) {
      requests.add(request(claims, places, share, from));
    }
    List<@Nullable Object> answers = nodes.call(requests);
    for (int i = 0; i < shares.size(); i++) {
      fill(claims, shares.get(i), answers.get(i));
    }
  }

  /**
   * The uuids that one script call settles; may be none, so that the epoch is checked alone.
   *
   * @param tag whose epoch is checked; in a cluster all uuids have this tag
   * @param indexes the uuids' indexes in the claims
   */
  private record Share(int tag, int[] indexes) {}

  private List<Share> shares(Places places, BitSet open) {
    List<Share> shares = new ArrayList<>();
    if (!nodes.isCluster()) {
      addShares(shares, 0, open.stream().toArray());
      return shares;
    }
    BitSet touched = new BitSet(RedisLayout.TAGS);
    for (int bucket : places.bucket) {
      touched.set(layout.tag(bucket));
    }
    Map<Integer, List<Integer>> members =
        open.stream().boxed().collect(Collectors.groupingBy(i -> layout.tag(places.bucket[i])));
    touched.stream()
        .forEach(
            tag ->
                addShares(
                    shares,
                    tag,
                    members.getOrDefault(tag, List.of()).stream().mapToInt(i -> i).toArray()));
    return shares;
  }

  private static void addShares(List<Share> shares, int tag, int[] indexes) {
    int from = 0;
    do {
      int to = Math.min(from + MAX_CLAIMS_PER_CALL, indexes.length);
      shares.add(new Share(tag, Arrays.copyOfRange(indexes, from, to)));
      from = to;
    } while (from < indexes.length);
  }

  private Request request(Claims claims, Places places, Share share, byte[] from) {
    int count = share.indexes().length;
    ByteBuffer packed = ByteBuffer.allocate(count * (RedisLayout.FIELD_BYTES + Integer.BYTES));
    byte[][] arguments = new byte[2 + 1 + count + 8][];
    int next = 0;
    arguments[next++] = SCRIPT_ID;
    arguments[next++] = ascii(Integer.toString(1 + count));
    arguments[next++] = epochKeys[share.tag()];
    for (int i : share.indexes()) {
      arguments[next++] = layout.bucketKey(places.bucket[i]);
      layout.putField(packed, places.high[i], places.low[i]);
      packed.putInt(claims.contentHash(i));
    }
    arguments[next++] = epoch.bytes();
    arguments[next++] = bytes(claims.attempt());
    arguments[next++] = from;
    arguments[next++] = ascii(Long.toString(clock.instant().minus(epoch.keep()).getEpochSecond()));
    arguments[next++] = ascii(Integer.toString(RedisLayout.FIELD_BYTES));
    arguments[next++] = ascii(Integer.toString(RedisLayout.PLANNED_ENTRIES));
    arguments[next++] = ascii(Integer.toString(PURGE_ONE_IN));
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
