package dev.weir.cli.generate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.weir.cli.generate.EventGenerator.Totals;
import dev.weir.record.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class EventGeneratorTest {
  /** More than two blocks, so that their seams are in it. */
  private static final GeneratorSettings CLEAN = GeneratorSettings.of(10_000);

  private static final GeneratorSettings FAULTY = CLEAN.withFaults(50_000, 20_000);

  private static final List<String> CLEAN_LINES = split(CLEAN);

  private static final Pattern EVENT =
      Pattern.compile(
          "\\{\"event_uuid\":\"([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})\","
              + "\"event_name\":\"([a-z_0-9]+:[a-z]+)\",\"created_at\":([0-9]+\\.[0-9]{3}),"
              + "\"payload\":(\\{.*})}");

  @Test
  void sameSettingsGiveTheSameBytesEverywhereAndForEver() {
    String sum = HexFormat.of().formatHex(digest("SHA-256", bytes(FAULTY)));

    // A change of the bytes would silently change what benchmarks and audits are compared with.
    assertEquals("50f4873532632209def574dfcc03dbd6730f3221aa73177b3782e984829ec25e", sum);
  }

  @Test
  void everyCleanLineIsAnEventOfTheDocumentedShape() throws IOException {
    long bytes = 0;
    for (String line : lines(CLEAN)) {
      Matcher event = match(line);
      int payload = event.group(4).getBytes(UTF_8).length;
      assertTrue(payload >= 100 && payload <= 400, () -> payload + " bytes of payload: " + line);
      requireJson(line);
      bytes += line.getBytes(UTF_8).length + 1;
    }
    long average = bytes / CLEAN.events();
    assertTrue(average >= 375 && average <= 395, () -> average + " bytes on average");
  }

  @Test
  void payloadsHoldWhatCarelessPipelinesChange() {
    String all = String.join("\n", lines(CLEAN));

    for (String trap :
        List.of(
            "1.10", "\\u00e9", "é", "\\/", "\\\"", "\\n", "\\ud83c\\udf89", "🎉", "東京", ":null")) {
      assertTrue(all.contains(trap), trap);
    }
  }

  @Test
  void idsAreDistinctAndOtherSeedsGiveOthers() {
    Set<UUID> ids = new HashSet<>();
    for (String line : lines(CLEAN)) {
      assertTrue(ids.add(UUID.fromString(match(line).group(1))), line);
    }
    for (String line : lines(CLEAN.withSeed(2))) {
      assertTrue(ids.add(UUID.fromString(match(line).group(1))), line);
    }
  }

  @Test
  void namesAreSkewedOverAllTypes() {
    Map<String, Integer> types = new HashMap<>();
    for (String line : lines(CLEAN)) {
      String name = match(line).group(2);
      types.merge(name.substring(0, name.indexOf(':')), 1, Integer::sum);
    }

    assertEquals(20, types.size());
    // 1 / (1 + 1/2 + … + 1/20) of 10,000 is 2,779.
    assertEquals(2_779, types.getOrDefault("lesson", 0), 150);
    assertTrue(types.getOrDefault("audit", 0) < 300, types::toString);
  }

  @Test
  void typesBeyondTheWordsAreNumbered() {
    GeneratorSettings many =
        new GeneratorSettings(2_000, 1, 1_000, 1, GeneratorSettings.DEFAULT_START, 0, 0);

    assertTrue(lines(many).stream().anyMatch(line -> line.contains("\"page_2:viewed\"")));
  }

  @Test
  void timesStayWithinTheDays() {
    GeneratorSettings settings =
        new GeneratorSettings(5_000, 1, 20, 3, LocalDate.of(2024, 2, 28), 0, 0);
    Map<LocalDate, Integer> days = new HashMap<>();
    for (String line : lines(settings)) {
      long seconds = (long) Double.parseDouble(match(line).group(3));
      days.merge(LocalDate.ofEpochDay(Math.floorDiv(seconds, 86_400)), 1, Integer::sum);
    }

    assertEquals(
        Set.of(LocalDate.of(2024, 2, 28), LocalDate.of(2024, 2, 29), LocalDate.of(2024, 3, 1)),
        days.keySet());
    days.values().forEach(count -> assertEquals(5_000 / 3.0, count, 5));
  }

  @Test
  void duplicatesAreExactCopiesOfEarlierEventsAndTheirNumberIsExact() {
    Set<String> seen = new HashSet<>();
    List<String> originals = new ArrayList<>();
    int duplicates = 0;
    int malformed = 0;
    for (String line : lines(FAULTY)) {
      if (!EVENT.matcher(line).matches()) {
        malformed++;
      } else if (seen.add(line)) {
        originals.add(line);
      } else {
        duplicates++;
      }
    }

    assertEquals(500, duplicates);
    assertEquals(200, malformed);
    assertEquals(lines(CLEAN), originals, "faults come on top: they change nothing else");
    assertEquals(500, FAULTY.duplicates());
    assertEquals(200, FAULTY.malformed());
    assertEquals(10_700, FAULTY.lines());
  }

  @Test
  void malformedLinesAreOfEveryKindAndTheirReasonsAreCountable() {
    Map<Reason, Long> reasons = FAULTY.malformedByReason();

    assertEquals(200, reasons.values().stream().mapToLong(Long::longValue).sum());
    for (MalformedLine kind : MalformedLine.values()) {
      assertTrue(reasons.containsKey(kind.reason()), kind::name);
    }
    assertEquals(
        Map.of(Reason.TRUNCATED_JSON, 1L, Reason.MISSING_ID, 1L),
        GeneratorSettings.of(2).withFaults(0, 1_000_000).malformedByReason());
  }

  @Test
  void totalsSayWhatWasWritten() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    Totals totals = new EventGenerator(FAULTY).write(out);

    assertEquals(new Totals(10_000, 500, 200, 10_700, out.size()), totals);
    assertEquals(10_700, out.toString(UTF_8).lines().count());
    assertEquals(new Totals(0, 0, 0, 0, 0), new EventGenerator(GeneratorSettings.of(0)).write(out));
  }

  @Test
  void manifestListsEachDistinctEventOnce() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream manifest = new ByteArrayOutputStream();

    new EventGenerator(FAULTY).write(out, manifest);

    List<String> expected = new ArrayList<>();
    expected.add("event_uuid,event_name,created_at,payload_md5");
    for (String line : lines(CLEAN)) {
      Matcher event = match(line);
      String md5 = HexFormat.of().formatHex(digest("MD5", event.group(4).getBytes(UTF_8)));
      expected.add(String.join(",", event.group(1), event.group(2), event.group(3), md5));
    }
    assertEquals(expected, manifest.toString(UTF_8).lines().toList());
    assertArrayEquals(bytes(FAULTY), out.toByteArray(), "the manifest does not change the stream");
  }

  @Test
  void settingsOutsideTheirRangeAreRefusedWithTheRange() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> GeneratorSettings.of(-1));

    assertEquals("events is -1; allowed is 0 to 10000000000", e.getMessage());
  }

  @Test
  void bitsDoNotRepeatAcrossIndexes() {
    RandomBits bits = new RandomBits();
    bits.restart(1, RandomBits.Purpose.EVENT, 1);
    long first = bits.next();
    bits.restart(1, RandomBits.Purpose.EVENT, 2);
    assertNotEquals(first, bits.next());
    bits.restart(1, RandomBits.Purpose.ORDER, 1);
    assertNotEquals(first, bits.next());
    bits.restart(1, RandomBits.Purpose.EVENT, 1);
    assertEquals(first, bits.next());
  }

  private static Matcher match(String line) {
    Matcher event = EVENT.matcher(line);
    assertTrue(event.matches(), line);
    return event;
  }

  private static void requireJson(String line) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(line)) {
      assertEquals(JsonToken.START_OBJECT, parser.nextToken());
      parser.skipChildren();
      assertFalse(parser.nextToken() != null, line);
    }
  }

  private static List<String> lines(GeneratorSettings settings) {
    return settings.equals(CLEAN) ? CLEAN_LINES : split(settings);
  }

  private static List<String> split(GeneratorSettings settings) {
    return new String(bytes(settings), UTF_8).lines().toList();
  }

  private static byte[] bytes(GeneratorSettings settings) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      new EventGenerator(settings).write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] digest(String algorithm, byte[] content) {
    try {
      return MessageDigest.getInstance(algorithm).digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
