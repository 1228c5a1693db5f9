package dev.weir.cli.input;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.cli.input.Reading.Found;
import dev.weir.source.Framing;
import dev.weir.source.InputLimits;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is true of any content, tried on contents drawn at random from fixed seeds. */
class FramingPropertyTest {
  private static final int ROUNDS = 400;
  private static final int MIN_BUFFER = InputReader.minBufferBytes(Reading.SMALL);

  @ParameterizedTest
  @EnumSource(Framing.class)
  void whereReadsAndBatchesEndDecidesNothing(Framing framing) {
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      byte[] content = content(random);
      List<Found> inOneGo = Reading.read(framing, Reading.SMALL, content);
      int buffer = MIN_BUFFER + (random.nextBoolean() ? 0 : random.nextInt(5_000));
      int records = random.nextBoolean() ? 1 + random.nextInt(20) : Integer.MAX_VALUE;
      int mostAtOnce = random.nextBoolean() ? 1 + random.nextInt(9) : 1 + random.nextInt(3_000);
      List<Found> inPieces =
          Reading.read(
              framing, Reading.SMALL, new Pieces(content, random, mostAtOnce), records, buffer);
      assertEquals(inOneGo, inPieces, "seed " + seed);
    }
  }

  @ParameterizedTest
  @EnumSource(Framing.class)
  void buffersMayDifferFromBatchToBatch(Framing framing) {
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      byte[] content = content(random);
      List<Found> found = new ArrayList<>();
      try (InputReader reader =
          new InputReader(
              Reading.inputs("-"),
              new ByteArrayInputStream(content),
              framing,
              Reading.SMALL,
              1 + random.nextInt(30),
              Reading.CLOCK)) {
        while (true) {
          var batch = reader.next(new byte[MIN_BUFFER + random.nextInt(2) * 60_000]);
          if (batch == null) {
            break;
          }
          found.addAll(Reading.records(batch));
        }
      }
      assertEquals(Reading.read(framing, Reading.SMALL, content), found, "seed " + seed);
    }
  }

  @Test
  void linesAtTheirOffsetsGiveBackTheInput() {
    for (int seed = 0; seed < ROUNDS; seed++) {
      byte[] content = content(new Random(seed));
      InputLimits limits = new InputLimits(1 << 20, 200, 1 << 20);
      byte[] rebuilt = whiteSpaceOf(content);
      for (Found record : Reading.read(Framing.NDJSON, limits, content)) {
        byte[] text = record.text().getBytes(ISO_8859_1);
        System.arraycopy(text, 0, rebuilt, (int) record.offset(), text.length);
      }
      assertArrayEquals(content, rebuilt, "seed " + seed);
    }
  }

  @ParameterizedTest
  @EnumSource(Framing.class)
  void offsetsAscendAndRecordsDoNotOverlap(Framing framing) {
    for (int seed = 0; seed < ROUNDS; seed++) {
      String content = new String(content(new Random(seed)), ISO_8859_1);
      long from = 0;
      for (Found record : Reading.read(framing, Reading.SMALL, content.getBytes(ISO_8859_1))) {
        int offset = (int) record.offset();
        assertEquals(true, offset >= from, "seed " + seed);
        assertEquals(record.text(), content.substring(offset, offset + record.text().length()));
        // One byte at least lies between the records of a framing with separators.
        from = offset + record.text().length() + (framing == Framing.CONCATENATED ? 0 : 1);
      }
    }
  }

  private static byte[] whiteSpaceOf(byte[] content) {
    byte[] result = new byte[content.length];
    for (int i = 0; i < content.length; i++) {
      result[i] = " \t\r\n".indexOf(content[i]) >= 0 ? content[i] : 0;
    }
    return result;
  }

  /** Documents, separators, white space and damage in any order; some of it very long. */
  private static byte[] content(Random random) {
    String[] parts = {
      "{\"a\":1}",
      "{\"s\":\"x,]}\\\"\\\\\"}",
      "[1,[2,{}]]",
      "\"text\"",
      "12.5",
      "null",
      "\n",
      "\n",
      "\r\n",
      " ",
      ",",
      ",",
      "]",
      "[",
      "}",
      "{",
      "\"",
      "\\",
      "\0",
      "\u00FF",
      "\t",
      "\r",
      "[[",
      "}]"
    };
    StringBuilder content = new StringBuilder(random.nextInt(3) == 0 ? "[" : "");
    int count = random.nextInt(300);
    for (int i = 0; i < count; i++) {
      if (random.nextInt(60) == 0) {
        String filler = List.of("x", " ", "\"", "[", "\\", "\r").get(random.nextInt(6));
        content.append(filler.repeat(1_000 + random.nextInt(random.nextBoolean() ? 60 : 9_000)));
      } else {
        content.append(parts[random.nextInt(parts.length)]);
      }
    }
    return content.toString().getBytes(ISO_8859_1);
  }

  /** A stream that gives some of what is asked for. */
  private static final class Pieces extends ByteArrayInputStream {
    private final Random random;
    private final int most;

    Pieces(byte[] content, Random random, int most) {
      super(content);
      this.random = random;
      this.most = most;
    }

    @Override
    public synchronized int read(byte[] bytes, int offset, int length) {
      return super.read(bytes, offset, Math.min(length, 1 + random.nextInt(most)));
    }
  }
}
