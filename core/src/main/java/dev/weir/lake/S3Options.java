package dev.weir.lake;

import java.net.URI;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a lake in S3 is and how it is spoken to. Immutable and checked; holds no secrets.
 *
 * @param bucket the bucket
 * @param prefix what all keys begin with, without a slash at its ends; empty for the whole bucket
 * @param endpoint which service answers
 * @param checksum what a request's body is sealed with on its way
 * @param multipart how large objects are sent
 * @param network bounds on connections, waiting and retrying
 */
public record S3Options(
    String bucket,
    String prefix,
    Endpoint endpoint,
    Checksum checksum,
    Multipart multipart,
    Network network) {

  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final long MIB = 1L << 20;

  /**
   * What a request's body is sealed with. It always travels as a header, never as a trailer: many
   * S3-compatible stores do not know trailers.
   */
  public enum Checksum {
    /** The header {@code x-amz-checksum-crc32c}, which S3 checks and keeps with the object. */
    CRC32C,
    /** The header {@code Content-MD5}, which every store knows. */
    MD5,
    /** Nothing but what TLS and the request's signature give. */
    NONE
  }

  /**
   * Which service answers.
   *
   * @param region the bucket's region, or null for the one of the environment or profile
   * @param uri the address of an S3-compatible store, or null for Amazon's
   * @param pathStyle whether the bucket is named in the path instead of the host name
   */
  public record Endpoint(@Nullable String region, @Nullable URI uri, boolean pathStyle) {
    /** Amazon S3 in the region of the environment or profile. */
    public static final Endpoint AWS = new Endpoint(null, null, false);

    public Endpoint {
      check(region == null || !region.isBlank(), "region", region, "a name such as eu-west-1");
      check(
          uri == null
              || (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                  && uri.getHost() != null
                  && uri.getUserInfo() == null),
          "endpoint",
          uri == null ? null : uri.getScheme() + "://" + uri.getHost(),
          "http:// or https:// with a host name and without credentials");
    }
  }

  /**
   * How large objects are sent. At most {@code parallelParts} parts are on their way at once, over
   * all objects of a store.
   *
   * @param thresholdBytes objects larger than this are sent in parts, 5 MiB to 5 GiB
   * @param partBytes the size of a part, 5 MiB to 5 GiB; an object has at most 10,000 parts
   * @param parallelParts 1 to 64
   */
  public record Multipart(long thresholdBytes, long partBytes, int parallelParts) {
    /** Parts of 16 MiB above 64 MiB, four at once. */
    public static final Multipart DEFAULT = new Multipart(64 * MIB, 16 * MIB, 4);

    public Multipart {
      checkRange("multipart threshold", thresholdBytes, 5 * MIB, 5 * 1024 * MIB);
      checkRange("part size", partBytes, 5 * MIB, 5 * 1024 * MIB);
      checkRange("parallel parts", parallelParts, 1, 64);
    }
  }

  /**
   * Bounds on connections, waiting and retrying.
   *
   * @param connections connections open at once, 1 to 1,000; give one to each thread that puts
   * @param connectTimeout how long a connection may take, 100 ms to 1 min
   * @param idleTimeout how long an answer may be silent, 100 ms to 10 min
   * @param tryTimeout how long one try of a request may take, with its body, 100 ms to 1 h
   * @param tries how often a request is sent, 1 to 20
   * @param backoff the delay before the second try; it doubles up to {@code maxBackoff}, and each
   *     delay is drawn at random below that
   * @param maxBackoff the longest delay, at least {@code backoff} and at most 1 min
   */
  public record Network(
      int connections,
      Duration connectTimeout,
      Duration idleTimeout,
      Duration tryTimeout,
      int tries,
      Duration backoff,
      Duration maxBackoff) {
    /** 64 connections; 5 s, 30 s and 5 min of patience; 8 tries, from 100 ms to 10 s apart. */
    public static final Network DEFAULT =
        new Network(
            64,
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            8,
            Duration.ofMillis(100),
            Duration.ofSeconds(10));

    public Network {
      checkRange("connections", connections, 1, 1000);
      checkRange("connect timeout", connectTimeout, Duration.ofMillis(100), Duration.ofMinutes(1));
      checkRange("idle timeout", idleTimeout, Duration.ofMillis(100), Duration.ofMinutes(10));
      checkRange("try timeout", tryTimeout, Duration.ofMillis(100), Duration.ofHours(1));
      checkRange("tries", tries, 1, 20);
      checkRange("backoff", backoff, Duration.ofMillis(1), Duration.ofMinutes(1));
      checkRange("longest backoff", maxBackoff, backoff, Duration.ofMinutes(1));
    }
  }

  public S3Options {
    check(
        BUCKET.matcher(bucket).matches(),
        "bucket",
        bucket,
        "3 to 63 lower-case letters, digits, dots and dashes");
    check(
        prefix.isEmpty() || isKey(prefix),
        "prefix",
        prefix,
        "printable ASCII segments parted by single slashes, none of them . or ..");
  }

  /** The defaults at Amazon S3. */
  public static S3Options of(String bucket, String prefix) {
    return new S3Options(
        bucket, prefix, Endpoint.AWS, Checksum.CRC32C, Multipart.DEFAULT, Network.DEFAULT);
  }

  /**
   * The defaults for a lake named as {@code s3://bucket/prefix}; one slash at the end is allowed.
   *
   * @throws IllegalArgumentException if it is no such name
   */
  public static S3Options of(String location) {
    check(location.startsWith("s3://"), "location", location, "s3://bucket/prefix");
    String path = location.substring("s3://".length());
    String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    int slash = trimmed.indexOf('/');
    return slash < 0
        ? of(trimmed, "")
        : of(trimmed.substring(0, slash), trimmed.substring(slash + 1));
  }

  /** The same elsewhere. */
  public S3Options with(Endpoint other) {
    return new S3Options(bucket, prefix, other, checksum, multipart, network);
  }

  /** The same with another checksum. */
  public S3Options with(Checksum other) {
    return new S3Options(bucket, prefix, endpoint, other, multipart, network);
  }

  /** The same with other parts. */
  public S3Options with(Multipart other) {
    return new S3Options(bucket, prefix, endpoint, checksum, other, network);
  }

  /** The same with other bounds. */
  public S3Options with(Network other) {
    return new S3Options(bucket, prefix, endpoint, checksum, multipart, other);
  }

  /**
   * Whether a text is a key: printable ASCII segments, none of them empty, {@code .} or {@code ..}.
   */
  static boolean isKey(String text) {
    for (String segment : text.split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        return false;
      }
    }
    return text.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  private static <T extends Comparable<T>> void checkRange(String name, T value, T least, T most) {
    check(
        value.compareTo(least) >= 0 && value.compareTo(most) <= 0,
        name,
        value,
        least + " to " + most);
  }

  private static void check(
      boolean allowed, String name, @Nullable Object value, String whatIsAllowed) {
    if (!allowed) {
      throw new IllegalArgumentException(
          "the S3 %s is %s; allowed is %s".formatted(name, value, whatIsAllowed));
    }
  }
}
