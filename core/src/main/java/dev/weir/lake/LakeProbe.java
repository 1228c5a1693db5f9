package dev.weir.lake;

import dev.weir.lake.ObjectStore.Put;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Whether a store does what {@link ObjectStore} promises, shown by trial before a lake relies on
 * it.
 *
 * <p>The objects of a probe lie below {@code _weir/doctor/}, where readers of the lake do not look,
 * and {@link #cleanUp} removes them: the port has no way to delete, so that nothing of a lake can
 * be, and the probe deletes by itself what it has made.
 *
 * <p>Used by one thread at a time.
 */
public final class LakeProbe implements AutoCloseable {
  private static final String FOLDER = "_weir/doctor/";
  private static final int MARK_BYTES = 16;
  private static final int READS = 8;

  private final ObjectStore store;
  private final @Nullable S3Options options;
  private final Path scratch;
  private final Remover remover;
  private final String folder = FOLDER + UUID.randomUUID() + "/";
  private final Set<String> made = new ConcurrentSkipListSet<>();

  /** Removes objects of the probe's own. */
  private interface Remover {
    /** Returns the keys that could not be removed. */
    List<String> remove(Set<String> keys);
  }

  /**
   * What came of many creators of one key.
   *
   * @param creators how many there were
   * @param created how many were told that the object is theirs
   * @param existed how many were told that it is another's
   * @param failure what another one was told, or null
   * @param winnerIsRead whether the object is that of the one who was told so
   */
  public record Race(
      int creators, int created, int existed, @Nullable String failure, boolean winnerIsRead) {
    /** Whether create-if-absent was exact. */
    public boolean isExact() {
      return created == 1 && existed == creators - 1 && winnerIsRead;
    }
  }

  /** What stood in the way of a trial. */
  public enum Obstacle {
    /** The store answers, and does not allow it. */
    DENIED,
    /** The store answers that it does not understand the request. */
    NOT_UNDERSTOOD,
    /** The store, the bucket or the login is not what was set. */
    OTHER
  }

  private LakeProbe(ObjectStore store, @Nullable S3Options options, Path scratch, Remover remover) {
    this.store = store;
    this.options = options;
    this.scratch = scratch;
    this.remover = remover;
  }

  /**
   * A probe of a place in S3. Nothing is sent yet.
   *
   * @param scratch a folder on this machine for large objects
   * @throws IllegalArgumentException if no region was given and none is found
   */
  public static LakeProbe s3(S3Options options, Path scratch) {
    return new LakeProbe(
        new S3ObjectStore(options), options, scratch, keys -> remove(options, keys));
  }

  /**
   * A probe of a folder, which is created if it does not exist.
   *
   * @throws IOException if it cannot be
   */
  public static LakeProbe local(Path root, Path scratch) throws IOException {
    boolean isNew = !Files.exists(root);
    Path drafts = root.resolve(FOLDER + "drafts-" + UUID.randomUUID());
    ObjectStore store = new LocalObjectStore(root, drafts);
    Path kept = isNew ? root.resolve("..").normalize() : root;
    return new LakeProbe(store, null, scratch, keys -> remove(root, kept, drafts, keys));
  }

  /** What kind of failure one of this class's is. */
  public static Obstacle obstacle(IOException failure) {
    if (failure.getCause() instanceof S3Exception answer) {
      return switch (S3Failures.code(answer)) {
        case "AccessDenied", "AllAccessDisabled" -> Obstacle.DENIED;
        case "InvalidRequest", "BadDigest", "InvalidDigest", "NotImplemented", "InvalidArgument" ->
            Obstacle.NOT_UNDERSTOOD;
        case "no code" -> answer.statusCode() == 403 ? Obstacle.DENIED : Obstacle.OTHER;
        default -> Obstacle.OTHER;
      };
    }
    return Obstacle.OTHER;
  }

  /** Where the probe's objects lie, below the lake. */
  public String folder() {
    return folder;
  }

  /** Lists what the probe has put. */
  public List<String> list() throws IOException {
    return store.list(folder);
  }

  /** Puts an object. */
  public void put() throws IOException {
    store.putIfAbsent(key("put"), bytes("put"));
  }

  /**
   * Reads the object that was put.
   *
   * @return whether it is as it was put
   */
  public boolean read() throws IOException {
    return store
        .read(folder + "put")
        .map(content -> Arrays.equals(content, bytes("put")))
        .orElse(false);
  }

  /**
   * Reads keys before and at once after they are put: a store that remembers that there was nothing
   * shows it.
   *
   * @param absentToo whether to read before; without the right to list, an absent object cannot be
   * @return whether each read saw the put before it
   */
  public boolean readAfterWrite(boolean absentToo) throws IOException {
    boolean seen = true;
    for (int i = 0; i < READS; i++) {
      String key = key("read-" + i);
      seen &= !absentToo || store.read(key).isEmpty();
      store.putIfAbsent(key, bytes(key));
      seen &= store.read(key).map(content -> Arrays.equals(content, bytes(key))).orElse(false);
    }
    return seen;
  }

  /** Lets creators with different contents create one key at once. */
  public Race race(String name, int creators) throws IOException {
    String key = key(name);
    return race(
        creators,
        creator -> store.putIfAbsent(key, mark(creator)),
        () -> store.read(key).orElseThrow(() -> new IOException("nothing stands at " + key)));
  }

  /** The same with files of a size, of which only the first bytes differ. */
  public Race raceOfFiles(String name, int creators, long bytes) throws IOException {
    String key = key(name);
    Files.createDirectories(scratch);
    List<Path> files = new ArrayList<>();
    try {
      for (int creator = 0; creator < creators; creator++) {
        Path file = Files.createTempFile(scratch, "creator", ".bin");
        files.add(file);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
          sparse.setLength(bytes);
          sparse.write(mark(creator));
        }
      }
      return race(
          creators, creator -> store.putIfAbsent(key, files.get(creator)), () -> head(key, bytes));
    } finally {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** The first bytes of an object, if it has the right size. */
  private byte[] head(String key, long bytes) throws IOException {
    Path copy = store.fetch(key, scratch);
    try (RandomAccessFile file = new RandomAccessFile(copy.toFile(), "r")) {
      byte[] head = new byte[MARK_BYTES];
      file.readFully(head);
      return file.length() == bytes ? head : new byte[0];
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  private interface Creation {
    Put create(int creator) throws IOException;
  }

  private static Race race(int creators, Creation creation, Callable<byte[]> read)
      throws IOException {
    ExecutorService pool = Executors.newFixedThreadPool(creators, LakeProbe::daemon);
    try {
      CountDownLatch ready = new CountDownLatch(creators);
      List<Future<Put>> puts = new ArrayList<>();
      for (int i = 0; i < creators; i++) {
        int creator = i;
        puts.add(
            pool.submit(
                () -> {
                  ready.countDown();
                  ready.await();
                  return creation.create(creator);
                }));
      }
      return outcome(puts, read);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      pool.shutdownNow();
    }
  }

  private static Race outcome(List<Future<Put>> puts, Callable<byte[]> read)
      throws InterruptedException, IOException {
    int created = 0;
    int existed = 0;
    int winner = -1;
    String failure = null;
    for (int i = 0; i < puts.size(); i++) {
      try {
        if (puts.get(i).get() == Put.CREATED) {
          created++;
          winner = i;
        } else {
          existed++;
        }
      } catch (ExecutionException e) {
        failure = String.valueOf(e.getCause() == null ? e : e.getCause().getMessage());
      }
    }
    boolean winnerIsRead = false;
    if (created == 1) {
      try {
        winnerIsRead = Arrays.equals(read.call(), mark(winner));
      } catch (IOException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
    return new Race(puts.size(), created, existed, failure, winnerIsRead);
  }

  /**
   * Begins an upload in parts and gives it up.
   *
   * @throws IOException if the store does not let it
   */
  public void abortUpload() throws IOException {
    S3Options place = inS3();
    String objectKey = objectKey(place, key("upload"));
    try (S3Client s3 = client(place)) {
      String upload =
          s3.createMultipartUpload(request -> request.bucket(place.bucket()).key(objectKey))
              .uploadId();
      s3.abortMultipartUpload(
          request -> request.bucket(place.bucket()).key(objectKey).uploadId(upload));
    } catch (SdkException e) {
      throw new S3Failures(place).of(S3Failures.Operation.PUT, objectKey, e);
    }
  }

  /** The store's clock minus this machine's, to about a second. */
  public Duration clockSkew(Clock clock) throws IOException {
    S3Options place = inS3();
    String objectKey = objectKey(place, folder + "put");
    try (S3Client s3 = client(place)) {
      s3.headObject(request -> request.bucket(place.bucket()).key(objectKey)); // connects
      Instant asked = clock.instant();
      HeadObjectResponse answer =
          s3.headObject(request -> request.bucket(place.bucket()).key(objectKey));
      Instant answered = clock.instant();
      String date =
          answer
              .sdkHttpResponse()
              .firstMatchingHeader("Date")
              .orElseThrow(() -> new IOException("the store does not tell the time"));
      // The header has whole seconds, cut off: on average half a second is missing.
      Instant there =
          DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from).plusMillis(500);
      return Duration.between(asked.plus(Duration.between(asked, answered).dividedBy(2)), there);
    } catch (SdkException e) {
      throw new S3Failures(place).of(S3Failures.Operation.READ, objectKey, e);
    }
  }

  /** The identity of the claims that the lake belongs to; empty if it is new. */
  public Optional<String> claimsEpoch() throws IOException {
    return Lake.boundEpoch(store);
  }

  /**
   * Ends what is under way and removes what the probe has made.
   *
   * @return the keys that could not be removed
   */
  public List<String> cleanUp() {
    store.close();
    return remover.remove(made);
  }

  @Override
  public void close() {
    store.close();
  }

  private String key(String name) {
    made.add(folder + name);
    return folder + name;
  }

  private S3Options inS3() {
    if (options == null) {
      throw new IllegalStateException("a lake in a folder has neither uploads nor a clock");
    }
    return options;
  }

  private static S3Client client(S3Options place) {
    return S3ObjectStore.client(place, DefaultCredentialsProvider.builder().build());
  }

  private static List<String> remove(S3Options place, Set<String> keys) {
    List<String> left = new ArrayList<>();
    try (S3Client s3 = client(place)) {
      for (String key : keys) {
        try {
          s3.deleteObject(request -> request.bucket(place.bucket()).key(objectKey(place, key)));
        } catch (SdkException e) {
          left.add(key);
        }
      }
    }
    return left;
  }

  private static List<String> remove(Path root, Path kept, Path drafts, Set<String> keys) {
    List<String> left = new ArrayList<>();
    for (String key : keys) {
      try {
        Files.deleteIfExists(root.resolve(key));
        removeEmpty(root.resolve(key).resolve("..").normalize(), root.resolve(FOLDER).normalize());
      } catch (IOException e) {
        left.add(key);
      }
    }
    removeEmpty(drafts, kept);
    return left;
  }

  private static String objectKey(S3Options place, String key) {
    return place.prefix().isEmpty() ? key : place.prefix() + "/" + key;
  }

  private static void removeEmpty(Path folder, Path kept) {
    try {
      for (Path at = folder; !at.equals(kept); at = at.resolve("..").normalize()) {
        Files.deleteIfExists(at);
      }
    } catch (IOException e) {
      // Something else is in it.
    }
  }

  private static byte[] mark(int creator) {
    return "creator %8d".formatted(creator).getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "weir-creator");
    thread.setDaemon(true);
    return thread;
  }
}
