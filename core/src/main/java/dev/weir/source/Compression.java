package dev.weir.source;

/** How content is compressed, told by its first bytes. */
enum Compression {
  NONE,
  GZIP,
  ZSTD;

  /** The bytes that it takes to tell. */
  static final int MAGIC_BYTES = 4;

  /** The compression of content that begins with these bytes: RFC 1952 and RFC 8878, 3.1. */
  static Compression of(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length >= 2 && (bytes[from] & 0xFF) == 0x1F && (bytes[from + 1] & 0xFF) == 0x8B) {
      return GZIP;
    }
    if (length < MAGIC_BYTES) {
      return NONE;
    }
    int magic =
        (bytes[from] & 0xFF)
            | (bytes[from + 1] & 0xFF) << 8
            | (bytes[from + 2] & 0xFF) << 16
            | (bytes[from + 3] & 0xFF) << 24;
    boolean skippable = (magic & 0xFFFFFFF0) == 0x184D2A50;
    return magic == 0xFD2FB528 || skippable ? ZSTD : NONE;
  }
}
