package dev.weir.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import dev.weir.record.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordExpanderTest {
  private static final InputLimits SMALL = new InputLimits(1 << 20, 200, 1 << 20);
  private static final int MAX_DOCUMENTS = 5_000;

  /** A document: one character of its text is one byte of its content. */
  private record Found(String text, @Nullable Reason refusal) {
    Optional<Reason> why() {
      return Optional.ofNullable(refusal);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1}",
        " {\"a\":\n[1,\n2]}\n",
        "{\"a\":\"}\n",
        "{} x",
        "x",
        "7",
        "{\"a\":1}\r\n"
      })
  void oneDocumentIsLeftAsItIs(String record) {
    assertEquals(List.of(new Found(record, null)), expand(bytes(record)));
  }

  @Test
  void linesAreDocuments() {
    assertEquals(texts("{\"a\":1}", "{", "{}"), expand(bytes("{\"a\":1}\r\n\n{\n{}\n")));
  }

  @Test
  void elementsOfAnArrayAreDocuments() {
    assertEquals(texts("{\"a\":[1]}", "2", "\"x\""), expand(bytes(" [{\"a\":[1]}, 2 ,\"x\"] ")));
    assertEquals(List.of(), expand(bytes("[]")));
    assertEquals(
        List.of(new Found("1", null), new Found("2", Reason.TRUNCATED_JSON)),
        expand(bytes("[1,2")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n\n", "\r\n \t"})
  void aRecordWithNothingInItIsKept(String record) {
    assertEquals(List.of(new Found(record, null)), expand(bytes(record)));
    assertEquals(List.of(new Found(record, null)), expand(gzip(bytes(record))));
  }

  @Test
  void aByteOrderMarkBeginsAnInput() {
    assertEquals(texts("{}"), expand(bytes("\u00EF\u00BB\u00BF{}")));
  }

  @Test
  void compressedRecordsAreDecompressed() {
    byte[] lines = bytes("{\"a\":1}\n{\"b\":2}");
    assertEquals(texts("{\"a\":1}", "{\"b\":2}"), expand(gzip(lines)));
    assertEquals(texts("{\"a\":1}", "{\"b\":2}"), expand(Zstd.compress(lines)));
    assertEquals(texts("{}"), expand(gzip(bytes("{}"))));
  }

  @Test
  void aDamagedRecordIsKeptWholeBehindItsIntactLines() {
    byte[] content = new byte[300_000];
    Arrays.fill(content, (byte) 'x');
    for (int i = 99; i < content.length; i += 100) {
      content[i] = '\n';
    }
    byte[] gzip = gzip(content);
    gzip[gzip.length - 5] ^= 1; // in the checksum
    List<Found> found = expand(gzip);
    assertEquals(3_001, found.size());
    assertEquals(new Found(text(gzip), Reason.CORRUPT_COMPRESSION), found.get(3_000));
    byte[] cut = Arrays.copyOf(gzip, 20);
    List<Found> ofCut = expand(cut);
    assertEquals(new Found(text(cut), Reason.CORRUPT_COMPRESSION), ofCut.get(ofCut.size() - 1));
  }

  @Test
  void aBombIsStoppedAtTheLimit() {
    byte[] bomb = gzip(new byte[20 << 20]);
    RecordBuffer buffer = buffer(bomb);
    List<Found> found = expand(Framing.AUTO, SMALL, buffer, bomb.length);
    assertEquals(List.of(new Found(text(bomb), Reason.DECOMPRESSION_LIMIT)), found);
    assertEquals(bomb.length, buffer.size());
    assertTrue(buffer.bytes().length < 2 << 20, "bytes: " + buffer.bytes().length);
  }

  @Test
  void anAggregateExpandsNoFurtherThanOneRecord() {
    byte[] most = gzip(new byte[1 << 19]);
    byte[] event = bytes("{\"a\":1}");
    List<Found> fits = expand(KplAggregate.of(List.of(event, most, most)));
    assertEquals(List.of(Optional.empty()), fits.stream().map(Found::why).distinct().toList());
    assertRefused(SMALL, Reason.DECOMPRESSION_LIMIT, List.of(event, most, most, gzip(event)));
  }

  @Test
  void anAggregateOfBombsIsStoppedAtTheRatioOfTheWholeRecord() {
    byte[] frame = Zstd.compress(new byte[4 << 20]);
    assertRefused(InputLimits.DEFAULT, Reason.DECOMPRESSION_LIMIT, Collections.nCopies(64, frame));
  }

  @Test
  void anAggregateOfDamagedBombsIsStoppedToo() {
    byte[] damaged = gzip(new byte[60_000]);
    damaged[damaged.length - 5] ^= 1; // in the checksum, which is looked at when all is decoded
    assertRefused(SMALL, Reason.DECOMPRESSION_LIMIT, Collections.nCopies(2_000, damaged));
  }

  @Test
  void whatOneRecordExpandedToIsNotCountedForTheNext() {
    RecordExpander expander = new RecordExpander(Framing.AUTO, SMALL, MAX_DOCUMENTS);
    byte[] record = gzip(new byte[1 << 20]);
    List<Optional<Reason>> refusals = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      expander.expand(
          buffer(record),
          0,
          record.length,
          (start, end, refusal) -> refusals.add(Optional.ofNullable(refusal)));
    }
    assertEquals(Collections.nCopies(3, Optional.empty()), refusals);
  }

  @Test
  void aRecordOfTooManyDocumentsIsOneDeadLetterHoweverItIsPacked() {
    for (String unit : List.of("1\n", "{}\n")) {
      byte[] most = bytes(unit.repeat(MAX_DOCUMENTS));
      byte[] more = bytes(unit.repeat(MAX_DOCUMENTS + 1));
      assertEquals(MAX_DOCUMENTS, expand(most).size());
      assertEquals(MAX_DOCUMENTS, expand(gzip(most)).size());
      for (byte[] record : List.of(more, gzip(more), Zstd.compress(more))) {
        assertEquals(List.of(new Found(text(record), Reason.TOO_MANY_DOCUMENTS)), expand(record));
      }
      assertRefused(SMALL, Reason.TOO_MANY_DOCUMENTS, List.of(most, bytes("1")));
      assertRefused(SMALL, Reason.TOO_MANY_DOCUMENTS, List.of(gzip(most), gzip(bytes("1"))));
    }
    byte[] array = bytes("[1" + ",1".repeat(MAX_DOCUMENTS) + "]");
    assertEquals(List.of(new Found(text(array), Reason.TOO_MANY_DOCUMENTS)), expand(array));
    List<byte[]> empty = Collections.nCopies(MAX_DOCUMENTS, new byte[0]);
    assertEquals(MAX_DOCUMENTS, expand(KplAggregate.of(empty)).size());
    assertRefused(
        SMALL, Reason.TOO_MANY_DOCUMENTS, Collections.nCopies(MAX_DOCUMENTS + 1, new byte[0]));
  }

  /** An aggregate is one dead letter with all its bytes, and leaves nothing in the buffer. */
  private static void assertRefused(InputLimits limits, Reason reason, List<byte[]> records) {
    byte[] aggregate = KplAggregate.of(records);
    RecordBuffer buffer = buffer(aggregate);
    assertEquals(
        List.of(new Found(text(aggregate), reason)),
        expand(Framing.AUTO, limits, buffer, aggregate.length));
    assertEquals(aggregate.length, buffer.size());
    assertTrue(buffer.bytes().length < 32 << 20, "bytes: " + buffer.bytes().length);
  }

  @Test
  void compressionInsideOfCompressionIsRefused() {
    byte[] twice = gzip(gzip(bytes("{}")));
    assertEquals(List.of(new Found(text(twice), Reason.NESTED_COMPRESSION)), expand(twice));
  }

  @Test
  void everyRecordOfAnAggregateIsExpanded() {
    byte[] aggregate =
        KplAggregate.of(
            List.of(
                bytes("{\"a\":1}"), gzip(bytes("1\n2")), bytes(""), bytes("[3,4]"), bytes("x")));
    assertEquals(texts("{\"a\":1}", "1", "2", "", "3", "4", "x"), expand(aggregate));
  }

  @Test
  void anAggregateOfNothingIsKept() {
    byte[] aggregate = KplAggregate.of(List.of());
    assertEquals(List.of(new Found(text(aggregate), Reason.EMPTY_RECORD)), expand(aggregate));
  }

  @Test
  void aDamagedAggregateIsOneDeadLetterWithAllItsBytes() {
    byte[] aggregate = KplAggregate.of(List.of(bytes("{\"a\":1}"), bytes("{\"b\":2}")));
    for (int i = 4; i < aggregate.length; i++) {
      byte[] damaged = aggregate.clone();
      damaged[i] ^= 4;
      assertEquals(List.of(new Found(text(damaged), Reason.CORRUPT_AGGREGATE)), expand(damaged));
    }
    for (int length = 4; length < aggregate.length; length++) {
      byte[] cut = Arrays.copyOf(aggregate, length);
      assertEquals(List.of(new Found(text(cut), Reason.CORRUPT_AGGREGATE)), expand(cut));
    }
  }

  /** A digest that is right says nothing about what it was taken of. */
  @Test
  void noMessageWithARightDigestBreaksTheDecoder() {
    byte[] message = KplAggregate.message(List.of(bytes("{\"a\":1}"), bytes("{}"), bytes("3")));
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] other = Arrays.copyOf(message, random.nextInt(message.length + 1));
      for (int flips = random.nextInt(4); flips > 0 && other.length > 0; flips--) {
        other[random.nextInt(other.length)] = (byte) random.nextInt(256);
      }
      byte[] aggregate = KplAggregate.sealed(other);
      List<Found> found = expand(aggregate);
      boolean refused = found.get(0).refusal() != null;
      assertTrue(!refused || found.get(0).text().equals(text(aggregate)), "case " + i);
    }
  }

  @Test
  void aRecordWithoutDataIsDamage() {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    KplAggregate.delimited(message, 3, new byte[] {8, 0});
    byte[] aggregate = KplAggregate.sealed(message.toByteArray());
    assertEquals(List.of(new Found(text(aggregate), Reason.CORRUPT_AGGREGATE)), expand(aggregate));
  }

  @Test
  void manyRecordsShareOneExpander() {
    RecordExpander expander = new RecordExpander(Framing.AUTO, SMALL, MAX_DOCUMENTS);
    RecordBuffer buffer = new RecordBuffer(16);
    List<byte[]> records =
        List.of(bytes("{\"a\":1}"), gzip(bytes("1\n2")), Zstd.compress(bytes("3\n4")), bytes("5"));
    List<String> found = new ArrayList<>();
    List<int[]> ranges = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      byte[] record = records.get(i % 4);
      int start = add(buffer, record);
      expander.expand(
          buffer,
          start,
          start + record.length,
          (from, to, refusal) -> ranges.add(new int[] {from, to}));
    }
    for (int[] range : ranges) {
      found.add(new String(buffer.bytes(), range[0], range[1] - range[0], ISO_8859_1));
    }
    assertEquals(1_500, found.size());
    assertEquals(List.of("{\"a\":1}", "1", "2", "3", "4", "5"), found.subList(1_494, 1_500));
  }

  @Test
  void aFramingThatWasChosenIsUsed() {
    byte[] record = bytes("{\"a\":\n1}{}");
    assertEquals(
        texts("{\"a\":\n1}", "{}"),
        expand(Framing.CONCATENATED, SMALL, buffer(record), record.length));
    assertEquals(
        texts("{\"a\":", "1}{}"), expand(Framing.NDJSON, SMALL, buffer(record), record.length));
  }

  @Test
  void aBufferKeepsWhatItHolds() {
    RecordBuffer buffer = new RecordBuffer(0);
    add(buffer, bytes("abc"));
    add(buffer, bytes("def"));
    assertArrayEquals(bytes("abcdef"), Arrays.copyOf(buffer.bytes(), buffer.size()));
    buffer.cut(4);
    add(buffer, bytes("g"));
    assertArrayEquals(bytes("abcdg"), Arrays.copyOf(buffer.bytes(), buffer.size()));
  }

  private static List<Found> expand(byte[] record) {
    return expand(Framing.AUTO, SMALL, buffer(record), record.length);
  }

  private static List<Found> expand(
      Framing framing, InputLimits limits, RecordBuffer buffer, int length) {
    List<Found> found = new ArrayList<>();
    new RecordExpander(framing, limits, MAX_DOCUMENTS)
        .expand(
            buffer,
            0,
            length,
            (start, end, refusal) ->
                found.add(
                    new Found(
                        new String(buffer.bytes(), start, end - start, ISO_8859_1), refusal)));
    return found;
  }

  private static RecordBuffer buffer(byte[] record) {
    RecordBuffer buffer = new RecordBuffer(record.length);
    add(buffer, record);
    return buffer;
  }

  private static int add(RecordBuffer buffer, byte[] record) {
    buffer.reserve(record.length);
    int start = buffer.size();
    System.arraycopy(record, 0, buffer.bytes(), start, record.length);
    buffer.added(record.length);
    return start;
  }

  private static List<Found> texts(String... texts) {
    return Arrays.stream(texts).map(text -> new Found(text, null)).toList();
  }

  private static byte[] gzip(byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }
}
