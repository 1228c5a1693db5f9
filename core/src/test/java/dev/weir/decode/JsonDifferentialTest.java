package dev.weir.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.weir.record.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The scanner and Jackson must accept and refuse the same documents, tens of thousands of them,
 * generated and mutated from a fixed seed.
 *
 * <p>Where they may differ: lone surrogates, which Jackson accepts, and a byte order mark, which it
 * skips. What is UTF-8 is judged by the JDK's strict decoder: Jackson lets overlong forms and
 * encoded surrogates pass.
 */
class JsonDifferentialTest {
  private static final Set<Reason> STRICTER_THAN_JACKSON =
      EnumSet.of(Reason.LONE_SURROGATE, Reason.BYTE_ORDER_MARK);

  private static final String[] SCRAPS = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u",
    "\\ud83d",
    "\\ude00",
    "0",
    "-",
    ".",
    "e",
    "E+",
    "1",
    "true",
    "fals",
    "null",
    "NaN",
    " ",
    "\n",
    "\t",
    "\u0000",
    "\u001f",
    "\u007f",
    "\u00e9",
    "\u20ac",
    "\ud83d\ude00",
    "\ufeff",
    "/",
    "//",
    "\"a\":",
    "{}",
    "[]",
    "00",
    "1e400"
  };

  private final JsonFactory jackson =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(10_000)
                  .maxNumberLength(1 << 26)
                  .maxStringLength(1 << 26)
                  .maxNameLength(1 << 26)
                  .build())
          .build();

  private final JsonScanner scanner = new JsonScanner(ParserLimits.DEFAULT);

  @Test
  void mutatedDocumentsAreAcceptedAndRefusedAlike() {
    SplittableRandom random = new SplittableRandom(8259);
    int accepted = 0;
    int refused = 0;
    for (int i = 0; i < 50_000; i++) {
      StringBuilder json = new StringBuilder();
      appendObject(random, json, 0);
      byte[] document = json.toString().getBytes(StandardCharsets.UTF_8);
      for (int mutations = random.nextInt(4); mutations > 0; mutations--) {
        document = mutate(random, document);
      }
      Reason reason = scan(document);
      if (reason != null && STRICTER_THAN_JACKSON.contains(reason)) {
        continue;
      }
      if (jacksonAccepts(document) != (reason == null)) {
        fail(reason + ", and Jackson differs: " + new String(document, StandardCharsets.UTF_8));
      }
      accepted += reason == null ? 1 : 0;
      refused += reason == null ? 0 : 1;
    }
    assertTrue(accepted > 10_000 && refused > 10_000, accepted + " accepted, " + refused);
  }

  @Test
  void textsAreUnescapedAlike() throws IOException {
    SplittableRandom random = new SplittableRandom(3629);
    JsonText text = new JsonText();
    for (int i = 0; i < 20_000; i++) {
      StringBuilder json = new StringBuilder();
      appendString(random, json);
      byte[] document = json.toString().getBytes(StandardCharsets.UTF_8);
      assertNull(scan(document), json.toString());
      text.set(document, 1, document.length - 1, true);
      try (JsonParser parser = jackson.createParser(json.toString())) {
        parser.nextToken();
        assertEquals(parser.getText(), text.toString());
      }
    }
  }

  private @Nullable Reason scan(byte[] document) {
    try {
      scanner.finish(scanner.value(scanner.begin(document, 0, document.length), 0));
      return null;
    } catch (RefusalException refusal) {
      return refusal.reason();
    }
  }

  private static boolean isUtf8(byte[] document) {
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(document)).toString();
      return text.indexOf('\0') < 0; // from which Jackson concludes that it is UTF-16
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private boolean jacksonAccepts(byte[] document) {
    if (!isUtf8(document)) {
      return false;
    }
    // Bytes, not a string: Jackson's reader of characters takes U+4F37 for the hexadecimal digit 7.
    // A copy has no names of other documents, which are new every time and slow to keep.
    try (JsonParser parser = jackson.copy().createParser(document)) {
      int depth = 0;
      int values = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        parser.getText(); // strings are read lazily
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        values += depth == 0 ? 1 : 0;
      }
      return values == 1 && depth == 0; // Jackson reads any number of documents
    } catch (IOException e) {
      return false;
    }
  }

  private static byte[] mutate(SplittableRandom random, byte[] document) {
    int at = random.nextInt(document.length + 1);
    int to = Math.min(document.length, at + random.nextInt(4));
    return switch (random.nextInt(6)) {
      case 0 -> splice(document, at, to, new byte[0]);
      case 1 -> splice(document, at, at, scrap(random));
      case 2 -> splice(document, at, to, scrap(random));
      case 3 -> splice(document, at, to, new byte[] {(byte) random.nextInt(256)});
      case 4 -> Arrays.copyOf(document, at);
      default -> splice(document, at, at, Arrays.copyOfRange(document, at, to));
    };
  }

  private static byte[] scrap(SplittableRandom random) {
    return SCRAPS[random.nextInt(SCRAPS.length)].getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] splice(byte[] document, int from, int to, byte[] middle) {
    byte[] result = Arrays.copyOf(document, document.length - (to - from) + middle.length);
    System.arraycopy(middle, 0, result, from, middle.length);
    System.arraycopy(document, to, result, from + middle.length, document.length - to);
    return result;
  }

  private static void appendValue(SplittableRandom random, StringBuilder json, int depth) {
    switch (random.nextInt(depth > 4 ? 5 : 7)) {
      case 0 -> json.append(random.nextInt(-1_000, 1_000));
      case 1 -> json.append(random.nextDouble(-1e9, 1e9)).append(random.nextBoolean() ? "" : "e-7");
      case 2 -> json.append(random.nextBoolean() ? "true" : "false");
      case 3 -> json.append("null");
      case 4 -> appendString(random, json);
      case 5 -> appendObject(random, json, depth);
      default -> {
        json.append('[');
        for (int i = random.nextInt(4); i > 0; i--) {
          appendSpace(random, json);
          appendValue(random, json, depth + 1);
          json.append(i > 1 ? "," : "");
        }
        json.append(']');
      }
    }
    appendSpace(random, json);
  }

  private static void appendObject(SplittableRandom random, StringBuilder json, int depth) {
    json.append('{');
    for (int i = random.nextInt(4); i > 0; i--) {
      appendSpace(random, json);
      appendString(random, json);
      appendSpace(random, json);
      json.append(':');
      appendValue(random, json, depth + 1);
      json.append(i > 1 ? "," : "");
    }
    json.append('}');
  }

  private static void appendString(SplittableRandom random, StringBuilder json) {
    json.append('"');
    for (int i = random.nextInt(12); i > 0; i--) {
      switch (random.nextInt(8)) {
        case 0 -> json.append('\\').append("\"\\/bfnrt".charAt(random.nextInt(8)));
        case 1 ->
            json.append("\\u").append(HexFormat.of().toHexDigits((char) random.nextInt(0xD800)));
        case 2 -> {
          for (char half : Character.toChars(random.nextInt(0x10000, 0x110000))) {
            json.append("\\u").append(HexFormat.of().withUpperCase().toHexDigits(half));
          }
        }
        case 3 -> json.appendCodePoint(random.nextInt(0x80, 0xD800));
        case 4 -> json.appendCodePoint(random.nextInt(0xE000, 0x110000));
        default -> json.append((char) random.nextInt('a', 'z' + 1));
      }
    }
    json.append('"');
  }

  private static void appendSpace(SplittableRandom random, StringBuilder json) {
    if (random.nextInt(6) == 0) {
      json.append(" \t\r\n".charAt(random.nextInt(4)));
    }
  }
}
