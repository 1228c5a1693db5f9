package dev.weir.claim;

import dev.weir.claim.RedisException.Retry;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The Redis servers, one or a cluster of them: many requests go out pipelined, over one connection
 * per server and call, and what fails in passing is tried again.
 *
 * <p>Only for requests that may be executed twice: after a lost answer nobody knows whether the
 * server has executed them, and they are sent again. A call has an answer to each of its requests,
 * or throws.
 *
 * <p>Safe for use by several threads.
 */
final class RedisNodes implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RedisNodes.class);

  /** More redirections in a row than this mean that the cluster does not agree with itself. */
  private static final int MAX_REDIRECTIONS = 8;

  /**
   * One command.
   *
   * @param slot the cluster slot of its keys
   */
  record Request(int slot, ProtocolCommand command, byte[]... arguments) {}

  private final RedisRoute route;
  private final RedisOptions options;
  private final byte[] script;
  private final AtomicLong disturbances = new AtomicLong();

  private RedisNodes(RedisRoute route, RedisOptions options, byte[] script) {
    this.route = route;
    this.options = options;
    this.script = script;
  }

  /**
   * Connects, and finds out whether the servers form a cluster.
   *
   * @param script what a server is taught when it says that it does not know the script
   * @throws IOException if the servers cannot be reached or do not let the user in
   */
  static RedisNodes connect(RedisOptions options, byte[] script) throws IOException {
    HostAndPort first = RedisRoute.address(options.servers().get(0));
    RedisNodes nodes = new RedisNodes(RedisRoute.toOne(options), options, script);
    try {
      Map<String, String> info = nodes.info(first);
      // Valkey tells its mode under a name of its own.
      if (!"cluster".equals(info.getOrDefault("redis_mode", info.get("server_mode")))) {
        if (options.servers().size() > 1) {
          throw new IOException(
              "several Redis servers are given, but %s is not part of a cluster; give one server"
                  .formatted(first));
        }
        return nodes;
      }
    } catch (IOException | RuntimeException e) {
      nodes.close();
      throw e;
    }
    nodes.close();
    try {
      return new RedisNodes(RedisRoute.toCluster(options), options, script);
    } catch (JedisException e) {
      throw RedisException.of(first, e);
    }
  }

  /** Whether the servers form a cluster. */
  boolean isCluster() {
    return route instanceof RedisRoute.Cluster;
  }

  /**
   * How often a request failed in such a way that another server may have taken over, or the same
   * one come back without its last writes.
   */
  long disturbances() {
    return disturbances.get();
  }

  /** The servers that hold data, without their replicas. */
  List<HostAndPort> primaries() {
    return route.primaries();
  }

  /** What a server tells of itself, by the names that its INFO uses. */
  Map<String, String> info(HostAndPort node) throws IOException {
    byte[] text = (byte[]) call(node, new Request(0, Protocol.Command.INFO));
    Map<String, String> fields = new LinkedHashMap<>();
    for (String line : new String(text, StandardCharsets.UTF_8).lines().toList()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        fields.put(line.substring(0, colon), line.substring(colon + 1));
      }
    }
    return fields;
  }

  /**
   * Sends one request to a certain server.
   *
   * @throws IOException as {@link #call(List)} does
   */
  Object call(HostAndPort node, Request request) throws IOException {
    return call(new Call(List.of(request), node)).get(0);
  }

  /**
   * Sends requests to the servers that hold their slots and waits for all answers.
   *
   * @return the answers in the order of the requests: {@code Long}, {@code byte[]}, a list of
   *     these, or null
   * @throws IOException if a request has failed for good, or in passing but too often; each request
   *     may or may not have been executed
   */
  List<@Nullable Object> call(List<Request> requests) throws IOException {
    return call(new Call(requests, null));
  }

  private List<@Nullable Object> call(Call call) throws IOException {
    int redirections = 0;
    int pauses = 0;
    boolean renewed = false;
    while (true) {
      RedisException failure = call.turn();
      if (failure == null) {
        return call.answers();
      }
      if (failure.isLoginRefused()
          && !renewed
          && options.password() instanceof RenewablePassword password) {
        log.warn("redis: the password is refused and read again; server={}", failure.node());
        password.renew();
        renewed = true;
        continue;
      }
      if (failure.retry() == Retry.AT_ONCE && redirections < MAX_REDIRECTIONS) {
        redirections++;
      } else if (failure.retry() != Retry.NEVER && pauses < options.retries()) {
        log.warn(
            "redis: trying again; server={} try={} reason={}",
            failure.node(),
            pauses + 1,
            failure.getMessage());
        pause(pauses);
        pauses++;
        redirections = 0;
      } else {
        throw failure;
      }
    }
  }

  /** Waits between half of the pause's time, which doubles with every try, and all of it. */
  private void pause(int tries) throws InterruptedIOException {
    Duration doubled = options.firstPause().multipliedBy(1L << Math.min(tries, 20));
    Duration bounded =
        doubled.compareTo(options.longestPause()) < 0 ? doubled : options.longestPause();
    long half = bounded.toMillis() / 2;
    try {
      Thread.sleep(half + ThreadLocalRandom.current().nextLong(half + 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for Redis");
    }
  }

  @Override
  public void close() {
    route.close();
  }

  /** The requests of one call and the answers that have come in so far. */
  private final class Call {
    private final List<Request> requests;
    private final @Nullable HostAndPort fixedNode;
    private final @Nullable Object[] answers;
    private final boolean[] answered;
    private final @Nullable HostAndPort[] askedNode;
    private boolean scriptIsMissing;

    Call(List<Request> requests, @Nullable HostAndPort fixedNode) {
      this.requests = requests;
      this.fixedNode = fixedNode;
      this.answers = new Object[requests.size()];
      this.answered = new boolean[requests.size()];
      this.askedNode = new HostAndPort[requests.size()];
    }

    List<@Nullable Object> answers() {
      return Arrays.asList(answers);
    }

    /** Sends what has no answer yet. Returns the failure that weighs most, or null. */
    @Nullable RedisException turn() {
      List<RedisException> failures = new ArrayList<>();
      List<Share> shares = new ArrayList<>();
      try {
        shares.addAll(shares());
      } catch (JedisException e) {
        failures.add(RedisException.of(RedisRoute.address(options.servers().get(0)), e));
      }
      boolean teach = scriptIsMissing;
      scriptIsMissing = false;
      try {
        for (Share share : shares) {
          attempt(share, failures, () -> share.send(teach));
        }
        for (Share share : shares) {
          if (share.sent) {
            attempt(share, failures, () -> share.receive(failures));
          }
        }
      } finally {
        shares.forEach(Share::release);
      }
      RedisException worst = null;
      for (RedisException failure : failures) {
        if (worst == null || failure.retry().compareTo(worst.retry()) > 0) {
          worst = failure;
        }
      }
      if (worst != null) {
        recover(failures);
      }
      return worst;
    }

    /** What is to be sent to each server. */
    private List<Share> shares() {
      Map<HostAndPort, Share> shares = new LinkedHashMap<>();
      for (int i = 0; i < requests.size(); i++) {
        if (!answered[i]) {
          HostAndPort node = askedNode[i] != null ? askedNode[i] : fixedNode;
          shares
              .computeIfAbsent(
                  node != null ? node : route.nodeOf(requests.get(i).slot()), Share::new)
              .indexes
              .add(i);
        }
      }
      return List.copyOf(shares.values());
    }

    private void attempt(Share share, List<RedisException> failures, Runnable exchange) {
      try {
        exchange.run();
      } catch (JedisException e) {
        failures.add(RedisException.of(share.node, e));
      }
    }

    /** Makes the next turn meet a server that can answer. */
    private void recover(List<RedisException> failures) {
      boolean moved = false;
      for (RedisException failure : failures) {
        switch (failure.code()) {
          case "NOSCRIPT" -> scriptIsMissing = true;
          case "ASK" -> {}
          case "MOVED" -> {
            disturbances.incrementAndGet();
            moved = true;
          }
          default -> {
            disturbances.incrementAndGet();
            route.forgetIdle(failure.node());
            Arrays.fill(askedNode, null);
            moved = true;
          }
        }
      }
      if (moved) {
        try {
          route.renew();
        } catch (JedisException e) {
          log.warn("redis: could not learn who holds what; reason={}", e.getMessage());
        }
      }
    }

    /** One server's part of a turn. Its connection is reused only after a complete exchange. */
    private final class Share {
      final HostAndPort node;
      final List<Integer> indexes = new ArrayList<>();
      private @Nullable Connection connection;
      private boolean taught;
      private boolean sent;
      private boolean complete;

      Share(HostAndPort node) {
        this.node = node;
      }

      void send(boolean teach) {
        Connection open = route.connection(node);
        connection = open;
        if (teach) {
          open.sendCommand(Protocol.Command.SCRIPT, bytes("LOAD"), script);
        }
        for (int i : indexes) {
          if (askedNode[i] != null) {
            open.sendCommand(Protocol.Command.ASKING);
          }
          open.sendCommand(requests.get(i).command(), requests.get(i).arguments());
        }
        taught = teach;
        sent = true;
      }

      void receive(List<RedisException> failures) {
        Connection open = Objects.requireNonNull(connection);
        if (taught) {
          open.getMany(1);
        }
        for (int i : indexes) {
          if (askedNode[i] != null) {
            open.getMany(1);
            askedNode[i] = null;
          }
          Object answer = open.getMany(1).get(0);
          if (answer instanceof JedisDataException error) {
            failures.add(RedisException.of(node, error));
            if (error instanceof JedisAskDataException ask) {
              askedNode[i] = ask.getTargetNode();
            }
          } else {
            answers[i] = answer;
            answered[i] = true;
          }
        }
        complete = true;
      }

      void release() {
        if (connection != null) {
          if (!complete) {
            connection.setBroken();
          }
          try {
            connection.close();
          } catch (JedisException e) {
            // The pool tries at once to replace a broken connection; the next turn tries again.
            log.debug("redis: no connection to replace a broken one; server={}", node, e);
          }
        }
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
