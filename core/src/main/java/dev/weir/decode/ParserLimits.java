package dev.weir.decode;

/**
 * Bounds on one document. A document beyond one of them is a dead letter.
 *
 * @param maxDocumentBytes bytes of one document; 1,024 to 67,108,864, default 1,048,576 (1 MiB)
 * @param maxDepth nested objects and arrays; 1 to 1,000, default 256
 * @param maxStringBytes bytes of one string or member name as sent, without its quotes; 64 to
 *     67,108,864, default 524,288
 * @param maxNumberChars characters of one number as sent; 16 to 67,108,864, default 1,048,576: the
 *     payload's numbers are never converted, so a long one costs nothing
 * @param maxMembers members of all objects of one document; 4 to 10,000,000, default 50,000
 * @param maxNameChars UTF-16 characters of an event's name; 1 to 1,024, default 256
 */
public record ParserLimits(
    int maxDocumentBytes,
    int maxDepth,
    int maxStringBytes,
    int maxNumberChars,
    int maxMembers,
    int maxNameChars) {
  /** The defaults of every limit. */
  public static final ParserLimits DEFAULT =
      new ParserLimits(1 << 20, 256, 1 << 19, 1 << 20, 50_000, 256);

  public ParserLimits {
    check("max_document_bytes", maxDocumentBytes, 1_024, 1 << 26);
    check("max_depth", maxDepth, 1, 1_000);
    check("max_string_bytes", maxStringBytes, 64, 1 << 26);
    check("max_number_chars", maxNumberChars, 16, 1 << 26);
    check("max_members", maxMembers, 4, 10_000_000);
    check("max_name_chars", maxNameChars, 1, 1_024);
  }

  private static void check(String key, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "limits.%s is %d; allowed is %d to %d".formatted(key, value, min, max));
    }
  }
}
