package dev.weir.cli.kinesis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A stream, written as {@code kinesis://stream?region=eu-west-1&endpoint=http://127.0.0.1:4567}.
 *
 * @param stream the stream's name
 * @param region its region, or null for the one of the environment or profile
 * @param endpoint the address of something that speaks Kinesis' protocol, or null for Amazon's
 */
public record KinesisAddress(String stream, @Nullable String region, @Nullable URI endpoint) {
  /** What an address looks like, for messages. */
  public static final String FORM =
      "kinesis://STREAM, with ?region=REGION and &endpoint=URL where they are needed";

  private static final Pattern ADDRESS = Pattern.compile("kinesis://([^/?#]*)/?(?:\\?(.*))?");
  private static final Pattern STREAM = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");
  private static final Pattern REGION = Pattern.compile("[a-z]{2,}(-[a-z0-9]+)+");

  public KinesisAddress {
    check(STREAM.matcher(stream).matches(), "the name of a stream", stream);
    check(region == null || REGION.matcher(region).matches(), "a region", region);
    check(endpoint == null || isService(endpoint), "an http:// or https:// endpoint", endpoint);
  }

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException if it is none; the message says what is wrong with it
   */
  public static KinesisAddress parse(String text) {
    Matcher address = ADDRESS.matcher(text);
    if (!address.matches()) {
      throw new IllegalArgumentException("it is no address of a stream");
    }
    String region = null;
    URI endpoint = null;
    String query = Objects.requireNonNullElse(address.group(2), "");
    for (String parameter : query.isEmpty() ? new String[0] : query.split("&", -1)) {
      int equals = parameter.indexOf('=');
      String name = equals < 0 ? parameter : parameter.substring(0, equals);
      String value = equals < 0 ? "" : decode(parameter.substring(equals + 1));
      switch (name) {
        case "region" -> region = once(name, region, value);
        case "endpoint" -> endpoint = once(name, endpoint, uri(value));
        default -> throw new IllegalArgumentException("'%s' is no parameter of it".formatted(name));
      }
    }
    return new KinesisAddress(address.group(1), region, endpoint);
  }

  /** Where the stream is, for messages. */
  String where() {
    if (endpoint != null) {
      return endpoint.toString();
    }
    return "Amazon Kinesis in " + Objects.requireNonNullElse(region, "the environment's region");
  }

  private static boolean isService(URI uri) {
    return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
        && uri.getHost() != null
        && uri.getUserInfo() == null;
  }

  private static <T> T once(String name, @Nullable T before, T value) {
    if (before != null) {
      throw new IllegalArgumentException("%s is in it twice".formatted(name));
    }
    return value;
  }

  /** Undoes percent signs; a plus is a plus. */
  private static String decode(String value) {
    return URLDecoder.decode(value.replace("+", "%2B"), UTF_8);
  }

  private static URI uri(String value) {
    try {
      return new URI(value);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("'%s' is no endpoint".formatted(value), e);
    }
  }

  private static void check(boolean allowed, String what, @Nullable Object value) {
    if (!allowed) {
      throw new IllegalArgumentException("'%s' is not %s".formatted(value, what));
    }
  }
}
