package dev.weir.e2e;

import static dev.weir.e2e.Documents.event;
import static dev.weir.e2e.Documents.gzip;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compressed inputs that are damaged or mean: each stands in a folder between two good ones, which
 * land; so does everything before the damage, and the damage is one dead letter.
 */
final class CompressedInputIT {
  private static final int MANY = 2_000;

  @TempDir Path folder;
  private Path inputs;
  private Path lake;

  @BeforeEach
  void writeNeighbours() throws IOException {
    inputs = folder.resolve("in");
    lake = folder.resolve("lake");
    Documents.lines(inputs.resolve("a.ndjson"), List.of(event(1_000_001)));
    Documents.bytes(inputs.resolve("c.ndjson.gz"), gzip((event(1_000_003) + "\n").getBytes(UTF_8)));
  }

  @Test
  void truncatedGzipLandsWhatStandsBeforeTheCut() throws Exception {
    byte[] whole = gzip(many());
    assertDamageIsOneDeadLetter("corrupt_compression", Arrays.copyOf(whole, whole.length / 2), 1);
  }

  @Test
  void gzipWithoutItsLastBytesLandsEverything() throws Exception {
    byte[] whole = gzip(many());
    assertDamageIsOneDeadLetter(
        "corrupt_compression", Arrays.copyOf(whole, whole.length - 4), MANY);
  }

  @Test
  void gzipWithAWrongChecksumLandsEverything() throws Exception {
    byte[] damaged = gzip(many());
    damaged[damaged.length - 6] ^= 1;
    assertDamageIsOneDeadLetter("corrupt_compression", damaged, MANY);
  }

  @Test
  void truncatedZstdLandsWhatStandsBeforeTheCut() throws Exception {
    byte[] whole = Zstd.compress(many());
    assertDamageIsOneDeadLetter(
        "corrupt_compression", Arrays.copyOf(whole, whole.length * 3 / 4), 0);
  }

  @Test
  void nothingButAHeaderIsADeadLetter() throws Exception {
    assertDamageIsOneDeadLetter("corrupt_compression", new byte[] {0x1f, (byte) 0x8b, 8, 0}, 0);
  }

  @Test
  void nestedCompressionIsADeadLetter() throws Exception {
    assertDamageIsOneDeadLetter("nested_compression", gzip(gzip(many())), 0);
    assertDamageIsOneDeadLetter("nested_compression", Zstd.compress(gzip(many())), 0);
    assertDamageIsOneDeadLetter("nested_compression", gzip(Zstd.compress(many())), 0);
  }

  @Test
  void bombsStopAtTheRatioInASmallHeap() throws Exception {
    byte[] bomb = new byte[256 << 20];
    Arrays.fill(bomb, (byte) ' ');
    byte[] begin = (event(1) + "\n").getBytes(UTF_8);
    System.arraycopy(begin, 0, bomb, 0, begin.length);
    Documents.bytes(inputs.resolve("b1"), gzip(bomb));
    Documents.bytes(inputs.resolve("b2"), Zstd.compress(bomb));

    Path json = folder.resolve("summary.json");
    try (WeirProcess run =
        WeirProcess.in(folder)
            .java("-Xmx150m")
            .weir(
                "run",
                "--input",
                inputs,
                "--lake",
                lake,
                "--workers",
                1,
                "--batch-bytes",
                "17MiB",
                "--summary-json",
                json)) {
      run.await().expect(0);
    }

    Summary.read(json).expectBalanced().expect(3, 1, 4, 0);
    // The spaces are a line longer than any record, which is refused where it is too long already.
    assertEquals(
        Map.of("decompression_limit", 2L, "document_too_large", 2L), Auditor.deadLetters(lake));
  }

  @Test
  void limitOfBytesHoldsTheBeginning() throws Exception {
    byte[] content = many(30_000);
    assertTrue(content.length > 2 << 20);
    Path config =
        Files.writeString(
            folder.resolve("config.yaml"), "limits:\n  max_decompressed_bytes: 1MiB\n");
    Path damaged = Documents.bytes(inputs.resolve("b"), gzip(content));

    Summary run = Weir.run(0, inputs, lake, "--config", config);

    assertEquals(1, run.deadLettersByReason().get("decompression_limit"));
    String kept = new String(content, 0, 1 << 20, UTF_8);
    assertRestIsTheLetter(damaged, kept);
    assertEquals(2 + kept.lines().count() - 1, run.landed());
  }

  /** Twice: the second run finds everything at the same positions, and lands nothing. */
  private void assertDamageIsOneDeadLetter(String reason, byte[] content, long atLeast)
      throws IOException {
    lake = folder.resolve("lake-" + Arrays.hashCode(content));
    Path damaged = Documents.bytes(inputs.resolve("b"), content);

    Summary first = Weir.run(0, inputs, lake);
    assertEquals(1, first.deadLetters(), first.toString());
    assertEquals(1, first.deadLettersByReason().get(reason), first.toString());
    long before = first.landed() - 2;
    assertTrue(before >= atLeast && before <= MANY, first.toString());
    try (LakeTables tables = new LakeTables(lake)) {
      assertEquals(
          2 + before,
          tables.number(
              "SELECT count(*) FROM events WHERE event_uuid < '%s' OR event_uuid IN ('%s', '%s')"
                  .formatted(
                      Documents.id(before), Documents.id(1_000_001), Documents.id(1_000_003))));
      assertEquals(
          List.of(List.of(damaged.toString(), "0")),
          tables.rows("SELECT shard_id, sub_index FROM dead_letters"));
      long offset = tables.number("SELECT sequence_number FROM dead_letters");
      long landed = LongStream.range(0, before).map(i -> event(i).length() + 1L).sum();
      assertEquals(landed, offset, "where the events before it end");
    }

    Weir.run(0, inputs, lake, "--batch-records", 70).expect(0, first.received(), 0, 0);
  }

  private void assertRestIsTheLetter(Path file, String kept) {
    try (LakeTables tables = new LakeTables(lake)) {
      List<String> letter =
          tables
              .rows(
                  "SELECT sequence_number, hex(raw) FROM dead_letters WHERE shard_id = '%s'"
                      .formatted(file))
              .get(0);
      int offset = kept.lastIndexOf('\n') + 1;
      assertEquals(Integer.toString(offset), letter.get(0));
      assertEquals(
          kept.substring(offset),
          new String(HexFormat.of().parseHex(letter.get(1).toLowerCase(Locale.ROOT)), UTF_8));
    }
  }

  private static byte[] many() {
    return many(MANY);
  }

  private static byte[] many(int count) {
    return LongStream.range(0, count)
        .mapToObj(i -> event(i) + "\n")
        .collect(Collectors.joining())
        .getBytes(UTF_8);
  }
}
