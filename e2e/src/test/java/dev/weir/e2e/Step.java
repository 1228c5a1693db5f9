package dev.weir.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.lake.FaultProxy;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One request of a run, told apart on the wire by what the protocol means with it.
 *
 * @param kind the step of the protocol
 * @param attempt whose step it is; of a fence and a seal, whom it shuts out
 * @param from of a {@link Kind#REBIND}, the attempt that loses the claims; else empty
 * @param names the claims of a claim or rebind, the planned keys of a plan, or the object's key
 */
record Step(Kind kind, String attempt, String from, List<String> names) {
  private static final Pattern OBJECT =
      Pattern.compile("^PUT /[^/]+/[^ ]*?((?:_weir|events|dead_letters)/[^ ]+) .*");
  private static final Pattern ATTEMPT_OBJECT =
      Pattern.compile("_weir/attempts/([0-9a-f]{24})\\.json");
  private static final Pattern DATA_OBJECT =
      Pattern.compile("(?:events|dead_letters)/.*/([0-9a-f]{24})-\\d+\\.parquet");
  private static final Pattern PLANNED_KEY = Pattern.compile("\"key\":\"([^\"]+)\"");
  private static final Step OTHER = new Step(Kind.OTHER, "", "", List.of());

  /** What a request is for. */
  enum Kind {
    CLAIM,
    REBIND,
    PLAN,
    LAND,
    DONE,
    FENCE,
    SEAL,
    OTHER
  }

  /** The step of a command to Redis. */
  static Step of(List<byte[]> words) {
    String command = text(words.get(0)).toUpperCase(Locale.ROOT);
    if (command.equals("EVALSHA")) {
      return ofScript(words);
    }
    String key = words.size() > 1 ? text(words.get(1)) : "";
    int done = key.indexOf(":done:");
    return command.equals("SET") && done >= 0
        ? new Step(Kind.DONE, key.substring(done + ":done:".length()), "", List.of(key))
        : OTHER;
  }

  /** A call of the claim script: sha, number of keys, epoch's key, buckets, and its arguments. */
  private static Step ofScript(List<byte[]> words) {
    int keys = Integer.parseInt(text(words.get(2)));
    List<byte[]> arguments = words.subList(3 + keys, words.size());
    String attempt = HexFormat.of().formatHex(arguments.get(1));
    String from = HexFormat.of().formatHex(arguments.get(2));
    int width = Integer.parseInt(text(arguments.get(4)));
    byte[] packed = arguments.get(6);
    List<String> claims = new ArrayList<>();
    for (int i = 0; i < keys - 1; i++) {
      String field = new String(packed, i * (width + Integer.BYTES), width, ISO_8859_1);
      claims.add(text(words.get(4 + i)) + "/" + field);
    }
    return new Step(from.isEmpty() ? Kind.CLAIM : Kind.REBIND, attempt, from, claims);
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
