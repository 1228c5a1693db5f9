package dev.weir.claim;

import dev.weir.claim.RedisNodes.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;

/** The check of every server when a store is opened: whether it can be trusted with claims. */
final class RedisServers {
  private static final Logger log = LoggerFactory.getLogger(RedisServers.class);

  private static final int OLDEST_MAJOR = 6;
  private static final int OLDEST_MINOR = 2;
  private static final Duration WORRYING_SKEW = Duration.ofMinutes(1);

  private RedisServers() {}

  /**
   * Looks at every server. What costs memory or a little safety is logged.
   *
   * @throws IOException if one is older than 6.2, may evict claims, or does not answer
   */
  static List<RedisServer> check(RedisNodes nodes, Clock clock) throws IOException {
    List<RedisServer> servers = new ArrayList<>();
    for (HostAndPort node : nodes.primaries()) {
      RedisServer server = describe(nodes, node, clock);
      requireVersion(server);
      requireNoEviction(server);
      warnOfSkew(server);
      warnOfLargeBuckets(nodes, node);
      servers.add(server);
    }
    return List.copyOf(servers);
  }

  private static RedisServer describe(RedisNodes nodes, HostAndPort node, Clock clock)
      throws IOException {
    Map<String, String> info = nodes.info(node);
    String valkey = info.get("valkey_version");
    String policy = info.get("maxmemory_policy");
    if (policy == null) {
      policy = setting(nodes, node, "maxmemory-policy");
    }
    return new RedisServer(
        node.toString(),
        valkey == null ? "redis" : "valkey",
        valkey == null ? info.getOrDefault("redis_version", "0") : valkey,
        policy == null ? "" : policy,
        info.getOrDefault("aof_enabled", "0").equals("1"),
        Integer.parseInt(info.getOrDefault("connected_slaves", "0")),
        skew(nodes, node, clock));
  }

  private static Duration skew(RedisNodes nodes, HostAndPort node, Clock clock) throws IOException {
    List<?> time = (List<?>) nodes.call(node, new Request(0, Protocol.Command.TIME));
    long seconds = Long.parseLong(new String((byte[]) time.get(0), StandardCharsets.US_ASCII));
    Instant now = clock.instant();
    return Duration.ofSeconds(seconds - now.getEpochSecond());
  }

  private static void requireVersion(RedisServer server) throws IOException {
    String[] parts = server.version().split("\\.", -1);
    int major = number(parts[0]);
    int minor = parts.length > 1 ? number(parts[1]) : 0;
    if (major < OLDEST_MAJOR || (major == OLDEST_MAJOR && minor < OLDEST_MINOR)) {
      throw new IOException(
          "the Redis server %s has version %s; claims need Redis 6.2 or newer, or Valkey"
              .formatted(server.address(), server.version()));
    }
  }

  private static void requireNoEviction(RedisServer server) throws IOException {
    if (server.maxmemoryPolicy().isEmpty()) {
      log.warn(
          "redis: cannot tell what the server does when its memory is full; make sure that"
              + " maxmemory-policy is noeviction; server={}",
          server.address());
    } else if (!server.maxmemoryPolicy().equals("noeviction")) {
      throw new IOException(
          ("the Redis server %s has maxmemory-policy %s: it may forget claims, and events would"
                  + " land twice; set maxmemory-policy to noeviction (CONFIG SET maxmemory-policy"
                  + " noeviction, or the parameter group of a managed service)")
              .formatted(server.address(), server.maxmemoryPolicy()));
    }
  }

  private static void warnOfSkew(RedisServer server) {
    if (server.clockSkew().abs().compareTo(WORRYING_SKEW) > 0) {
      log.warn("redis: clocks differ; server={} skew={}", server.address(), server.clockSkew());
    }
  }

  private static void warnOfLargeBuckets(RedisNodes nodes, HostAndPort node) throws IOException {
    String entries = setting(nodes, node, "hash-max-listpack-entries");
    if (entries == null) {
      entries = setting(nodes, node, "hash-max-ziplist-entries");
    }
    if (entries != null && number(entries) < RedisLayout.LISTPACK_ENTRIES) {
      log.warn(
          "redis: claims will take three times the memory; server={} hash-max-listpack-entries={}"
              + " needed={}",
          node,
          entries,
          RedisLayout.LISTPACK_ENTRIES);
    }
  }

  /** A server's setting; null if it has none of this name or does not tell (managed services). */
  static @Nullable String setting(RedisNodes nodes, HostAndPort node, String name)
      throws IOException {
    try {
      List<?> found =
          (List<?>)
              nodes.call(
                  node,
                  new Request(
                      0,
                      Protocol.Command.CONFIG,
                      "GET".getBytes(StandardCharsets.US_ASCII),
                      name.getBytes(StandardCharsets.US_ASCII)));
      return found.size() < 2 ? null : new String((byte[]) found.get(1), StandardCharsets.US_ASCII);
    } catch (RedisException e) {
      if (e.retry() != RedisException.Retry.NEVER) {
        throw e;
      }
      return null;
    }
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
