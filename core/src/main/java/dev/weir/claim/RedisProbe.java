package dev.weir.claim;

import dev.weir.claim.RedisNodes.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;

/**
 * A look at the servers that claims are to be kept on, before they are: what they are like, and
 * whether they do what {@link RedisClaimStore} asks of them. No claims are created or changed.
 *
 * <p>Used by one thread.
 */
public final class RedisProbe implements AutoCloseable {
  /** What {@code hash-max-listpack-entries} must allow, or claims take three times the memory. */
  public static final int LISTPACK_ENTRIES = RedisLayout.LISTPACK_ENTRIES;

  /** A trial's keys expire by themselves, if it cannot remove them. */
  private static final String TRIAL_SECONDS = "60";

  private final RedisNodes nodes;
  private final RedisOptions options;
  private final Clock clock;

  /** What stood in the way of a look. */
  public enum Obstacle {
    /** No server answers at the address, or not in the way that is spoken. */
    UNREACHABLE,
    /** The user or the password is not the server's. */
    LOGIN,
    /** The user may not do what claims take. */
    PERMISSION,
    /** Anything else. */
    OTHER
  }

  /**
   * A server that holds data, as it tells of itself. What it does not tell is null, or empty.
   *
   * @param address host and port
   * @param software {@code Redis}, {@code Valkey}, or a service of Amazon's
   * @param version its version
   * @param isReplica whether it follows another server
   * @param maxmemoryPolicy what it does when its memory is full
   * @param maxmemoryBytes how much it may hold; 0 is no bound
   * @param systemBytes the memory of its machine; 0 if it does not tell
   * @param listpackEntries how many fields a hash may have in the compact encoding
   * @param appendOnly whether it logs every write to disk
   * @param appendSync when that log is synced: {@code always}, {@code everysec} or {@code no}
   * @param replicas how many replicas follow it
   * @param minReplicas how many of them must follow closely, or it takes no writes
   * @param clockSkew its clock minus this machine's
   */
  public record Server(
      String address,
      String software,
      String version,
      boolean isReplica,
      @Nullable String maxmemoryPolicy,
      long maxmemoryBytes,
      long systemBytes,
      @Nullable Integer listpackEntries,
      boolean appendOnly,
      @Nullable String appendSync,
      int replicas,
      @Nullable Integer minReplicas,
      Duration clockSkew) {}

  private RedisProbe(RedisNodes nodes, RedisOptions options, Clock clock) {
    this.nodes = nodes;
    this.options = options;
    this.clock = clock;
  }

  /**
   * Connects, and does not try again what fails in passing.
   *
   * @throws IOException if that is not possible; {@link #obstacle} tells why
   */
  public static RedisProbe connect(RedisOptions options, Clock clock) throws IOException {
    RedisOptions once = options.withRetries(0, options.firstPause(), options.firstPause());
    return new RedisProbe(RedisNodes.connect(once, RedisClaimStore.SCRIPT), once, clock);
  }

  /** What kind of failure one of this class's is. */
  public static Obstacle obstacle(IOException failure) {
    if (!(failure instanceof RedisException redis)) {
      return Obstacle.OTHER;
    }
    return switch (redis.code()) {
      case "IO" -> Obstacle.UNREACHABLE;
      case "WRONGPASS", "NOAUTH", "PASSWORD" -> Obstacle.LOGIN;
      case "NOPERM" -> Obstacle.PERMISSION;
      default ->
          String.valueOf(redis.getMessage()).contains(" AUTH ") ? Obstacle.LOGIN : Obstacle.OTHER;
    };
  }

  /** Whether the servers form a cluster. */
  public boolean isCluster() {
    return nodes.isCluster();
  }

  /** The servers that hold data, in the order of their addresses. */
  public List<Server> servers() throws IOException {
    List<Server> servers = new ArrayList<>();
    for (HostAndPort node : nodes.primaries()) {
      servers.add(server(node));
    }
    return List.copyOf(servers);
  }

  private Server server(HostAndPort node) throws IOException {
    Map<String, String> info = nodes.info(node);
    String policy = info.get("maxmemory_policy");
    return new Server(
        node.toString(),
        software(node, info),
        info.getOrDefault("valkey_version", info.getOrDefault("redis_version", "0")),
        info.getOrDefault("role", "master").equals("slave"),
        policy != null ? policy : RedisServers.setting(nodes, node, "maxmemory-policy"),
        number(info.get("maxmemory")),
        number(info.get("total_system_memory")),
        listpackEntries(node),
        info.getOrDefault("aof_enabled", "0").equals("1"),
        RedisServers.setting(nodes, node, "appendfsync"),
        (int) number(info.get("connected_slaves")),
        setting(node, "min-replicas-to-write"),
        skew(node));
  }

  private static String software(HostAndPort node, Map<String, String> info) {
    String system = info.getOrDefault("os", "");
    if (system.startsWith("Amazon")) {
      return system; // Amazon ElastiCache, Amazon MemoryDB
    }
    if (node.getHost().endsWith(".amazonaws.com")) {
      return node.getHost().contains(".memorydb.") ? "Amazon MemoryDB" : "Amazon ElastiCache";
    }
    return info.containsKey("valkey_version") ? "Valkey" : "Redis";
  }

  private @Nullable Integer listpackEntries(HostAndPort node) throws IOException {
    Integer entries = setting(node, "hash-max-listpack-entries");
    return entries != null ? entries : setting(node, "hash-max-ziplist-entries");
  }

  private @Nullable Integer setting(HostAndPort node, String name) throws IOException {
    String value = RedisServers.setting(nodes, node, name);
    return value == null ? null : (int) number(value);
  }

  private static long number(@Nullable String text) {
    try {
      return text == null ? 0 : Long.parseLong(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Half of the time that the question took is the answer's way back. */
  private Duration skew(HostAndPort node) throws IOException {
    Instant asked = clock.instant();
    List<?> time = (List<?>) nodes.call(node, new Request(0, Protocol.Command.TIME));
    Instant answered = clock.instant();
    Instant there =
        Instant.ofEpochSecond(number(text(time.get(0))), number(text(time.get(1))) * 1_000);
    return Duration.between(asked.plus(Duration.between(asked, answered).dividedBy(2)), there);
  }

  /**
   * The identity of the claims that are kept there; empty if there are none yet.
   *
   * @throws IOException if they were created with other settings, or a part of them is lost
   */
  public Optional<String> epoch() throws IOException {
    return RedisEpoch.find(nodes, options).map(epoch -> epoch.id().toString());
  }

  /**
   * Whether anything was ever claimed there.
   *
   * @throws IOException as {@link #epoch} does
   */
  public boolean isUsed() throws IOException {
    Optional<RedisEpoch> epoch = RedisEpoch.find(nodes, options);
    if (epoch.isEmpty()) {
      return false;
    }
    byte[] key = RedisLayout.usedKey(options.name(), epoch.get().id());
    Request exists = new Request(RedisLayout.slot(0), Protocol.Command.EXISTS, key);
    return Objects.equals(nodes.call(List.of(exists)).get(0), 1L);
  }

  /**
   * Claims, takes over and purges with the real commands, in keys of the trial's own below the
   * claims' name, on each tag that has a server of its own; then removes the keys.
   *
   * @throws IOException if a server does not let the user, or does not do as it should
   */
  public void tryScript() throws IOException {
    String trial = "doctor-" + UUID.randomUUID();
    byte[] epoch = ascii(trial);
    byte[] first = attempt(1);
    byte[] second = attempt(2);
    all("SET", tag -> args(key(tag, trial, "epoch"), epoch, ascii("EX"), ascii(TRIAL_SECONDS)));
    expect(1L, all("EXISTS", tag -> args(key(tag, trial, "epoch"))));
    byte[] value = Arrays.copyOf(first, RedisLayout.VALUE_BYTES);
    expect(1L, all("HSETNX", tag -> args(key(tag, trial, "bucket"), field(32), value)));
    expect(1L, all("EVALSHA", tag -> claim(tag, trial, first, new byte[0], 0, 32)));
    expect(1L, all("EXPIRE", tag -> args(key(tag, trial, "bucket"), ascii(TRIAL_SECONDS))));
    expect(1L, all("EVALSHA", tag -> claim(tag, trial, second, first, 0, 32)));
    expect(1L, all("EVALSHA", tag -> claim(tag, trial, second, first, Integer.MAX_VALUE, 64)));
    all("HRANDFIELD", tag -> args(key(tag, trial, "bucket")));
    all("GET", tag -> args(key(tag, trial, "epoch")));
    all("HRANDFIELD", tag -> args(key(tag, trial, "bucket"))); // for buckets beyond their plan
    all("EXPIRE", tag -> args(key(tag, trial, "bucket"), ascii("0")));
    expect(1L, all("EXPIRE", tag -> args(key(tag, trial, "epoch"), ascii("0"))));
  }

  /** A call of {@code claim.lua} for one uuid, which also looks after its bucket. */
  private byte[][] claim(
      int tag, String trial, byte[] attempt, byte[] from, long horizon, int field) {
    byte[] packed = Arrays.copyOf(field(field), RedisLayout.FIELD_BYTES + Integer.BYTES);
    return args(
        RedisClaimStore.SCRIPT_ID,
        ascii("3"),
        key(tag, trial, "epoch"),
        key(tag, trial, "bucket"),
        key(tag, trial, "bucket"),
        ascii(trial),
        attempt,
        from,
        ascii(Long.toString(horizon)),
        ascii(Integer.toString(RedisLayout.FIELD_BYTES)),
        packed,
        ascii(TRIAL_SECONDS),
        ascii(TRIAL_SECONDS + "0"));
  }

  private static byte[] field(int number) {
    byte[] field = new byte[RedisLayout.FIELD_BYTES];
    field[field.length - 1] = (byte) number;
    return field;
  }

  private List<@Nullable Object> all(String command, Function<Integer, byte[][]> arguments)
      throws IOException {
    return nodes.call(
        IntStream.range(0, nodes.isCluster() ? RedisLayout.TAGS : 1)
            .mapToObj(
                tag ->
                    new Request(
                        RedisLayout.slot(tag),
                        Protocol.Command.valueOf(command),
                        arguments.apply(tag)))
            .toList());
  }

  private static void expect(Object wanted, List<@Nullable Object> answers) throws IOException {
    for (Object answer : answers) {
      if (!wanted.equals(answer)) {
        throw new IOException("a trial was answered with " + answer + " instead of " + wanted);
      }
    }
  }

  private byte[] key(int tag, String trial, String kind) {
    return ascii(RedisLayout.prefix(options.name(), tag) + trial + ":" + kind);
  }

  private static byte[] attempt(int random) {
    return ByteBuffer.allocate(RedisLayout.ATTEMPT_BYTES).putInt(1).putLong(random).array();
  }

  private static byte[][] args(byte[]... arguments) {
    return arguments;
  }

  private static String text(Object answer) {
    return new String((byte[]) answer, StandardCharsets.US_ASCII);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    nodes.close();
  }
}
