package dev.weir.settings;

import dev.weir.claim.RedisOptions;
import dev.weir.lake.S3Options;
import dev.weir.quality.Expectation;
import dev.weir.quality.QualityOptions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the text of a value may be: its unit, its range, and how it is read.
 *
 * @param <T> what the text becomes
 */
final class ValueType<T> {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,18}) ?([A-Za-z]{0,3})");
  private static final Pattern DURATION = Pattern.compile("(\\d{1,18})(d|h|m|s|ms)");

  private final String unit;
  private final String range;
  private final String allowed;
  private final boolean list;
  private final Function<List<String>, T> reader;
  private final Predicate<T> inRange;

  private ValueType(
      String unit,
      String range,
      String allowed,
      boolean list,
      Function<List<String>, T> reader,
      Predicate<T> inRange) {
    this.unit = unit;
    this.range = range;
    this.allowed = allowed;
    this.list = list;
    this.reader = reader;
    this.inRange = inRange;
  }

  /** A whole number of {@code unit}, both ends included. */
  static ValueType<Integer> integer(String unit, int min, int max) {
    String range = min + " to " + max;
    return scalar(
        unit,
        range,
        "a whole number from " + range,
        Integer::valueOf,
        value -> value >= min && value <= max);
  }

  /** A whole number of {@code unit} that may be larger than an int, both ends included. */
  static ValueType<Long> count(String unit, long min, long max) {
    String range = min + " to " + max;
    return scalar(
        unit,
        range,
        "a whole number from " + range,
        Long::valueOf,
        value -> value >= min && value <= max);
  }

  /** A number of bytes, plain or with a unit: {@code 65536}, {@code 64KiB}, {@code 10MB}. */
  static ValueType<Long> size(long min, long max) {
    String range = sizeText(min) + " to " + sizeText(max);
    return scalar(
        "bytes",
        range,
        "a size from " + range,
        ValueType::sizeBytes,
        value -> value >= min && value <= max);
  }

  /** A length of time: {@code 7d}, {@code 12h}, {@code 30m}, {@code 60s}, {@code 500ms}, ISO. */
  static ValueType<Duration> duration(Duration min, Duration max) {
    String range = durationText(min) + " to " + durationText(max);
    return scalar(
        "duration",
        range,
        "a duration from " + range,
        ValueType::parseDuration,
        value -> value.compareTo(min) >= 0 && value.compareTo(max) <= 0);
  }

  /** A moment in ISO-8601 with a zone. */
  static ValueType<Instant> instant(Instant min, Instant max) {
    String range = min + " to " + max;
    return scalar(
        "moment",
        range,
        "a moment from " + range,
        Instant::parse,
        value -> !value.isBefore(min) && !value.isAfter(max));
  }

  /** One of the constants of an enum, in lower case. */
  static <E extends Enum<E>> ValueType<E> choice(Class<E> constants) {
    List<E> choices = List.of(constants.getEnumConstants());
    List<String> words = choices.stream().map(ValueType::word).toList();
    String range =
        String.join(", ", words.subList(0, words.size() - 1))
            + " or "
            + words.get(words.size() - 1);
    return scalar(
        "word", range, range, text -> choices.get(words.indexOf(text)), choices::contains);
  }

  /** Whether something is so. */
  static ValueType<Boolean> yesOrNo() {
    return scalar("word", "true or false", "true or false", ValueType::parseYesOrNo, v -> true);
  }

  private static boolean parseYesOrNo(String text) {
    if (!text.equals("true") && !text.equals("false")) {
      throw new IllegalArgumentException(text);
    }
    return text.equals("true");
  }

  /** A path; nothing is looked up. */
  static ValueType<String> path() {
    return scalar("path", "", "a path", Function.identity(), ValueType::isPath);
  }

  /** Where a lake is; nothing is looked up. */
  static ValueType<String> lakeLocation() {
    String range = "a folder or s3://bucket/prefix";
    return scalar("path", range, range, Function.identity(), ValueType::isLake);
  }

  /** Where claims are; nothing is looked up. */
  static ValueType<String> claimsLocation() {
    String range =
        "a folder, or redis://host:port or rediss://host:port, of a cluster some of them";
    return scalar("path", range, range, Function.identity(), ValueType::isClaims);
  }

  /** A word that matches a pattern. */
  static ValueType<String> word(Pattern pattern, String range) {
    return scalar(
        "text", range, range, Function.identity(), text -> pattern.matcher(text).matches());
  }

  /** Any text. */
  static ValueType<String> text() {
    return scalar(
        "text", "", "a text without control characters", Function.identity(), ValueType::isText);
  }

  /** A text of any number of lines. */
  static ValueType<String> lines() {
    return scalar(
        "text", "", "a text that is not blank", Function.identity(), text -> !text.isBlank());
  }

  /** The address of an HTTP service. */
  static ValueType<URI> httpAddress() {
    String range = "http:// or https:// with a host, without user and path";
    return scalar("address", range, range, URI::create, ValueType::isHttp);
  }

  /** A file that is there and can be read, relative to the working directory. */
  static ValueType<Path> readableFile() {
    return scalar(
        "path",
        "a file that can be read",
        "a file that can be read",
        Path::of,
        path -> Files.isRegularFile(path) && Files.isReadable(path));
  }

  /** Texts in order, at least {@code minCount} of them. */
  static ValueType<List<String>> texts(String unit, int minCount) {
    String range = minCount == 0 ? "any number" : minCount + " or more";
    return new ValueType<>(
        unit,
        range,
        "a list of " + unit + ", " + range + ", none of them empty",
        true,
        List::copyOf,
        texts -> texts.size() >= minCount && texts.stream().allMatch(ValueType::isText));
  }

  /** A list of expectations, as one text in YAML or JSON. */
  static ValueType<List<Expectation>> expectations() {
    return scalar(
        "expectations",
        "up to " + QualityOptions.MAX_EXPECTATIONS,
        "a list of up to "
            + QualityOptions.MAX_EXPECTATIONS
            + " expectations, each with a name and one of sql, not_null, in, range, matches and"
            + " payload_has",
        ValueType::expectations,
        value -> value.size() <= QualityOptions.MAX_EXPECTATIONS);
  }

  private static List<Expectation> expectations(String text) {
    try {
      return ExpectationsText.read(text);
    } catch (IllegalArgumentException e) {
      throw new NotAllowedException(String.valueOf(e.getMessage()));
    }
  }

  /** Why a text is no value, where "it is not allowed" would not be enough to mend it. */
  static final class NotAllowedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotAllowedException(String message) {
      super(message, null, false, false);
    }
  }

  private static <T> ValueType<T> scalar(
      String unit, String range, String allowed, Function<String, T> parser, Predicate<T> inRange) {
    return new ValueType<>(
        unit, range, allowed, false, texts -> parser.apply(onlyOne(texts)), inRange);
  }

  /** The value of the texts; empty if they are no such value or out of range. */
  Optional<T> read(List<String> texts) {
    try {
      return Optional.of(reader.apply(texts)).filter(inRange);
    } catch (IllegalArgumentException
        | DateTimeException
        | ArithmeticException
        | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  boolean accepts(T value) {
    return inRange.test(value);
  }

  /** What is allowed, to follow "allowed is" in a message. */
  String allowed() {
    return allowed;
  }

  /** The unit of a number, else the kind of value. */
  String unit() {
    return unit;
  }

  /** What is allowed, short, for a table; empty if the unit says it all. */
  String range() {
    return range;
  }

  /** Whether a value is a list of texts. */
  boolean isList() {
    return list;
  }

  /** The shortest exact text of a size, as it may be set. */
  static String sizeText(long bytes) {
    String[] units = {"", "KiB", "MiB", "GiB", "TiB", "PiB"};
    int unit = 0;
    long count = bytes;
    while (count != 0 && count % 1024 == 0 && unit < units.length - 1) {
      count /= 1024;
      unit++;
    }
    return count + units[unit];
  }

  /** The shortest exact text of a duration of whole milliseconds, as it may be set. */
  static String durationText(Duration duration) {
    long millis = duration.toMillis();
    if (!Duration.ofMillis(millis).equals(duration)) {
      return duration.toString();
    }
    if (millis % 1_000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1_000;
    if (seconds % 60 != 0 || seconds == 0) {
      return seconds + "s";
    }
    if (seconds % 3_600 != 0) {
      return seconds / 60 + "m";
    }
    return seconds % 86_400 == 0 ? seconds / 86_400 + "d" : seconds / 3_600 + "h";
  }

  /** How a constant is written in settings. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String onlyOne(List<String> texts) {
    if (texts.size() != 1) {
      throw new IllegalArgumentException("a single value is needed");
    }
    return texts.get(0);
  }

  private static boolean isText(String text) {
    return !text.isBlank() && text.chars().noneMatch(Character::isISOControl);
  }

  /** A URL would pass for a relative path and quietly become a folder. */
  private static boolean isPath(String text) {
    return isText(text) && !text.contains("://");
  }

  private static boolean isLake(String text) {
    if (!isText(text) || !text.startsWith("s3:")) {
      return isPath(text);
    }
    S3Options.of(text);
    return true;
  }

  private static boolean isClaims(String text) {
    if (!isText(text) || !text.startsWith("redis")) {
      return isPath(text);
    }
    return !text.contains("://") || !RedisOptions.servers(text).isEmpty();
  }

  private static boolean isHttp(URI uri) {
    return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
        && uri.getHost() != null
        && uri.getRawUserInfo() == null
        && (uri.getRawPath() == null || uri.getRawPath().matches("/?"))
        && uri.getRawQuery() == null;
  }

  private static long sizeBytes(String text) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("no size");
    }
    return Math.multiplyExact(Long.parseLong(matcher.group(1)), bytesPer(matcher.group(2)));
  }

  private static long bytesPer(String unit) {
    return switch (unit) {
      case "", "B" -> 1L;
      case "kB", "KB" -> 1_000L;
      case "MB" -> 1_000_000L;
      case "GB" -> 1_000_000_000L;
      case "TB" -> 1_000_000_000_000L;
      case "PB" -> 1_000_000_000_000_000L;
      case "KiB" -> 1L << 10;
      case "MiB" -> 1L << 20;
      case "GiB" -> 1L << 30;
      case "TiB" -> 1L << 40;
      case "PiB" -> 1L << 50;
      default -> throw new IllegalArgumentException("no unit of size");
    };
  }

  private static Duration parseDuration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      return Duration.parse(text);
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "d" -> Duration.ofDays(count);
      case "h" -> Duration.ofHours(count);
      case "m" -> Duration.ofMinutes(count);
      case "s" -> Duration.ofSeconds(count);
      default -> Duration.ofMillis(count);
    };
  }
}
