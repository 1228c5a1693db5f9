package dev.weir.claim;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the claims are and how to reach them.
 *
 * @param servers {@code redis://host:port}, or {@code rediss://host:port} for TLS; one server, or
 *     some of a cluster. Whether it is a cluster, the servers tell
 * @param name keeps the claims of several lakes apart on one Redis; 1 to 64 of {@code A-Z a-z 0-9 .
 *     _ -}
 * @param user the ACL user, or null for the default user
 * @param password asked for each time a connection is made, never kept or logged; or null for none
 * @param certificates PEM file of the certificates to trust for TLS, or null for the platform's
 * @param keep how long a claim is kept after its attempt began: the deduplication window and an
 *     allowance for consumers that are behind; whole seconds, 1 minute to 3650 days
 * @param expectedClaims how many claims there are within that time, 1 to 10^10: the number of
 *     buckets follows from it; more are fine, but cost more memory each beyond twice as many
 * @param connections the most connections to one server, 1 to 1024; each call uses one
 * @param connectTimeout for a new connection, 1 ms to 10 minutes
 * @param answerTimeout for the next bytes of an answer, 1 ms to 10 minutes
 * @param retries how often a call is tried again that failed in passing, 0 to 100
 * @param firstPause before the first retry; it doubles each time, and between half and all of it is
 *     waited; 1 ms to 10 minutes
 * @param longestPause the bound of the pauses, 1 ms to 10 minutes
 */
public record RedisOptions(
    List<URI> servers,
    String name,
    @Nullable String user,
    @Nullable Supplier<String> password,
    @Nullable Path certificates,
    Duration keep,
    long expectedClaims,
    int connections,
    Duration connectTimeout,
    Duration answerTimeout,
    int retries,
    Duration firstPause,
    Duration longestPause) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(10);

  /** Checks the ranges. */
  public RedisOptions {
    servers = List.copyOf(servers);
    require(!servers.isEmpty(), "servers: give at least one, as redis://host:port");
    for (URI server : servers) {
      checkServer(server, servers.get(0));
    }
    require(NAME.matcher(name).matches(), "name: 1 to 64 of A-Z a-z 0-9 . _ -, but it is " + name);
    require(user == null || password != null, "user: needs a password too");
    require(
        keep.compareTo(Duration.ofMinutes(1)) >= 0
            && keep.compareTo(Duration.ofDays(3650)) <= 0
            && keep.getNano() == 0,
        "keep: whole seconds, 1 minute to 3650 days, but it is " + keep);
    require(
        expectedClaims >= 1 && expectedClaims <= 10_000_000_000L,
        "expectedClaims: 1 to 10^10, but it is " + expectedClaims);
    require(
        connections >= 1 && connections <= 1024,
        "connections: 1 to 1024, but it is " + connections);
    require(retries >= 0 && retries <= 100, "retries: 0 to 100, but it is " + retries);
    checkTime("connectTimeout", connectTimeout);
    checkTime("answerTimeout", answerTimeout);
    checkTime("firstPause", firstPause);
    checkTime("longestPause", longestPause);
  }

  /**
   * Options with the defaults: name {@code weir}, no password, 8 connections, 2 s to connect, 5 s
   * to answer, and 8 retries with pauses from 100 ms to 5 s, about 15 s in all.
   */
  public static RedisOptions of(List<URI> servers, Duration keep, long expectedClaims) {
    return new RedisOptions(
        servers,
        "weir",
        null,
        null,
        null,
        keep,
        expectedClaims,
        8,
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        8,
        Duration.ofMillis(100),
        Duration.ofSeconds(5));
  }

  /** The same with another name. */
  public RedisOptions withName(String other) {
    return new RedisOptions(
        servers,
        other,
        user,
        password,
        certificates,
        keep,
        expectedClaims,
        connections,
        connectTimeout,
        answerTimeout,
        retries,
        firstPause,
        longestPause);
  }

  /** The same with another login. */
  public RedisOptions withLogin(
      @Nullable String otherUser, @Nullable Supplier<String> otherPassword) {
    return new RedisOptions(
        servers,
        name,
        otherUser,
        otherPassword,
        certificates,
        keep,
        expectedClaims,
        connections,
        connectTimeout,
        answerTimeout,
        retries,
        firstPause,
        longestPause);
  }

  /** The same with other certificates to trust. */
  public RedisOptions withCertificates(@Nullable Path pem) {
    return new RedisOptions(
        servers,
        name,
        user,
        password,
        pem,
        keep,
        expectedClaims,
        connections,
        connectTimeout,
        answerTimeout,
        retries,
        firstPause,
        longestPause);
  }

  /** The same with other retries. */
  public RedisOptions withRetries(int times, Duration first, Duration longest) {
    return new RedisOptions(
        servers,
        name,
        user,
        password,
        certificates,
        keep,
        expectedClaims,
        connections,
        connectTimeout,
        answerTimeout,
        times,
        first,
        longest);
  }

  /** Everything but the password. */
  @Override
  public String toString() {
    return ("RedisOptions[servers=%s, name=%s, user=%s, password=%s, certificates=%s, keep=%s,"
            + " expectedClaims=%d, connections=%d, connectTimeout=%s, answerTimeout=%s,"
            + " retries=%d, firstPause=%s, longestPause=%s]")
        .formatted(
            servers,
            name,
            user,
            password == null ? "none" : "hidden",
            certificates,
            keep,
            expectedClaims,
            connections,
            connectTimeout,
            answerTimeout,
            retries,
            firstPause,
            longestPause);
  }

  /**
   * The servers of an address: {@code redis://host:port}, or several of a cluster, parted by
   * commas.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static List<URI> servers(String address) {
    List<URI> servers =
        Stream.of(address.split(",", -1)).map(String::strip).map(URI::create).toList();
    servers.forEach(server -> checkServer(server, servers.get(0)));
    return servers;
  }

  private static void checkServer(URI server, URI first) {
    require(
        server.getRawUserInfo() == null,
        "servers: no user or password in the address (others could read it); give them apart");
    String scheme = String.valueOf(server.getScheme());
    require(
        (scheme.equals("redis") || scheme.equals("rediss"))
            && server.getHost() != null
            && (server.getRawPath() == null || server.getRawPath().matches("/?"))
            && server.getRawQuery() == null
            && server.getRawFragment() == null,
        "servers: redis://host:port or rediss://host:port, nothing after it, but it is " + server);
    require(
        scheme.equals(first.getScheme()),
        "servers: all redis:// or all rediss://, but %s is not like %s".formatted(server, first));
  }

  private static void checkTime(String name, Duration time) {
    require(
        time.toMillis() >= 1 && time.compareTo(LONGEST_TIMEOUT) <= 0,
        "%s: 1 ms to 10 minutes, but it is %s".formatted(name, time));
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
