package dev.weir.cli.input;

import static dev.weir.cli.input.Reading.bytes;
import static dev.weir.cli.input.Reading.shard;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.cli.input.InputReader.Failure;
import dev.weir.cli.input.Reading.Found;
import dev.weir.record.Batch;
import dev.weir.record.Position;
import dev.weir.record.Reason;
import dev.weir.source.Framing;
import dev.weir.source.InputLimits;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class InputReaderTest {
  private static final int BUFFER = InputReader.minBufferBytes(InputLimits.DEFAULT);

  @TempDir private Path temp;

  @Test
  void batchSpansFilesAndEachRecordKnowsItsOwn() throws IOException {
    Path a = file("a", "1\n2");
    Path empty = file("b", "");
    Path c = file("c", "[3]");
    try (InputReader reader = Reading.reader(a, empty, c)) {
      Batch batch = next(reader);
      assertEquals("file", batch.stream());
      assertEquals(List.of(shard(a), shard(c)), batch.shards());
      assertEquals(new Position("file", shard(a), "2", 0), batch.position(1));
      assertEquals(new Position("file", shard(c), "1", 0), batch.position(2));
      assertNull(reader.next(new byte[BUFFER]));
      assertNull(reader.next(new byte[BUFFER]));
    }
  }

  @Test
  void batchEndsAtItsMostRecordsAndTheNextGoesOnInTheMiddleOfAFile() throws IOException {
    Path a = file("a", "1\n2\n3");
    Path b = file("b", "4\n5\n");
    try (InputReader reader =
        new InputReader(
            Reading.inputs(a, b),
            InputStream.nullInputStream(),
            Framing.AUTO,
            Reading.SMALL,
            2,
            Reading.CLOCK)) {
      int buffer = InputReader.minBufferBytes(Reading.SMALL);
      Batch first = reader.next(new byte[buffer]);
      Batch second = reader.next(new byte[buffer]);
      Batch third = reader.next(new byte[buffer]);
      assertNotNull(first);
      assertNotNull(second);
      assertNotNull(third);
      assertEquals(List.of("1", "2"), texts(first));
      assertEquals(List.of("3", "4"), texts(second));
      assertEquals(List.of(shard(a), shard(b)), second.shards());
      assertEquals(List.of("5"), texts(third));
      assertEquals("2", third.sequenceNumber(0));
      assertNull(reader.next(new byte[buffer]));
    }
  }

  @Test
  void arrivalIsTheTimeOfTheFileAndSoTheSameOnEveryReplay() throws IOException {
    Path a = file("a", "1");
    Path b = file("b", "2");
    setTime(a, Instant.parse("2020-01-02T03:04:05.678901Z"));
    setTime(b, Instant.parse("1969-12-31T23:59:59Z"));
    try (InputReader reader = Reading.reader(a, b)) {
      Batch batch = next(reader);
      assertEquals(1_577_934_245_678_901L, batch.arrivalMicros(0));
      assertEquals(-1_000_000L, batch.arrivalMicros(1));
    }
  }

  @Test
  void standardInputArrivesWhenTheReaderIsMade() {
    try (InputReader reader =
        new InputReader(
            Reading.inputs("-"),
            new ByteArrayInputStream(bytes("1\n2\n")),
            Framing.AUTO,
            InputLimits.DEFAULT,
            10,
            Reading.CLOCK)) {
      Batch batch = next(reader);
      assertEquals(new Position("file", "-", "2", 0), batch.position(1));
      long micros = TimeUnit.SECONDS.toMicros(Reading.NOW.getEpochSecond()) + 123_456;
      assertEquals(micros, batch.arrivalMicros(0));
      assertEquals(-1, reader.totalBytes());
      assertEquals(4, reader.bytesRead());
    }
  }

  @Test
  void progressCountsTheBytesAsStored() throws IOException {
    Path a = temp.resolve("a");
    Files.write(a, CompressedContentTest.Format.GZIP.compress("1\n".repeat(100_000)));
    Path b = file("b", "2\n");
    try (InputReader reader = Reading.reader(a, b)) {
      assertEquals(0, reader.bytesRead());
      assertEquals(Files.size(a) + 2, reader.totalBytes());
      assertEquals(100_001, Reading.drain(reader).size());
      assertEquals(reader.totalBytes(), reader.bytesRead());
    }
  }

  @Test
  void inputThatCannotBeOpenedIsADeadLetterAndItsNeighboursLand() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("in"));
    Path a = file("in/a", "1\n");
    Path dangling = Files.createSymbolicLink(folder.resolve("b"), temp.resolve("none"));
    Path c = file("in/c", "2\n");
    try (InputReader reader = Reading.reader(folder)) {
      String missing = dangling.toAbsolutePath().normalize().toString();
      assertEquals(
          List.of(
              new Found(shard(a), 0, "1", null),
              new Found(missing, 0, "", Reason.UNREADABLE_INPUT),
              new Found(shard(c), 0, "2", null)),
          Reading.drain(reader));
      assertEquals(List.of(new Failure(missing, "no such file")), reader.failures());
    }
  }

  @Test
  void fileThatFailsWhileItIsReadIsADeadLetterAndItsNeighboursLand() throws IOException {
    // Opens like any file, and the first read of it fails.
    Path failing = Path.of("/proc/self/mem");
    assumeTrue(Files.isReadable(failing));
    Path a = file("a", "1\n");
    Path c = file("c", "2\n");
    try (InputReader reader = Reading.reader(a, failing, c)) {
      List<Found> found = Reading.drain(reader);
      assertEquals(
          List.of("1", " UNREADABLE_INPUT", "2"), found.stream().map(Reading::describe).toList());
      assertEquals(found.get(1).shard(), reader.failures().get(0).shard());
    }
  }

  @Test
  void fileThatVanishesAfterItWasListedIsADeadLetter() throws IOException {
    Path a = file("a", "1\n");
    Path b = file("b", "2\n");
    try (InputReader reader = Reading.reader(a, b)) {
      Files.delete(a);
      assertEquals(
          List.of(" UNREADABLE_INPUT", "2"),
          Reading.drain(reader).stream().map(Reading::describe).toList());
    }
  }

  @Test
  void whatWasReadBeforeAFailureLandsAndTheRestIsKept() {
    InputStream failing =
        new FilterInputStream(new ByteArrayInputStream(bytes("1\n{\"cut"))) {
          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, Math.min(length, 3));
            if (count < 0) {
              throw new IOException("the disk is gone\nfor good");
            }
            return count;
          }
        };
    try (InputReader reader =
        new InputReader(
            Reading.inputs("-"), failing, Framing.AUTO, InputLimits.DEFAULT, 10, Reading.CLOCK)) {
      assertEquals(
          List.of(
              new Found("-", 0, "1", null), new Found("-", 2, "{\"cut", Reason.UNREADABLE_INPUT)),
          Reading.drain(reader));
      assertEquals(List.of(new Failure("-", "the disk is gone")), reader.failures());
    }
  }

  @Test
  void damagedContentIsNoFailureBecauseReadingItAgainWouldEndTheSame() throws IOException {
    Path a = temp.resolve("a");
    Files.write(a, new byte[] {0x1F, (byte) 0x8B, 8});
    try (InputReader reader = Reading.reader(a)) {
      assertEquals(Reason.CORRUPT_COMPRESSION, Reading.drain(reader).get(0).refusal());
      assertEquals(List.of(), reader.failures());
    }
  }

  @Test
  void manySmallFilesFitInOneBatch() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("in"));
    for (int i = 0; i < 500; i++) {
      file("in/%03d".formatted(i), "\u00EF\u00BB\u00BF{\"i\":" + i + "}");
    }
    try (InputReader reader = Reading.reader(folder)) {
      Batch batch = next(reader);
      assertEquals(500, batch.count());
      assertEquals(500, batch.shards().size());
      assertTrue(texts(batch).contains("{\"i\":499}"));
      assertNull(reader.next(new byte[BUFFER]));
    }
  }

  @Test
  void pathOfAStreamIsReadAsOne() throws IOException {
    assumeTrue(Files.exists(Path.of("/dev/null")));
    Path a = file("a", "1\n");
    try (InputReader reader = Reading.reader("/dev/null", a)) {
      assertEquals(-1, reader.totalBytes());
      assertEquals(List.of("1"), Reading.drain(reader).stream().map(Found::text).toList());
      assertEquals(List.of(), reader.failures());
    }
  }

  @Test
  void namedPipeIsReadAsAStream() throws Exception {
    Path pipe = temp.resolve("pipe");
    Process made;
    try {
      made = new ProcessBuilder("mkfifo", pipe.toString()).start();
    } catch (IOException e) {
      assumeTrue(false, "there is no mkfifo");
      return;
    }
    assumeTrue(made.waitFor() == 0);
    Thread writer =
        new Thread(
            () -> {
              try {
                Files.write(pipe, bytes("1\n2\n"));
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    try (InputReader reader = Reading.reader(pipe)) {
      writer.start();
      assertEquals(List.of("1", "2"), Reading.drain(reader).stream().map(Found::text).toList());
    }
    writer.join();
  }

  @Test
  void bufferThatCannotHoldARecordIsRefused() {
    try (InputReader reader = Reading.reader("-")) {
      assertThrows(IllegalArgumentException.class, () -> reader.next(new byte[BUFFER - 1]));
    }
  }

  @Test
  void limitsOutsideOfTheirRangesAreRefusedByName() {
    assertLimit("max_decompressed_bytes", () -> new InputLimits((1 << 20) - 1, 200, 1 << 24));
    assertLimit("max_compression_ratio", () -> new InputLimits(1 << 20, 1, 1 << 24));
    assertLimit("max_compression_ratio", () -> new InputLimits(1 << 20, 1_000_001, 1 << 24));
    assertLimit("max_record_bytes", () -> new InputLimits(1 << 20, 200, 1_023));
    assertLimit("max_record_bytes", () -> new InputLimits(1 << 20, 200, (1 << 28) + 1));
  }

  private static void assertLimit(String key, Executable limits) {
    String message =
        String.valueOf(assertThrows(IllegalArgumentException.class, limits).getMessage());
    assertTrue(message.startsWith("limits." + key + " is "), message);
  }

  private static Batch next(InputReader reader) {
    Batch batch = reader.next(new byte[BUFFER]);
    assertNotNull(batch);
    return batch;
  }

  private static List<String> texts(Batch batch) {
    return Reading.records(batch).stream().map(Found::text).toList();
  }

  private static void setTime(Path file, Instant time) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(time));
  }

  private Path file(String name, String content) throws IOException {
    return Files.write(temp.resolve(name), bytes(content));
  }
}
