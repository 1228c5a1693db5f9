package dev.weir.cli.input;

import static dev.weir.cli.input.Reading.bytes;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;
import dev.weir.cli.input.Reading.Found;
import dev.weir.record.Reason;
import dev.weir.source.Framing;
import dev.weir.source.InputLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompressedContentTest {
  private static final int MIB = 1 << 20;
  private static final String KIB_LINE = "{\"a\":\"" + "x".repeat(1_015) + "\"}\n";
  // The defaults but for the longest record, so that a buffer is quickly made.
  private static final InputLimits LIMITS =
      new InputLimits(
          InputLimits.DEFAULT.maxDecompressedBytes(),
          InputLimits.DEFAULT.maxCompressionRatio(),
          1 << 16);

  enum Format {
    GZIP,
    ZSTD;

    byte[] compress(byte[] content) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (OutputStream compressor =
          this == GZIP ? new GZIPOutputStream(out) : new ZstdOutputStream(out)) {
        compressor.write(content);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      return out.toByteArray();
    }

    byte[] compress(String content) {
      return compress(bytes(content));
    }
  }

  @ParameterizedTest
  @EnumSource
  void formatIsToldByContentAndOffsetsAreThoseOfTheDecompressedContent(Format format) {
    assertEquals(
        List.of(new Found("-", 3, "{\"a\":1}", null), new Found("-", 11, "2", null)),
        read(format.compress("\u00EF\u00BB\u00BF{\"a\":1}\n2")));
    assertEquals(List.of("1", "2"), texts(format.compress("[1,2]")));
    assertEquals(List.of(), texts(format.compress("")));
  }

  @ParameterizedTest
  @EnumSource
  void everyMemberOrFrameIsRead(Format format) {
    byte[] one = format.compress("1\n2");
    byte[] none = format.compress("");
    byte[] two = format.compress("3\n4\n");
    assertEquals(List.of("1", "23", "4"), texts(join(none, one, none, two, none)));
  }

  @ParameterizedTest
  @EnumSource
  void largeContentComesThroughUnchanged(Format format) {
    byte[] content = lines(40_000, 3);
    List<Found> plain = read(content);
    assertEquals(40_000, plain.size());
    assertEquals(plain, read(format.compress(content)));
  }

  @ParameterizedTest
  @EnumSource
  void whatStandsBeforeACutLandsAndOneDeadLetterFollows(Format format) {
    byte[] content = lines(20_000, 4);
    byte[] compressed = format.compress(content);
    for (int cut : List.of(1, 5, 9, compressed.length / 2, compressed.length - 6)) {
      assertEndsCorrupt(Arrays.copyOf(compressed, compressed.length - cut), content);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCutInALaterMemberOrFrameIsSeen(Format format) {
    byte[] first = format.compress("1\n");
    byte[] second = format.compress("{\"b\":2}\n");
    for (int length = 1; length < second.length; length++) {
      List<Found> found = read(join(first, Arrays.copyOf(second, length)));
      assertEquals("1", found.get(0).text());
      assertEquals(
          Reason.CORRUPT_COMPRESSION, found.get(found.size() - 1).refusal(), "length " + length);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCutInTheHeaderIsOneEmptyDeadLetter(Format format) {
    byte[] compressed = format.compress("1\n");
    assertEquals(
        List.of(new Found("-", 0, "", Reason.CORRUPT_COMPRESSION)),
        read(Arrays.copyOf(compressed, 5)));
  }

  @ParameterizedTest
  @EnumSource
  void damageAnywhereIsOneDeadLetterOrAChangedByteThatNoChecksumCovers(Format format) {
    byte[] content = lines(5_000, 5);
    byte[] compressed = format.compress(content);
    Random random = new Random(6);
    for (int round = 0; round < 100; round++) {
      byte[] damaged = compressed.clone();
      damaged[4 + random.nextInt(damaged.length - 4)] ^= (byte) (1 << random.nextInt(8));
      List<Found> found = read(damaged);
      long refused = found.stream().filter(record -> record.refusal() != null).count();
      assertTrue(refused <= 1, found::toString);
      if (refused == 1) {
        assertNotEquals(null, found.get(found.size() - 1).refusal());
      }
    }
  }

  @Test
  void everyRecordBeforeADamagedBlockLands() {
    byte[] content = lines(30_000, 8);
    for (Format format : Format.values()) {
      byte[] damaged = format.compress(content);
      Arrays.fill(damaged, damaged.length - 3_000, damaged.length, (byte) 0xFF);
      List<Found> found = read(damaged);
      assertEquals(Reason.CORRUPT_COMPRESSION, found.get(found.size() - 1).refusal());
      assertTrue(found.size() > 20_000, format + " " + found.size());
    }
  }

  @Test
  void gzipChecksumIsChecked() {
    byte[] compressed = Format.GZIP.compress("1\n2\n");
    compressed[compressed.length - 8] ^= 1;
    assertEquals(List.of("1", "2", " CORRUPT_COMPRESSION"), texts(compressed));
  }

  @Test
  void gzipMayBePaddedWithZeros() {
    byte[] compressed = Format.GZIP.compress("1\n");
    assertEquals(List.of("1"), texts(join(compressed, new byte[100_000])));
    assertEquals(
        List.of("1", " CORRUPT_COMPRESSION"), texts(join(compressed, new byte[512], bytes("x"))));
  }

  @ParameterizedTest
  @EnumSource
  void somethingElseBehindTheLastMemberOrFrameIsDamage(Format format) {
    assertEquals(
        List.of("1", "{\"cut CORRUPT_COMPRESSION"),
        texts(join(format.compress("1\n{\"cut"), bytes("garbage"))));
    assertEquals(
        List.of("1", " CORRUPT_COMPRESSION"), texts(join(format.compress("1\n"), bytes("g"))));
  }

  @Test
  void gzipHeaderMayHoldEveryField() {
    byte[] plain = Format.GZIP.compress("1\n");
    byte[] header = {0x1F, (byte) 0x8B, 8, 0x1F, 0, 0, 0, 0, 0, 3};
    byte[] fields = bytes("\2\0xy" + "name.json\0" + "comment\0" + "\1\2");
    assertEquals(
        List.of("1"), texts(join(header, fields, Arrays.copyOfRange(plain, 10, plain.length))));
  }

  @Test
  void zstdSkippableFramesAreSkipped() {
    byte[] skippable = {0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 'x', 'y', 'z'};
    byte[] frame = Format.ZSTD.compress("1\n");
    assertEquals(List.of("1", "1"), texts(join(skippable, frame, skippable, frame)));
    assertEquals(
        List.of("1", " CORRUPT_COMPRESSION"), texts(join(frame, Arrays.copyOf(skippable, 9))));
  }

  @Test
  void zstdWindowBeyondTheLimitIsRefusedBeforeItIsAllocated() {
    // A frame header with a window descriptor of 2^31 bytes, and one empty last block.
    byte[] frame = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, (byte) (21 << 3), 1, 0, 0};
    assertEquals(List.of(" DECOMPRESSION_LIMIT"), texts(frame));
  }

  @Test
  void compressedDataInsideOfCompressedDataIsOneDeadLetter() {
    for (Format outer : Format.values()) {
      for (Format inner : Format.values()) {
        assertEquals(
            List.of(new Found("-", 0, "", Reason.NESTED_COMPRESSION)),
            read(outer.compress(inner.compress("1\n"))));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void bombIsStoppedByItsRatio(Format format) {
    byte[] bomb = format.compress("1\n" + "0".repeat(24 * MIB));
    List<Found> found = read(Framing.NDJSON, LIMITS, bomb);
    assertEquals("1", found.get(0).text());
    assertEquals(Reason.DOCUMENT_TOO_LARGE, found.get(1).refusal());
    assertEquals(Reason.DECOMPRESSION_LIMIT, found.get(2).refusal());
    assertEquals(3, found.size());
  }

  @ParameterizedTest
  @EnumSource
  void smallContentMayBeAsDenseAsItLikes(Format format) {
    byte[] dense = format.compress(KIB_LINE.repeat(8 << 10));
    assertTrue(8 * MIB / dense.length > InputLimits.DEFAULT.maxCompressionRatio());
    List<Found> found = read(dense);
    assertEquals(8 << 10, found.size());
    assertTrue(found.stream().allMatch(record -> record.refusal() == null));
  }

  @ParameterizedTest
  @EnumSource
  void contentEndsAtTheByteLimit(Format format) {
    InputLimits limits = new InputLimits(MIB, 1_000_000, 1 << 10);
    String exactly = "1234567\n".repeat(MIB / 8);
    assertEquals(MIB / 8, read(Framing.NDJSON, limits, format.compress(exactly)).size());
    List<Found> found = read(Framing.NDJSON, limits, format.compress("abc" + exactly));
    assertEquals(
        new Found("-", MIB - 5, "12345", Reason.DECOMPRESSION_LIMIT), found.get(found.size() - 1));
    assertEquals(MIB / 8, found.size());
  }

  @Test
  void limitsAreMetAtTheSameByteWhateverTheBatches() {
    byte[] bomb = Format.GZIP.compress(KIB_LINE.repeat(24 << 10));
    int buffer = InputReader.minBufferBytes(LIMITS);
    List<Found> large = Reading.read(Framing.AUTO, LIMITS, in(bomb), Integer.MAX_VALUE, buffer * 2);
    List<Found> small = Reading.read(Framing.AUTO, LIMITS, in(bomb), 1_003, buffer);
    assertEquals(Reason.DECOMPRESSION_LIMIT, large.get(large.size() - 1).refusal());
    assertEquals(large.get(large.size() - 1), small.get(small.size() - 1));
    assertEquals(large.size(), small.size());
  }

  @Test
  void framesOfTheOneShotInterfaceAreReadToo() {
    byte[] content = lines(3_000, 9);
    assertEquals(read(content), read(Zstd.compress(content)));
  }

  private static void assertEndsCorrupt(byte[] damaged, byte[] content) {
    String text = new String(content, ISO_8859_1);
    List<Found> found = read(damaged);
    Found last = found.get(found.size() - 1);
    assertEquals(Reason.CORRUPT_COMPRESSION, last.refusal());
    assertTrue(text.startsWith(last.text(), (int) last.offset()));
    long at = 0;
    for (Found record : found.subList(0, found.size() - 1)) {
      assertEquals(null, record.refusal());
      assertEquals(at, record.offset());
      assertTrue(text.startsWith(record.text() + "\n", (int) record.offset()));
      at += record.text().length() + 1;
    }
    assertEquals(at, last.offset());
  }

  private static byte[] lines(int count, long seed) {
    Random random = new Random(seed);
    StringBuilder content = new StringBuilder();
    for (int i = 0; i < count; i++) {
      content.append("{\"id\":\"").append(Long.toHexString(random.nextLong())).append("\"}\n");
    }
    return bytes(content.toString());
  }

  private static List<String> texts(byte[] content) {
    return read(content).stream().map(Reading::describe).toList();
  }

  private static List<Found> read(byte[] content) {
    return read(Framing.AUTO, LIMITS, content);
  }

  private static List<Found> read(Framing framing, InputLimits limits, byte[] content) {
    return Reading.read(framing, limits, content);
  }

  private static InputStream in(byte[] content) {
    return new ByteArrayInputStream(content);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
