package dev.weir.cli.input;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.weir.record.Batch;
import dev.weir.record.Reason;
import dev.weir.source.Framing;
import dev.weir.source.InputLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads inputs to their end and tells what was found. */
final class Reading {
  static final Instant NOW = Instant.parse("2026-11-22T10:00:00.123456Z");
  static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  /** Limits that small test data can reach. */
  static final InputLimits SMALL = new InputLimits(1 << 20, 200, 1 << 10);

  /** A record: one character of its text is one byte of its content. */
  record Found(String shard, long offset, String text, @Nullable Reason refusal) {}

  private Reading() {}

  /** The texts of the records in content, with the reason behind those that were refused. */
  static List<String> texts(Framing framing, String content) {
    return read(framing, bytes(content)).stream().map(Reading::describe).toList();
  }

  /** The records in content that is read from standard input in one go. */
  static List<Found> read(Framing framing, byte[] content) {
    return read(framing, InputLimits.DEFAULT, content);
  }

  static List<Found> read(Framing framing, InputLimits limits, byte[] content) {
    int buffer = InputReader.minBufferBytes(limits) + (1 << 16);
    return read(framing, limits, new ByteArrayInputStream(content), Integer.MAX_VALUE, buffer);
  }

  static List<Found> read(
      Framing framing, InputLimits limits, InputStream content, int batchRecords, int buffer) {
    try (InputReader reader =
        new InputReader(inputs("-"), content, framing, limits, batchRecords, CLOCK)) {
      return drain(reader, buffer);
    }
  }

  /** A reader of files, with the defaults. */
  static InputReader reader(Object... values) {
    return new InputReader(
        inputs(values),
        InputStream.nullInputStream(),
        Framing.AUTO,
        InputLimits.DEFAULT,
        1_000_000,
        CLOCK);
  }

  /** What is left in a reader of the default limits. */
  static List<Found> drain(InputReader reader) {
    return drain(reader, InputReader.minBufferBytes(InputLimits.DEFAULT));
  }

  static List<Found> drain(InputReader reader, int bufferBytes) {
    List<Found> found = new ArrayList<>();
    Batch batch;
    while ((batch = reader.next(new byte[bufferBytes])) != null) {
      if (batch.count() == 0) {
        throw new AssertionError("an empty batch");
      }
      found.addAll(records(batch));
    }
    return found;
  }

  static List<Found> records(Batch batch) {
    List<Found> found = new ArrayList<>();
    for (int i = 0; i < batch.count(); i++) {
      found.add(
          new Found(
              batch.position(i).shard(),
              Long.parseLong(batch.sequenceNumber(i)),
              new String(batch.content(i), ISO_8859_1),
              batch.refusal(i)));
    }
    return found;
  }

  static InputFiles inputs(Object... values) {
    try {
      return InputFiles.resolve(Arrays.stream(values).map(Object::toString).toList());
    } catch (UnusableInputException e) {
      throw new AssertionError(e);
    }
  }

  static String describe(Found record) {
    return record.refusal() == null ? record.text() : record.text() + " " + record.refusal();
  }

  static String shard(Path file) {
    try {
      return file.toRealPath().toString();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
