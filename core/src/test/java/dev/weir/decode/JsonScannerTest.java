package dev.weir.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.record.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonScannerTest {
  private static final ParserLimits SMALL = new ParserLimits(1_024, 8, 64, 16, 10, 10);

  /** Why a value is refused wherever it stands in a record, or null if it is accepted. */
  private static @Nullable Reason refusal(byte[] json, ParserLimits limits) {
    Reason first = refusal(json, 0, json.length, limits);
    // Neighbours right before and behind, which could complete or break what is cut carelessly.
    for (String neighbour : new String[] {"\"", "}", "0", "\\u0041", "\u00e9"}) {
      byte[] edge = neighbour.repeat(9).getBytes(StandardCharsets.UTF_8);
      byte[] all = Arrays.copyOf(edge, edge.length * 2 + json.length);
      System.arraycopy(json, 0, all, edge.length, json.length);
      System.arraycopy(edge, 0, all, edge.length + json.length, edge.length);
      assertEquals(first, refusal(all, edge.length, edge.length + json.length, limits));
    }
    return first;
  }

  private static @Nullable Reason refusal(byte[] bytes, int start, int end, ParserLimits limits) {
    JsonScanner scanner = new JsonScanner(limits);
    try {
      scanner.finish(scanner.value(scanner.begin(bytes, start, end), 0));
      return null;
    } catch (RefusalException refusal) {
      assertTrue(refusal.detail().length() <= Events.MAX_DETAIL_CHARS);
      return refusal.reason();
    }
  }

  private static @Nullable Reason refusal(String json) {
    return refusal(json.getBytes(StandardCharsets.UTF_8), ParserLimits.DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        " [ ] ",
        "\t\r\n {\r}\t",
        "0",
        "-0",
        "-0.0e-0",
        "1E+2",
        "1e400",
        "-123456789012345678901234567890.5",
        "18446744073709551616",
        "true",
        "false",
        "null",
        "\"\"",
        "\"1234567\"",
        "\"12345678\"",
        "\"123456789012345\"",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "\"\\u0000\\u001F\\uabCD\"",
        "\"\\ud83d\\ude00\"",
        "\"\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff\ud800\udc00\udbff\udfff\"",
        "\"\u2028\u2029\ufeff\"",
        "[[],{},[[]],[{}]]",
        "{\"a\":{\"b\":[1,{\"c\":null}]},\"a\":2}",
        "{\"\":\"\"}",
        "[1,\"a\",true,null,{\"x\":[]}]"
      })
  void acceptsWhatRfc8259Allows(String json) {
    assertEquals(null, refusal(json), json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NaN",
        "Infinity",
        "-Infinity",
        "nan",
        "True",
        "nul1",
        "'a'",
        "+1",
        "-a",
        ".5",
        "1.a",
        "1.e5",
        "1ea",
        "1e+-1",
        "[0x1F]",
        "[01]",
        "[-01]",
        "[1_000]",
        "[1 2]",
        "[1,]",
        "[,1]",
        "[1,,2]",
        "[}",
        "[1}",
        "{]",
        "{\"a\":1]",
        "{\"a\"}",
        "{\"a\",1}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,\"a\":1}",
        "{a:1}",
        "{1:1}",
        "{\"a\"::1}",
        "{\"a\":1 \"b\":2}",
        "[/* comment */1]",
        "[// comment\n1]",
        "\"\\x41\"",
        "\"\\'\"",
        "\"\\u12G4\"",
        "\"\\u-123\"",
        "\"\\ud83d\\u12G4\"",
        "\"tab\tinside\"",
        "\"line\ninside\"",
        "\"nul\u0000inside\"",
        "\"unit\u001finside\"",
        "[\u00a0]",
        "[\u2028]",
        "[\f]",
        "[\u000b1]",
        "[1,\ufeff2]",
        "\u00e9",
        "}",
        "]",
        ":",
        ","
      })
  void refusesWhatIsNoJson(String json) {
    assertEquals(Reason.INVALID_JSON, refusal(json), json);
  }

  @Test
  void everyPrefixOfAnObjectIsTruncated() {
    String json =
        "{\"a\": [1, -2.5e+3, true, false, null, \"x\\n\\ud83d\\ude00\u00e9\ud83d\ude00\"],"
            + " \"b\": {}}";
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    for (int length = 1; length < bytes.length; length++) {
      assertEquals(
          Reason.TRUNCATED_JSON,
          refusal(Arrays.copyOf(bytes, length), ParserLimits.DEFAULT),
          json.substring(0, Math.min(length, json.length())));
    }
    assertEquals(null, refusal(bytes, ParserLimits.DEFAULT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{} {}", "{}x", "1 2", "[]]", "{}\u0000", "\"a\"\"b\"", "nullnull", "01"})
  void refusesWhatFollowsADocument(String json) {
    assertEquals(Reason.TRAILING_DATA, refusal(json), json);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n", " \t\r\n        \n"})
  void refusesRecordsOfWhiteSpaceOnly(String json) {
    assertEquals(Reason.EMPTY_RECORD, refusal(json), json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "22 80 22", // continuation without a lead
        "22 BF 22",
        "22 C0 80 22", // overlong NUL
        "22 C1 BF 22",
        "22 C3 22", // lead without its continuation
        "22 C3 28 22",
        "22 E0 80 80 22", // overlong
        "22 E0 9F BF 22",
        "22 E2 82 22",
        "22 E2 28 A1 22",
        "22 ED A0 80 22", // surrogates
        "22 ED BF BF 22",
        "22 ED A0 BD ED B8 80 22",
        "22 F0 80 80 80 22", // overlong
        "22 F0 8F BF BF 22",
        "22 F4 90 80 80 22", // beyond U+10FFFF
        "22 F5 80 80 80 22",
        "22 F8 88 80 80 80 22",
        "22 FE 22",
        "22 FF 22",
        "22 61 62 63 64 65 66 67 E9 68 22", // Latin-1
        "5B 80 5D",
        "FF FE 7B 00 7D 00", // UTF-16 with and without its mark
        "FE FF 00 7B 00 7D",
        "7B 00 7D 00",
        "00 7B 00 7D",
        "7B 00 00 00 7D 00 00 00", // UTF-32
        "00 00 00 7B 00 00 00 7D",
        "00"
      })
  void refusesWhatIsNotUtf8(String hex) {
    byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(hex);
    assertEquals(Reason.INVALID_ENCODING, refusal(bytes, ParserLimits.DEFAULT), hex);
  }

  @Test
  void refusesAByteOrderMark() {
    assertEquals(Reason.BYTE_ORDER_MARK, refusal("\ufeff{}"));
    assertEquals(Reason.BYTE_ORDER_MARK, refusal(" \ufeff{}"));
    assertEquals(Reason.BYTE_ORDER_MARK, refusal("\ufeff"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\\ud800\"",
        "\"\\udfff\"",
        "\"\\uD83D \\uDE00\"",
        "\"\\ud83d\\ud83d\"",
        "\"\\ud83dx\"",
        "\"\\ud83d\\n\"",
        "\"\\ude00\\ud83d\"",
        "{\"\\udabc\":1}"
      })
  void refusesSurrogatesWithoutTheirOtherHalf(String json) {
    assertEquals(Reason.LONE_SURROGATE, refusal(json), json);
  }

  @Test
  void everyPlaceOfASpecialByteInAStringIsSeen() {
    for (int length = 0; length < 40; length++) {
      for (int place = 0; place < length; place++) {
        StringBuilder text = new StringBuilder("a".repeat(length));
        text.setCharAt(place, '\u0001');
        assertEquals(Reason.INVALID_JSON, refusal("\"" + text + "\""));
        text.setCharAt(place, '"');
        assertEquals(Reason.TRAILING_DATA, refusal("\"" + text + "\""));
        text.setCharAt(place, '\\');
        assertEquals(
            place == length - 1 ? Reason.TRUNCATED_JSON : Reason.INVALID_JSON,
            refusal("\"" + text + "\""));
        text.setCharAt(place, '\u20ac');
        assertEquals(null, refusal("\"" + text + "\""));
        byte[] bytes = ("\"" + text + "\"").getBytes(StandardCharsets.UTF_8);
        bytes[place + 2] = 'a';
        assertEquals(Reason.INVALID_ENCODING, refusal(bytes, ParserLimits.DEFAULT));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'[[[[[[[[]]]]]]]]', ",
    "'[[[[[[[[[]]]]]]]]]', NESTING_TOO_DEEP",
    "'{\"\":{\"\":{\"\":[[[[[[', NESTING_TOO_DEEP",
    "1234567890123456, ",
    "12345678901234567, NUMBER_TOO_LONG",
    "-1234567890.12e+12, NUMBER_TOO_LONG"
  })
  void limitsAreTheLastThatIsAccepted(String json, @Nullable Reason expected) {
    assertEquals(expected, refusal(json.getBytes(StandardCharsets.UTF_8), SMALL));
  }

  @Test
  void limitsOfStringsMembersAndDocumentsAreTheLastThatIsAccepted() {
    assertEquals(
        null, refusal(("\"" + "a".repeat(64) + "\"").getBytes(StandardCharsets.UTF_8), SMALL));
    assertEquals(
        Reason.STRING_TOO_LONG,
        refusal(("\"" + "a".repeat(65) + "\"").getBytes(StandardCharsets.UTF_8), SMALL));
    String members = "\"a\":0,".repeat(9);
    assertEquals(
        null, refusal(("[{" + members + "\"a\":0}]").getBytes(StandardCharsets.UTF_8), SMALL));
    assertEquals(
        Reason.TOO_MANY_MEMBERS,
        refusal(("[{" + members + "\"a\":{\"b\":0}}]").getBytes(StandardCharsets.UTF_8), SMALL));
    assertEquals(null, refusal((" ".repeat(1_022) + "{}").getBytes(StandardCharsets.UTF_8), SMALL));
    assertEquals(
        Reason.DOCUMENT_TOO_LARGE,
        refusal((" ".repeat(1_023) + "{}").getBytes(StandardCharsets.UTF_8), SMALL));
  }
}
