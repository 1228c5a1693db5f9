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
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;

/**
 * Claims in Redis or Valkey, one server or a cluster, shared by many processes.
 *
 * <p>A claim takes about 40 bytes of the server's memory ({@link RedisLayout}). A call has two
 * rounds. In the first each uuid is set if it is absent, by a plain command: that is what the
 * server does fastest, and all there is to do for a new uuid. In the second a script ({@code
 * claim.lua}) tells the owners of those that were there, takes the expired ones, and looks after
 * the buckets ({@link RenewedBuckets}). Everything is pipelined, {@value #MAX_PIPELINED} commands
 * or {@value #MAX_KEYS_PER_CALL} keys of a script at a time. Doing any of it again for the same
 * attempt changes nothing; so what had no answer is repeated.
 *
 * <p>The store's identity is its {@linkplain #epoch() epoch}. Every call checks it, in the second
 * round: when Redis loses its data under a running process, calls fail instead of claiming
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
  static final int MAX_KEYS_PER_CALL = 500;

  /** What is under way at once, requests and answers, stays young garbage. */
  private static final int MAX_PIPELINED = 4096;

  /** How often one call starts to look after its buckets because the servers changed meanwhile. */
  private static final int MAX_DISTURBANCES = 5;

  static final byte[] SCRIPT = script();
  static final byte[] SCRIPT_ID = ascii(sha1(SCRIPT));
  private static final byte[] NOBODY = new byte[0];
  private static final int[] NONE = {};
  private static final byte MINE = 1;
  private static final byte OTHER = 2;

  private final RedisNodes nodes;
  private final List<RedisServer> servers;
  private final RedisEpoch epoch;
  private final RedisLayout layout;
  private final byte[][] epochKeys = new byte[RedisLayout.TAGS][];
  private final byte[] usedKey;
  private final byte[] bucketExpiry;
  private final byte[] bucketDue;
  private final Clock clock;
  private final RenewedBuckets renewed;

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
    this.usedKey = RedisLayout.usedKey(name, epoch.id());
    this.renewed = new RenewedBuckets(epoch.keep());
    this.bucketExpiry = ascii(Long.toString(renewed.expirySeconds()));
    this.bucketDue = ascii(Long.toString(renewed.dueSeconds()));
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
   * Opens the store as {@link #open} does, also where a part of it is lost; what is left of it then
   * gets a new epoch, so that nothing that knows the old one goes on. Only for a caller that makes
   * all claims anew before it uses them.
   *
   * @throws IOException as {@link #open} does, but not for a part that is lost
   */
  public static RedisClaimStore openToRebuild(RedisOptions options, Clock clock)
      throws IOException {
    return open(options, clock, true);
  }

  private static RedisClaimStore open(RedisOptions options, Clock clock, boolean rebuild)
      throws IOException {
    RedisNodes nodes = RedisNodes.connect(options, SCRIPT);
    try {
      List<RedisServer> servers = RedisServers.check(nodes, clock);
      if (rebuild) {
        RedisEpoch.replaceWhereLost(nodes, options);
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
    long disturbances = nodes.disturbances();
    BitSet open = setIfAbsent(claims, places);
    try {
      settle(claims, places, open, NOBODY);
    } catch (RedisException e) {
      if (e.isForeignEpoch()) {
        letExpire(places, e);
      }
      throw e;
    }
    lookAfterAgain(claims, places, disturbances);
  }

  @Override
  public void rebind(Claims claims, Attempt from) throws IOException {
    markUsed();
    Places places = new Places(claims, layout);
    long disturbances = nodes.disturbances();
    BitSet all = new BitSet();
    all.set(0, claims.count());
    settle(claims, places, all, bytes(from));
    lookAfterAgain(claims, places, disturbances);
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
   * Sets each uuid that is absent.
   *
   * @return the claims whose uuid was there, which the script has to look at
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
    List<Request> requests = new ArrayList<>(to - from);
    byte[] attempt = bytes(claims.attempt());
    for (int i = from; i < to; i++) {
      ByteBuffer field = ByteBuffer.allocate(RedisLayout.FIELD_BYTES);
      layout.putField(field, places.high[i], places.low[i]);
      byte[] value = Arrays.copyOf(attempt, RedisLayout.VALUE_BYTES);
      ByteBuffer.wrap(value).putInt(RedisLayout.ATTEMPT_BYTES, claims.contentHash(i));
      int bucket = places.bucket[i];
      requests.add(
          new Request(
              layout.slotOf(layout.tag(bucket)),
              Protocol.Command.HSETNX,
              layout.bucketKey(bucket),
              field.array(),
              value));
    }
    List<@Nullable Object> answers = nodes.call(requests);
    for (int i = from; i < to; i++) {
      if (Objects.equals(answers.get(i - from), 1L)) {
        claims.setMine(i);
      } else {
        open.set(i);
      }
    }
  }

  /** What was set on a server that had lost its data must not stay there for ever. */
  private void letExpire(Places places, RedisException reason) {
    int[] buckets = Arrays.stream(places.bucket).sorted().distinct().toArray();
    for (int from = 0; from < buckets.length; from += MAX_PIPELINED) {
      int to = Math.min(from + MAX_PIPELINED, buckets.length);
      List<Request> requests = new ArrayList<>(to - from);
      for (int bucket : Arrays.copyOfRange(buckets, from, to)) {
        requests.add(
            new Request(
                layout.slotOf(layout.tag(bucket)),
                Protocol.Command.EXPIRE,
                layout.bucketKey(bucket),
                bucketExpiry));
      }
      try {
        nodes.call(requests);
      } catch (IOException e) {
        reason.addSuppressed(e);
        return;
      }
    }
  }

  /**
   * Learns the owners of the open claims; takes those that nobody owns, or {@code from}. Checks the
   * epoch on every server that any of the claims is on, for what {@link #setIfAbsent} has set, too.
   */
  private void settle(Claims claims, Places places, BitSet open, byte[] from) throws IOException {
    int[] stale = renewed.stale(places.bucket, clock.instant(), nodes.disturbances());
    List<Share> shares = shares(places, open.stream().toArray(), stale);
    List<Request> requests = new ArrayList<>(shares.size());
    for (Share share : shares) {
      requests.add(request(claims, places, share, from));
    }
    List<@Nullable Object> answers = nodes.call(requests);
    for (int i = 0; i < shares.size(); i++) {
      fill(claims, shares.get(i), answers.get(i));
    }
    renewed.add(stale, nodes.disturbances());
  }

  /**
   * When the servers changed under a call, one may have taken over that does not know what was put
   * off; so this process trusts none of it any more, and looks after the call's buckets again.
   */
  private void lookAfterAgain(Claims claims, Places places, long disturbances) throws IOException {
    Claims none = claims.select(List.of());
    for (int i = 0; nodes.disturbances() != disturbances; i++) {
      if (i == MAX_DISTURBANCES) {
        throw new IOException("Redis changes again and again; look at its servers, then run again");
      }
      disturbances = nodes.disturbances();
      settle(none, places, new BitSet(), NOBODY);
    }
  }

  /**
   * What one script call does; may be nothing, so that the epoch is checked alone.
   *
   * @param tag whose epoch is checked; in a cluster all keys have this tag
   * @param indexes the indexes of the uuids to settle, in the claims
   * @param stale the buckets to look after
   */
  private record Share(int tag, int[] indexes, int[] stale) {}

  private List<Share> shares(Places places, int[] open, int[] stale) {
    List<Share> shares = new ArrayList<>();
    if (!nodes.isCluster()) {
      addShares(shares, 0, open, stale);
      return shares;
    }
    BitSet touched = new BitSet(RedisLayout.TAGS);
    for (int bucket : places.bucket) {
      touched.set(layout.tag(bucket));
    }
    Map<Integer, int[]> openOf = byTag(open, i -> layout.tag(places.bucket[i]));
    Map<Integer, int[]> staleOf = byTag(stale, layout::tag);
    touched.stream()
        .forEach(
            tag ->
                addShares(
                    shares, tag, openOf.getOrDefault(tag, NONE), staleOf.getOrDefault(tag, NONE)));
    return shares;
  }

  private static Map<Integer, int[]> byTag(int[] numbers, IntUnaryOperator tag) {
    return Arrays.stream(numbers)
        .boxed()
        .collect(
            Collectors.groupingBy(
                tag::applyAsInt,
                Collectors.collectingAndThen(
                    Collectors.toList(), list -> list.stream().mapToInt(i -> i).toArray())));
  }

  private static void addShares(List<Share> shares, int tag, int[] indexes, int[] stale) {
    int longest = Math.max(indexes.length, stale.length);
    int from = 0;
    do {
      shares.add(new Share(tag, part(indexes, from), part(stale, from)));
      from += MAX_KEYS_PER_CALL / 2;
    } while (from < longest);
  }

  private static int[] part(int[] numbers, int from) {
    return from >= numbers.length
        ? NONE
        : Arrays.copyOfRange(numbers, from, Math.min(from + MAX_KEYS_PER_CALL / 2, numbers.length));
  }

  private Request request(Claims claims, Places places, Share share, byte[] from) {
    int count = share.indexes().length;
    int keys = 1 + count + share.stale().length;
    ByteBuffer packed = ByteBuffer.allocate(count * (RedisLayout.FIELD_BYTES + Integer.BYTES));
    byte[][] arguments = new byte[2 + keys + 8][];
    int next = 0;
    arguments[next++] = SCRIPT_ID;
    arguments[next++] = ascii(Integer.toString(keys));
    arguments[next++] = epochKeys[share.tag()];
    for (int i : share.indexes()) {
      arguments[next++] = layout.bucketKey(places.bucket[i]);
      layout.putField(packed, places.high[i], places.low[i]);
      packed.putInt(claims.contentHash(i));
    }
    for (int bucket : share.stale()) {
      arguments[next++] = layout.bucketKey(bucket);
    }
    arguments[next++] = epoch.bytes();
    arguments[next++] = bytes(claims.attempt());
    arguments[next++] = from;
    arguments[next++] = ascii(Long.toString(clock.instant().minus(epoch.keep()).getEpochSecond()));
    arguments[next++] = ascii(Integer.toString(RedisLayout.FIELD_BYTES));
    arguments[next++] = packed.array();
    arguments[next++] = bucketExpiry;
    arguments[next] = bucketDue;
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
