package dev.weir.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UuidTextTest {
  private final UuidText uuid = new UuidText();
  private final JsonText text = new JsonText();

  private boolean reads(byte[] bytes) {
    text.set(bytes, 0, bytes.length, false);
    return uuid.read(text);
  }

  @Test
  void everyByteInEveryPlaceIsADigitOrRefused() {
    for (String spelling : new String[] {Decoding.UUID, Decoding.UUID.replace("-", "")}) {
      for (int place = 0; place < spelling.length(); place++) {
        boolean dash = spelling.charAt(place) == '-';
        for (int value = 0; value < 256; value++) {
          byte[] bytes = Decoding.utf8(spelling);
          bytes[place] = (byte) value;
          boolean digit = value < 128 && Character.digit(value, 16) >= 0;
          assertEquals(dash ? value == '-' : digit, reads(bytes), place + ": " + value);
        }
      }
    }
  }

  @Test
  void randomUuidsAreReadAsJavaReadsThem() {
    SplittableRandom random = new SplittableRandom(9562);
    for (int i = 0; i < 10_000; i++) {
      UUID expected = new UUID(random.nextLong(), random.nextLong());
      String canonical = expected.toString();
      String upper = canonical.toUpperCase(Locale.ROOT);
      for (String spelling : new String[] {canonical, upper, upper.replace("-", "")}) {
        assertEquals(true, reads(Decoding.utf8(spelling)), spelling);
        assertEquals(expected, new UUID(uuid.high(), uuid.low()), spelling);
      }
    }
  }
}
