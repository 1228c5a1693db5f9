package dev.weir.claim;

import dev.weir.claim.RedisNodes.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;

/**
 * What a claim store in Redis is, fixed when it is created: its identity, its layout and how long
 * it keeps claims.
 *
 * <p>Kept once per hash tag, so that a server of a cluster that has lost its data is noticed, and
 * so that every script call can check it on the server that it runs on. The first tag's copy
 * decides: it is created first, marked as unfinished, and the mark is taken off when all other
 * copies are there.
 *
 * @param id the store's identity, and the seed of its layout
 * @param bucketBits the binary logarithm of the number of buckets
 * @param keep how long a claim is kept after its attempt began
 */
record RedisEpoch(UUID id, int bucketBits, Duration keep) {
  private static final String UNFINISHED = "unfinished ";
  private static final Pattern TEXT =
      Pattern.compile(
          "weir-claims layout=(\\d{1,9}) epoch=([0-9a-f-]{36}) tags=(\\d{1,9})"
              + " buckets=(\\d{1,18}) keep_seconds=(\\d{1,12})");

  /**
   * Reads the epoch of the store {@code options.name()}, or creates it where there is none at all.
   *
   * @throws IOException if the store was made with other settings, if a part of it is lost, or if
   *     Redis could not answer
   */
  static RedisEpoch openOrCreate(RedisNodes nodes, RedisOptions options) throws IOException {
    RedisEpoch wanted = wanted(options);
    List<@Nullable String> copies = read(nodes, options.name());
    if (copies.stream().allMatch(copy -> copy == null)) {
      nodes.call(List.of(set(options.name(), 0, UNFINISHED + wanted.text(), "NX")));
      copies = read(nodes, options.name());
    }
    String first = copies.get(0);
    if (first != null && first.startsWith(UNFINISHED)) {
      RedisEpoch started = parse(options, first.substring(UNFINISHED.length()), wanted);
      finish(nodes, options.name(), started.text());
      copies = read(nodes, options.name());
    }
    return parse(options, whole(options, copies), wanted);
  }

  /**
   * Reads the epoch of the store {@code options.name()} and changes nothing; empty where there is
   * none, or where one is being made.
   *
   * @throws IOException as {@link #openOrCreate} does
   */
  static Optional<RedisEpoch> find(RedisNodes nodes, RedisOptions options) throws IOException {
    RedisEpoch wanted = wanted(options);
    List<@Nullable String> copies = read(nodes, options.name());
    String first = copies.get(0);
    if (copies.stream().allMatch(copy -> copy == null)
        || (first != null && first.startsWith(UNFINISHED))) {
      return Optional.empty();
    }
    return Optional.of(parse(options, whole(options, copies), wanted));
  }

  /** The text that all copies have. */
  private static String whole(RedisOptions options, List<@Nullable String> copies)
      throws IOException {
    String first = copies.get(0);
    List<Integer> lost = new ArrayList<>();
    for (int tag = 0; tag < RedisLayout.TAGS; tag++) {
      if (first == null || !first.equals(copies.get(tag))) {
        lost.add(tag);
      }
    }
    if (first == null || !lost.isEmpty()) {
      throw new IOException(
          ("a part of the claims \"%s\" in Redis is gone (%d of %d): a server was emptied, or keys"
                  + " were deleted; going on would land events twice: bring the data back, or stop every"
                  + " process that uses them and run once with --rebuild-claims")
              .formatted(options.name(), lost.size(), RedisLayout.TAGS));
    }
    return first;
  }

  /**
   * Gives a store of which a part is lost a new epoch on every tag; does nothing where nothing is
   * lost, or where there is none at all. What is left of the old claims lies where nobody looks any
   * more, and goes with its buckets. Broken off half way, the store stays one that is not whole.
   *
   * @throws IOException if Redis could not answer
   */
  static void replaceWhereLost(RedisNodes nodes, RedisOptions options) throws IOException {
    List<@Nullable String> copies = read(nodes, options.name());
    if (copies.stream().allMatch(copy -> copy == null) || isIntact(copies)) {
      return;
    }
    String text = wanted(options).text();
    nodes.call(List.of(set(options.name(), 0, UNFINISHED + text)));
    List<Request> others = new ArrayList<>();
    for (int tag = 1; tag < RedisLayout.TAGS; tag++) {
      others.add(set(options.name(), tag, text));
    }
    nodes.call(others);
    nodes.call(List.of(set(options.name(), 0, text)));
  }

  /** Whether all copies are the same; while the store is being made, some may not be there yet. */
  private static boolean isIntact(List<@Nullable String> copies) {
    String first = copies.get(0);
    if (first == null) {
      return false;
    }
    boolean unfinished = first.startsWith(UNFINISHED);
    String text = unfinished ? first.substring(UNFINISHED.length()) : first;
    return copies.stream().skip(1).allMatch(copy -> copy == null ? unfinished : copy.equals(text));
  }

  private static RedisEpoch wanted(RedisOptions options) {
    return new RedisEpoch(
        UUID.randomUUID(), RedisLayout.bucketBits(options.expectedClaims()), options.keep());
  }

  /** The text that is kept in Redis. */
  String text() {
    return "weir-claims layout=%d epoch=%s tags=%d buckets=%d keep_seconds=%d"
        .formatted(RedisLayout.VERSION, id, RedisLayout.TAGS, 1L << bucketBits, keep.toSeconds());
  }

  /** The layout that follows from this epoch. */
  RedisLayout layout(String name) {
    return new RedisLayout(
        name, bucketBits, id.getMostSignificantBits(), id.getLeastSignificantBits());
  }

  private static List<@Nullable String> read(RedisNodes nodes, String name) throws IOException {
    List<Request> gets = new ArrayList<>();
    for (int tag = 0; tag < RedisLayout.TAGS; tag++) {
      gets.add(
          new Request(
              RedisLayout.slot(tag), Protocol.Command.GET, RedisLayout.epochKey(name, tag)));
    }
    List<@Nullable String> copies = new ArrayList<>();
    for (Object copy : nodes.call(gets)) {
      copies.add(copy == null ? null : new String((byte[]) copy, StandardCharsets.UTF_8));
    }
    return copies;
  }

  private static void finish(RedisNodes nodes, String name, String text) throws IOException {
    List<Request> others = new ArrayList<>();
    for (int tag = 1; tag < RedisLayout.TAGS; tag++) {
      others.add(set(name, tag, text, "NX"));
    }
    nodes.call(others);
    nodes.call(List.of(set(name, 0, text, "XX")));
  }

  private static Request set(String name, int tag, String text, String... conditions) {
    byte[][] arguments = new byte[2 + conditions.length][];
    arguments[0] = RedisLayout.epochKey(name, tag);
    arguments[1] = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < conditions.length; i++) {
      arguments[2 + i] = conditions[i].getBytes(StandardCharsets.UTF_8);
    }
    return new Request(RedisLayout.slot(tag), Protocol.Command.SET, arguments);
  }

  private static RedisEpoch parse(RedisOptions options, String text, RedisEpoch wanted)
      throws IOException {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()
        || Integer.parseInt(parts.group(1)) != RedisLayout.VERSION
        || Integer.parseInt(parts.group(3)) != RedisLayout.TAGS) {
      throw new IOException(
          ("the claims \"%s\" in Redis have a layout that this version does not know: found"
                  + " \"%s\", wanted layout=%d and tags=%d; use the version that made them, or a"
                  + " new name with a new lake")
              .formatted(options.name(), text, RedisLayout.VERSION, RedisLayout.TAGS));
    }
    long buckets = Long.parseLong(parts.group(4));
    Duration keep = Duration.ofSeconds(Long.parseLong(parts.group(5)));
    List<String> differences = new ArrayList<>();
    if (buckets != 1L << wanted.bucketBits) {
      differences.add(
          "%d buckets (up to %d expected claims), and the settings give %d (%d expected claims)"
              .formatted(
                  buckets,
                  buckets * RedisLayout.PLANNED_ENTRIES,
                  1L << wanted.bucketBits,
                  options.expectedClaims()));
    }
    if (!keep.equals(wanted.keep)) {
      differences.add("claims kept for %s, and the settings give %s".formatted(keep, wanted.keep));
    }
    if (!differences.isEmpty()) {
      throw new IOException(
          ("the claims \"%s\" in Redis were created with %s; both are fixed when the claims are"
                  + " created: set them back, or use a new redis.name, which a lake with events in it takes"
                  + " with --rebuild-claims")
              .formatted(options.name(), String.join("; and with ", differences)));
    }
    return new RedisEpoch(
        UUID.fromString(parts.group(2)), Long.numberOfTrailingZeros(buckets), keep);
  }

  /** The text as bytes, for the check that every script call makes. */
  byte[] bytes() {
    return text().getBytes(StandardCharsets.UTF_8);
  }
}
