package dev.weir.claim;

import dev.weir.claim.RenewablePassword.UnreadableException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/**
 * A request to Redis that failed: when it may be tried again, and a message that says what to do.
 */
final class RedisException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int MAX_CAUSES = 20;

  /** When another try can help; later ones weigh more. */
  enum Retry {
    /** The server said where else to go, or what it is missing. */
    AT_ONCE,
    /** The server is starting, changing roles or out of reach. */
    AFTER_A_PAUSE,
    /** Somebody has to do something. */
    NEVER
  }

  private final transient HostAndPort node;
  private final Retry retry;
  private final String code;

  private RedisException(
      HostAndPort node, Retry retry, String code, String message, @Nullable Throwable cause) {
    super("Redis at %s: %s".formatted(node, message), cause);
    this.node = node;
    this.retry = retry;
    this.code = code;
  }

  /** The server that failed. */
  HostAndPort node() {
    return node;
  }

  /** When another try can help. */
  Retry retry() {
    return retry;
  }

  /**
   * The first word of the server's answer, such as {@code OOM}; {@code IO} if there was none, and
   * {@code PASSWORD} if there was no password to ask with.
   */
  String code() {
    return code;
  }

  /** Whether the server does not let the user in with this password. */
  boolean isLoginRefused() {
    return code.equals("WRONGPASS") || code.equals("NOAUTH");
  }

  /** Whether the claims there are not those that this client opened. */
  boolean isForeignEpoch() {
    return code.equals("WEIREPOCH");
  }

  /** What an exception of Jedis means. */
  static RedisException of(HostAndPort node, JedisException e) {
    JedisException told = e;
    // A pool wraps what went wrong with a new connection.
    while (!(told instanceof JedisDataException) && told.getCause() instanceof JedisException) {
      told = (JedisException) told.getCause();
    }
    String text = String.valueOf(told.getMessage());
    if (told instanceof JedisRedirectionException || told instanceof JedisNoScriptException) {
      return new RedisException(node, Retry.AT_ONCE, firstWord(text), text, e);
    }
    if (told instanceof JedisDataException) {
      // What a command in a script is refused for comes as an ERR of the script.
      boolean inScript =
          text.contains("The user executing the script can't") // Redis
              || text.contains("ACL failure in script"); // Valkey
      return refused(node, inScript ? "NOPERM" : firstWord(text), text, e);
    }
    UnreadableException unreadable = unreadable(told);
    if (unreadable != null) {
      return new RedisException(
          node, Retry.NEVER, "PASSWORD", String.valueOf(unreadable.getMessage()), e);
    }
    boolean unreachable =
        told instanceof JedisConnectionException || told.getCause() instanceof IOException;
    Throwable root = told.getCause() == null ? told : told.getCause();
    String message =
        unreachable
            ? "no answer (%s); check that the server is up, its address and port, the network,"
                + " and that both sides agree on TLS (rediss:// or redis://)"
            : "no connection (%s); if all are in use, allow more";
    return new RedisException(
        node, Retry.AFTER_A_PAUSE, "IO", message.formatted(root.getMessage()), e);
  }

  /** The failure to read the password that is at the bottom of another one, or null. */
  private static @Nullable UnreadableException unreadable(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
      if (cause instanceof UnreadableException unreadable) {
        return unreadable;
      }
      cause = cause.getCause();
    }
    return null;
  }

  private static RedisException refused(
      HostAndPort node, String code, String text, Throwable cause) {
    Retry retry = Retry.NEVER;
    String next;
    switch (code) {
      case "LOADING", "BUSY", "CLUSTERDOWN", "MASTERDOWN", "TRYAGAIN", "NOREPLICAS" -> {
        retry = Retry.AFTER_A_PAUSE;
        next = "the server is not ready; wait, then run again";
      }
      case "READONLY" -> {
        retry = Retry.AFTER_A_PAUSE;
        next = "this is a replica, or became one; give the address of the primary, then run again";
      }
      case "OOM" ->
          next =
              "the server's memory is full; raise maxmemory, or expect fewer claims and keep them"
                  + " for less time in a new store, then run again";
      case "MISCONF" -> next = "the server cannot save its data; mend its disk, then run again";
      case "WRONGPASS", "NOAUTH" -> next = "check the user and the password for Redis";
      case "NOPERM" ->
          next =
              "grant the user the keys weir:* and the commands get, set, exists, expire, ttl,"
                  + " evalsha, script|load, hsetnx, hget, hset, hlen, hgetall, hrandfield,"
                  + " hdel, info and time; in a cluster cluster and asking too";
      case "WEIREPOCH" ->
          next =
              "Redis was flushed, restarted without its data, or failed over to an empty replica;"
                  + " going on would land events twice: bring its data back, or rebuild the claims"
                  + " from the lake";
      default -> next = "not expected; look at the server";
    }
    return new RedisException(node, retry, code, "%s - %s".formatted(text, next), cause);
  }

  private static String firstWord(String text) {
    int end = text.indexOf(' ');
    return end < 0 ? text : text.substring(0, end);
  }
}
