package dev.weir.claim;

import java.time.Instant;
import java.util.HexFormat;

/**
 * One process run over one batch, named by 12 bytes that are never reused.
 *
 * @param epochSeconds when the attempt began, unsigned 32 bits, seconds since the epoch; it decides
 *     when its claims expire, never whether something is safe
 * @param random 64 random bits
 */
public record Attempt(int epochSeconds, long random) implements Comparable<Attempt> {
  /** The length of the text form, in characters. */
  public static final int TEXT_LENGTH = 24;

  /** When the attempt began, to the second. */
  public Instant began() {
    return Instant.ofEpochSecond(Integer.toUnsignedLong(epochSeconds));
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException if the text is not 24 lower-case hexadecimal digits
   */
  public static Attempt parse(String text) {
    if (text.length() != TEXT_LENGTH) {
      throw new IllegalArgumentException("not an attempt (24 hexadecimal digits): " + text);
    }
    return new Attempt(
        HexFormat.fromHexDigits(text, 0, 8), HexFormat.fromHexDigitsToLong(text, 8, TEXT_LENGTH));
  }

  /** 24 lower-case hexadecimal digits: object keys, logs and dead letters all carry this form. */
  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(epochSeconds) + hex.toHexDigits(random);
  }

  @Override
  public int compareTo(Attempt other) {
    int bySecond = Integer.compareUnsigned(epochSeconds, other.epochSeconds);
    return bySecond != 0 ? bySecond : Long.compareUnsigned(random, other.random);
  }
}
