package dev.weir.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Documents written by hand, and files of them. */
final class Documents {
  /** The time of the events here, 2026-01-01T00:00:00.125Z. */
  static final String TIME = "1767225600.125";

  private Documents() {}

  /** The id of the event with a number. */
  static String id(long number) {
    return "00000000-0000-4000-8000-%012x".formatted(number);
  }

  /** An event that is as it should be, with {@code {"n":number}} as its payload. */
  static String event(long number) {
    return withPayload(number, "{\"n\":%d}".formatted(number));
  }

  /** An event with a payload, which is any JSON. */
  static String withPayload(long number, String payload) {
    return event(quoted(id(number)), "\"lesson:begun\"", TIME, payload);
  }

  /** An event with a name, which is any text. */
  static String withName(long number, String name) {
    return event(quoted(id(number)), quoted(name), TIME, "{}");
  }

  /** A document of any four values, each JSON or meant to be. */
  static String event(String id, String name, String time, String payload) {
    return "{\"event_uuid\":%s,\"event_name\":%s,\"created_at\":%s,\"payload\":%s}"
        .formatted(id, name, time, payload);
  }

  /** A text as a JSON string. */
  static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        json.append('\\');
      }
      json.append(c);
    }
    return json.append('"').toString();
  }

  /** Writes documents to a file, one a line. */
  static Path lines(Path file, List<String> documents) throws IOException {
    return bytes(file, (String.join("\n", documents) + "\n").getBytes(UTF_8));
  }

  /** Writes a file, in a folder that is made if it is not there. */
  static Path bytes(Path file, byte[] content) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  /** Compresses with gzip. */
  static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(content);
    }
    return compressed.toByteArray();
  }
}
