package dev.weir.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.lake.FaultProxy;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One request of a run, told apart on the wire by what the protocol means with it.
 *
 * @param kind the step of the protocol
 * @param attempt whose step it is; of a fence and a seal, whom it shuts out; empty where the
 *     request does not tell
 * @param from of a {@link Kind#REBIND}, the attempt that loses the claims; else empty
 * @param names the claims of a claim, settling or rebind, the planned keys of a plan, or the key
 */
record Step(Kind kind, String attempt, String from, List<String> names) {
  private static final Pattern OBJECT =
      Pattern.compile("^PUT /[^/]+/[^ ]*?((?:_weir|events|dead_letters)/[^ ]+) .*");
  private static final Pattern ATTEMPT_OBJECT =
      Pattern.compile("_weir/attempts/([0-9a-f]{24})\\.json");
  private static final Pattern DATA_OBJECT =
      Pattern.compile("(?:events|dead_letters)/.*/([0-9a-f]{24})-\\d+\\.parquet");
  private static final Pattern PLANNED_KEY = Pattern.compile("\"key\":\"([^\"]+)\"");
  private static final int ATTEMPT_BYTES = 12;

  /** What a run asks of Redis beside the protocol's steps. */
  private static final Set<String> OTHERS =
      Set.of(
          "ASKING", "AUTH", "CLUSTER", "CONFIG", "EXISTS", "GET", "HELLO", "INFO", "PING", "QUIT",
          "SCRIPT", "SET", "TIME");

  private static final Step OTHER = new Step(Kind.OTHER, "", "", List.of());

  /** What a request is for. */
  enum Kind {
    /** One uuid is set, if it is absent. */
    CLAIM,
    /** A bucket's expiry is put off. */
    RENEW,
    /** The script tells the owners of what was there, and checks the epoch. */
    SETTLE,
    /** The script takes the claims of a dead attempt. */
    REBIND,
    PLAN,
    LAND,
    DONE,
    FENCE,
    SEAL,
    OTHER
  }

  /**
   * The step of a command to Redis.
   *
   * @throws IllegalArgumentException if no run is known to send such a command: what it means has
   *     to be told here first, or no test would ever meet it
   */
  static Step of(List<byte[]> words) {
    String command = text(words.get(0)).toUpperCase(Locale.ROOT);
    String key = words.size() > 1 ? text(words.get(1)) : "";
    switch (command) {
      case "HSETNX" -> {
        String attempt = HexFormat.of().formatHex(words.get(3), 0, ATTEMPT_BYTES);
        return new Step(Kind.CLAIM, attempt, "", List.of(key + "/" + text(words.get(2))));
      }
      case "EXPIRE" -> {
        return new Step(Kind.RENEW, "", "", List.of(key));
      }
      case "EVALSHA" -> {
        return ofScript(words);
      }
      default -> {
        if (!OTHERS.contains(command)) {
          throw new IllegalArgumentException("a command that no step is known for: " + command);
        }
        int done = key.indexOf(":done:");
        return command.equals("SET") && done >= 0
            ? new Step(Kind.DONE, key.substring(done + ":done:".length()), "", List.of(key))
            : OTHER;
      }
    }
  }

  /**
   * A call of the claim script: sha, number of keys, epoch's key, the buckets of the uuids, the
   * buckets to look after, and its arguments.
   */
  private static Step ofScript(List<byte[]> words) {
    int keys = Integer.parseInt(text(words.get(2)));
    List<byte[]> arguments = words.subList(3 + keys, words.size());
    String attempt = HexFormat.of().formatHex(arguments.get(1));
    String from = HexFormat.of().formatHex(arguments.get(2));
    int width = Integer.parseInt(text(arguments.get(4)));
    byte[] packed = arguments.get(5);
    int count = packed.length / (width + Integer.BYTES);
    if (packed.length % (width + Integer.BYTES) != 0 || count > keys - 1) {
      throw new IllegalArgumentException(
          "a call of the script with %d buckets has %d bytes for uuids"
              .formatted(keys - 1, packed.length));
    }
    List<String> claims = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String field = new String(packed, i * (width + Integer.BYTES), width, ISO_8859_1);
      claims.add(text(words.get(4 + i)) + "/" + field);
    }
    return new Step(from.isEmpty() ? Kind.SETTLE : Kind.REBIND, attempt, from, claims);
  }

  /** The step of a request to S3. */
  static Step of(FaultProxy.Request request) {
    Matcher object = OBJECT.matcher(request.line());
    if (!object.matches()) {
      return OTHER;
    }
    String key = URLDecoder.decode(object.group(1).replace("+", "%2B"), UTF_8);
    String body = text(request.body());
    Matcher plan = ATTEMPT_OBJECT.matcher(key);
    if (plan.matches()) {
      return body.contains("\"state\":\"planned\"")
          ? new Step(Kind.PLAN, plan.group(1), "", plannedKeys(body))
          : new Step(Kind.FENCE, plan.group(1), "", List.of(key));
    }
    Matcher data = DATA_OBJECT.matcher(key);
    return data.matches()
        ? new Step(
            body.contains("weir_seal") ? Kind.SEAL : Kind.LAND, data.group(1), "", List.of(key))
        : OTHER;
  }

  private static List<String> plannedKeys(String plan) {
    return PLANNED_KEY.matcher(plan).results().map(key -> key.group(1)).toList();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }
}
