package dev.weir.claim;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The claims on disk: an append-only log, one segment per day (UTC), dropped whole to expire.
 *
 * <p>A segment is a sequence of groups. A group is a header of 28 bytes and, per claim, 20 bytes
 * (the uuid's halves and the content hash), all big-endian:
 *
 * <pre>
 * magic "WCLG" (4)  kind (1, then 3 zero bytes)  count (4)  attempt (4 + 8)  CRC32C of all else (4)
 * </pre>
 *
 * <p>Order matters: of two groups that name the same uuid, the later one holds. A group that was
 * only partly written when the machine stopped is cut off at the next start and reported; damage
 * anywhere else refuses the start, because claims after it would be forgotten.
 *
 * <p>Not safe for use by several threads; {@link EmbeddedClaimStore} guards it.
 */
final class ClaimLog implements AutoCloseable {
  /** What a group says of its uuids. */
  enum Kind {
    /** They belong to the attempt. */
    CLAIMED,
    /** The attempt is done; the group has no uuids. */
    DONE
  }

  /** Receives the groups of the log in order. */
  interface Reader {
    /** One group; {@code body} holds its claims, 20 bytes each, from its position to its limit. */
    void group(Kind kind, Attempt attempt, ByteBuffer body);
  }

  static final int HEADER_BYTES = 28;
  static final int CLAIM_BYTES = 20;
  private static final int MAGIC = 0x57434C47;

  /** How many claims are written as one group; a start reads groups whole, into the heap. */
  static final int GROUP_CLAIMS = 1 << 20;

  private static final int MAX_GROUP_CLAIMS = 50_000_000;
  private static final String PREFIX = "claims-";
  private static final String SUFFIX = ".log";
  private static final DateTimeFormatter DAY = DateTimeFormatter.BASIC_ISO_DATE;

  private final Path directory;
  private @Nullable FileChannel segment;
  private LocalDate segmentDay = LocalDate.EPOCH;
  private long segmentBytes;
  private boolean unsynced;
  private @Nullable IOException broken;

  private ClaimLog(Path directory) {
    this.directory = directory;
  }

  /**
   * Opens the log: drops the segments whose claims have all expired and reads the others.
   *
   * @param expired claims made before this second since the epoch are not needed any more
   * @return the log and how many bytes of a torn group were cut off its end
   * @throws IOException if a segment cannot be read or is damaged elsewhere than at its end
   */
  static Opened open(Path directory, long expired, Reader reader) throws IOException {
    ClaimLog log = new ClaimLog(directory);
    List<Path> segments = segments(directory);
    long cut = 0;
    for (int i = 0; i < segments.size(); i++) {
      Path path = segments.get(i);
      LocalDate day = dayOf(path);
      boolean last = i == segments.size() - 1;
      if (!last && day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toEpochSecond() < expired) {
        Files.delete(path);
        continue;
      }
      cut += scan(path, last, reader);
      log.segmentDay = day;
    }
    return new Opened(log, cut);
  }

  /** An opened log, and how many bytes of a torn group were cut off. */
  record Opened(ClaimLog log, long cutBytes) {}

  /**
   * Appends claims, in several groups if they are many. Durable only after {@link #sync}.
   *
   * @throws IOException if they were not all appended; the log takes nothing more, because its
   *     index already holds claims that it does not
   */
  void append(Kind kind, Attempt attempt, ByteBuffer claims, LocalDate today) throws IOException {
    FileChannel channel = segmentFor(today);
    do {
      int bytes = Math.min(claims.remaining(), GROUP_CLAIMS * CLAIM_BYTES);
      appendGroup(channel, kind, attempt, claims.slice(claims.position(), bytes));
      claims.position(claims.position() + bytes);
    } while (claims.hasRemaining());
  }

  private void appendGroup(FileChannel channel, Kind kind, Attempt attempt, ByteBuffer claims)
      throws IOException {
    int count = claims.remaining() / CLAIM_BYTES;
    ByteBuffer header = header(kind, count, attempt);
    CRC32C crc = new CRC32C();
    crc.update(header.duplicate().limit(HEADER_BYTES - 4));
    crc.update(claims.duplicate());
    header.putInt(HEADER_BYTES - 4, (int) crc.getValue());
    ByteBuffer[] parts = {header, claims};
    long bytes = header.remaining() + (long) claims.remaining();
    try {
      channel.position(segmentBytes);
      while (header.hasRemaining() || claims.hasRemaining()) {
        channel.write(parts);
      }
    } catch (IOException e) {
      restore(channel, e);
      throw e;
    }
    segmentBytes += bytes;
    unsynced = true;
  }

  /**
   * Makes everything appended so far durable.
   *
   * @throws IOException if it may not be durable; the log takes nothing more, because what a failed
   *     sync has dropped is unknown
   */
  void sync() throws IOException {
    if (unsynced && segment != null) {
      try {
        segment.force(false);
      } catch (IOException e) {
        broken = e;
        throw e;
      }
      unsynced = false;
    }
  }

  /** The size of all segments, in bytes. */
  long sizeBytes() throws IOException {
    long bytes = 0;
    for (Path path : segments(directory)) {
      bytes += Files.size(path);
    }
    return bytes;
  }

  @Override
  public void close() throws IOException {
    if (segment != null) {
      if (broken == null) {
        sync();
      }
      segment.close();
    }
  }

  /**
   * Refuses to go on after a failure.
   *
   * @throws IOException if an earlier append or sync failed
   */
  void check() throws IOException {
    if (broken != null) {
      throw new IOException(
          "the claim log in %s failed earlier and takes nothing more; start again"
              .formatted(directory),
          broken);
    }
  }

  private FileChannel segmentFor(LocalDate today) throws IOException {
    check();
    // A clock that steps back must not put later claims into an earlier segment.
    LocalDate day = today.isBefore(segmentDay) ? segmentDay : today;
    if (segment == null || !day.equals(segmentDay)) {
      if (segment != null) {
        sync();
        segment.close();
        segment = null;
      }
      Path path = directory.resolve(PREFIX + DAY.format(day) + SUFFIX);
      FileChannel opened =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        segmentBytes = opened.size();
        syncDirectory(directory);
      } catch (IOException e) {
        opened.close();
        throw e;
      }
      segment = opened;
      segmentDay = day;
    }
    return segment;
  }

  private void restore(FileChannel channel, IOException cause) {
    broken = cause;
    try {
      channel.truncate(segmentBytes);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private static ByteBuffer header(Kind kind, int count, Attempt attempt) {
    return ByteBuffer.allocate(HEADER_BYTES)
        .putInt(MAGIC)
        .putInt(kind.ordinal() << 24)
        .putInt(count)
        .putInt(attempt.epochSeconds())
        .putLong(attempt.random())
        .putInt(0)
        .flip();
  }

  /** Reads one segment; cuts a torn group off its end if it is the last one. */
  private static long scan(Path path, boolean last, Reader reader) throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long size = channel.size();
      long at = 0;
      while (at < size) {
        ByteBuffer group = groupAt(channel, at, size);
        if (group == null) {
          if (!last || laterGroupExists(channel, at + 1, size)) {
            throw new IOException(
                ("the claim log %s is damaged at byte %d, and claims after it would be forgotten;"
                        + " restore the file from a copy, or start a new lake")
                    .formatted(path, at));
          }
          channel.truncate(at);
          channel.force(true);
          return size - at;
        }
        Kind kind = Kind.values()[group.get(4)];
        Attempt attempt = new Attempt(group.getInt(12), group.getLong(16));
        reader.group(kind, attempt, group.slice(HEADER_BYTES, group.limit() - HEADER_BYTES));
        at += group.limit();
      }
      return 0;
    }
  }

  private static boolean laterGroupExists(FileChannel channel, long from, long size)
      throws IOException {
    ByteBuffer window = ByteBuffer.allocate(1 << 16);
    for (long base = from; base + HEADER_BYTES <= size; base += window.capacity() - 3) {
      window.clear();
      channel.read(window, base);
      window.flip();
      for (int i = 0; i + 4 <= window.limit(); i++) {
        if (window.getInt(i) == MAGIC && groupAt(channel, base + i, size) != null) {
          return true;
        }
      }
    }
    return false;
  }

  /** The whole group at an offset, or null if there is no valid one. */
  private static @Nullable ByteBuffer groupAt(FileChannel channel, long at, long size)
      throws IOException {
    if (size - at < HEADER_BYTES) {
      return null;
    }
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    readFully(channel, header, at);
    int count = header.getInt(8);
    int kind = header.getInt(4);
    boolean known = kind == Kind.CLAIMED.ordinal() << 24 || kind == Kind.DONE.ordinal() << 24;
    if (header.getInt(0) != MAGIC || !known || count < 0 || count > MAX_GROUP_CLAIMS) {
      return null;
    }
    long bytes = HEADER_BYTES + (long) count * CLAIM_BYTES;
    if (size - at < bytes) {
      return null;
    }
    ByteBuffer group = ByteBuffer.allocate((int) bytes).order(ByteOrder.BIG_ENDIAN);
    readFully(channel, group, at);
    CRC32C crc = new CRC32C();
    crc.update(group.duplicate().limit(HEADER_BYTES - 4));
    crc.update(group.duplicate().position(HEADER_BYTES));
    return (int) crc.getValue() == group.getInt(HEADER_BYTES - 4) ? group : null;
  }

  private static void readFully(FileChannel channel, ByteBuffer into, long at) throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into, at + into.position()) < 0) {
        throw new IOException("unexpected end of a claim log segment");
      }
    }
    into.flip();
  }

  private static List<Path> segments(Path directory) throws IOException {
    List<Path> found = new ArrayList<>();
    try (var paths = Files.newDirectoryStream(directory, PREFIX + "????????" + SUFFIX)) {
      paths.forEach(found::add);
    } catch (NoSuchFileException e) {
      return found;
    }
    found.sort(null);
    return found;
  }

  /** The size of a log, as it lies in its directory. */
  static long bytes(Path directory) throws IOException {
    long bytes = 0;
    for (Path segment : segments(directory)) {
      bytes += Files.size(segment);
    }
    return bytes;
  }

  private static LocalDate dayOf(Path path) throws IOException {
    String name = path.getFileName().toString();
    try {
      return LocalDate.parse(name.substring(PREFIX.length(), PREFIX.length() + 8), DAY);
    } catch (java.time.DateTimeException e) {
      throw new IOException("not a segment of a claim log: " + path, e);
    }
  }

  /** Makes the entries of a directory durable. */
  static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
