package dev.weir.cli.query;

import dev.weir.lake.S3LakeFiles;
import dev.weir.lake.S3Options;
import dev.weir.wiring.Staging;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * Copies on this machine of objects of lakes in S3, which never change.
 *
 * <p>The folder mirrors the keys: {@code service/bucket/prefix/events/…}. A file appears whole or
 * not at all, and its time is that of its last use. Many queries of many processes may share the
 * folder: each tells the others which files it needs, and none of those is removed before it ends.
 *
 * <pre>
 * .lock               held while a query makes room
 * .queries/id.lock    held while a query runs
 * .queries/id/needs   the files that it reads, with their sizes
 * .queries/id/…       what it is fetching
 * </pre>
 *
 * <p>Opened, used and closed by one thread.
 */
public final class LakeCache implements AutoCloseable {
  private static final String LOCK = ".lock";
  private static final String QUERIES = ".queries";
  private static final String NEEDS = "needs";
  private static final int MAX_FETCHES = 16;

  private final Path folder;
  private final long maxBytes;
  private final Staging query;

  /** Is told how far the fetching is. */
  public interface Progress {
    /** Called before the first file is fetched, and after each. */
    void fetched(int files, int ofFiles, long bytes, long ofBytes);
  }

  /** The files that a query needs do not fit. */
  public static final class FullException extends IOException {
    private static final long serialVersionUID = 1L;

    FullException(String message) {
      super(message);
    }
  }

  private record Cached(Path file, long bytes, Instant lastUse) {}

  private LakeCache(Path folder, long maxBytes, Staging query) {
    this.folder = folder;
    this.maxBytes = maxBytes;
    this.query = query;
  }

  /**
   * Opens the cache, and makes its folder.
   *
   * @param maxBytes what the folder may hold
   * @throws IOException if the folder cannot be written
   */
  public static LakeCache open(Path folder, long maxBytes) throws IOException {
    Path root = Files.createDirectories(folder).toRealPath();
    return new LakeCache(root, maxBytes, Staging.open(root.resolve(QUERIES)));
  }

  /** The user's folder for caches, as the XDG specification names it. */
  public static Path defaultFolder(Map<String, String> environment) {
    String given = environment.getOrDefault("XDG_CACHE_HOME", "");
    return Path.of(given).isAbsolute()
        ? Path.of(given, "weir")
        : Path.of(System.getProperty("user.home", "."), ".cache", "weir");
  }

  /**
   * Makes sure that copies of some objects of a lake are here, until this is closed.
   *
   * @return the folder that mirrors the lake; other objects may lie there, too
   * @throws FullException if they do not fit; the message says what to do
   * @throws IOException if an object could not be fetched; what was fetched before stays
   */
  public Path provide(S3LakeFiles lake, List<S3LakeFiles.Entry> objects, Progress progress)
      throws IOException {
    Path mirror = folder.resolve(place(lake.options()));
    Files.createDirectories(mirror);
    Map<Path, Long> needs = new LinkedHashMap<>();
    objects.forEach(object -> needs.put(mirror.resolve(object.key()), object.bytes()));
    makeRoom(needs);
    fetch(lake, missing(mirror, objects), progress);
    return mirror;
  }

  /** Names the lake without what could not be part of a path anywhere. */
  private static Path place(S3Options lake) {
    URI uri = lake.endpoint().uri();
    String service = uri == null ? "aws" : uri.getAuthority().replaceAll("[^A-Za-z0-9.-]", "_");
    return Path.of(service, lake.bucket(), lake.prefix());
  }

  private void makeRoom(Map<Path, Long> needs) throws IOException {
    long needed = sum(needs);
    if (needed > maxBytes) {
      throw new FullException(
          "the query reads %d files with %d bytes, and query.cache_bytes (WEIR_QUERY_CACHE_BYTES) is %d; allow more, or ask for fewer days (--date)"
              .formatted(needs.size(), needed, maxBytes));
    }
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock unused = channel.lock()) {
      Map<Path, Long> held = new HashMap<>(othersNeeds());
      long others = sum(held);
      held.putAll(needs);
      evict(held);
      if (sum(held) > maxBytes) {
        throw new FullException(
            "the query reads %d bytes, queries that run now hold %d bytes of the cache, and query.cache_bytes (WEIR_QUERY_CACHE_BYTES) is %d; wait for them, or allow more"
                .formatted(needed, others, maxBytes));
      }
      Files.write(
          query.folder().resolve(NEEDS),
          needs.entrySet().stream()
              .map(need -> need.getValue() + " " + folder.relativize(need.getKey()))
              .toList());
    }
  }

  /** What the queries need that run now; those that died were removed when this was opened. */
  private Map<Path, Long> othersNeeds() throws IOException {
    Map<Path, Long> needs = new HashMap<>();
    try (Stream<Path> queries = Files.list(folder.resolve(QUERIES))) {
      for (Path other : queries.filter(path -> !path.equals(query.folder())).toList()) {
        try {
          for (String line : Files.readAllLines(other.resolve(NEEDS))) {
            int space = line.indexOf(' ');
            needs.put(
                folder.resolve(line.substring(space + 1)), Long.valueOf(line.substring(0, space)));
          }
        } catch (IOException e) {
          // A lock, or a query that needs nothing yet, or one that has just ended.
        }
      }
    }
    return needs;
  }

  /** Removes the files that nobody has used for longest until the rest and what is held fit. */
  private void evict(Map<Path, Long> held) throws IOException {
    List<Cached> free = new ArrayList<>();
    long bytes = sum(held);
    for (Cached cached : cached()) {
      if (!held.containsKey(cached.file())) {
        free.add(cached);
        bytes += cached.bytes();
      }
    }
    free.sort(Comparator.comparing(Cached::lastUse));
    for (int i = 0; i < free.size() && bytes > maxBytes; i++) {
      Files.deleteIfExists(free.get(i).file());
      bytes -= free.get(i).bytes();
    }
  }

  private List<Cached> cached() throws IOException {
    List<Cached> cached = new ArrayList<>();
    try (Stream<Path> paths =
        Files.find(folder, Integer.MAX_VALUE, (path, attributes) -> attributes.isRegularFile())) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        if (!folder.relativize(path).getName(0).toString().startsWith(".")) {
          BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
          cached.add(new Cached(path, file.size(), file.lastModifiedTime().toInstant()));
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return cached;
  }

  /** What is not here, or was cut short by a machine that stopped; the rest is marked as used. */
  private static List<S3LakeFiles.Entry> missing(Path mirror, List<S3LakeFiles.Entry> objects)
      throws IOException {
    FileTime used = now();
    List<S3LakeFiles.Entry> missing = new ArrayList<>();
    for (S3LakeFiles.Entry object : objects) {
      Path file = mirror.resolve(object.key());
      try {
        if (Files.size(file) == object.bytes()) {
          Files.setLastModifiedTime(file, used);
          continue;
        }
      } catch (NoSuchFileException e) {
        // Never fetched, or removed to make room.
      }
      missing.add(object);
    }
    return missing;
  }

  private void fetch(S3LakeFiles lake, List<S3LakeFiles.Entry> missing, Progress progress)
      throws IOException {
    if (missing.isEmpty()) {
      return;
    }
    Path mirror = folder.resolve(place(lake.options()));
    int threads =
        Math.min(missing.size(), Math.min(MAX_FETCHES, lake.options().network().connections()));
    ExecutorService pool = Executors.newFixedThreadPool(threads, LakeCache::daemon);
    try {
      CompletionService<Long> fetches = new ExecutorCompletionService<>(pool);
      for (int i = 0; i < missing.size(); i++) {
        S3LakeFiles.Entry object = missing.get(i);
        Path draft = query.folder().resolve(i + ".part");
        fetches.submit(() -> fetch(lake, object, draft, mirror.resolve(object.key())));
      }
      long ofBytes = missing.stream().mapToLong(S3LakeFiles.Entry::bytes).sum();
      long bytes = 0;
      progress.fetched(0, missing.size(), bytes, ofBytes);
      for (int files = 1; files <= missing.size(); files++) {
        bytes += fetches.take().get();
        progress.fetched(files, missing.size(), bytes, ofBytes);
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while fetching");
    } finally {
      pool.shutdownNow();
    }
  }

  private static long fetch(S3LakeFiles lake, S3LakeFiles.Entry object, Path draft, Path file)
      throws IOException {
    lake.copy(object.key(), draft);
    if (Files.size(draft) != object.bytes()) {
      throw new IOException(
          "%s has %d bytes, and the lake lists it with %d: something has replaced it; objects of a lake never change"
              .formatted(object.key(), Files.size(draft), object.bytes()));
    }
    Files.createDirectories(file.resolve("..").normalize());
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    return object.bytes();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "weir-fetch");
    thread.setDaemon(true);
    return thread;
  }

  private static long sum(Map<Path, Long> needs) {
    return needs.values().stream().mapToLong(Long::longValue).sum();
  }

  private static FileTime now() {
    return FileTime.from(Instant.now());
  }

  /** Lets go of the files; they stay until room is needed. */
  @Override
  public void close() throws IOException {
    query.close();
  }
}
