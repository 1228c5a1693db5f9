package dev.weir.cli.query;

import dev.weir.cli.CommandFailedException;
import dev.weir.cli.Streams;
import dev.weir.cli.UsageException;
import dev.weir.lake.S3LakeFiles;
import dev.weir.settings.Settings;
import dev.weir.wiring.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A lake that a command reads: one in a folder where it is, of one in S3 copies of the files that
 * are needed.
 *
 * <p>Used by one thread.
 */
public final class LakeReader {
  private final Settings.Reading settings;
  private final Streams streams;

  /**
   * The lake that the settings name.
   *
   * @param streams where progress is shown while files are fetched
   * @throws UsageException if there is no lake that can be read
   */
  public LakeReader(Settings.Reading settings, Streams streams) {
    this.settings = settings;
    this.streams = streams;
    if (!settings.lake().isInS3()) {
      requireLake(folder());
    }
  }

  /** The views of a lake, until it is closed. */
  public static final class Opened implements AutoCloseable {
    private final Connection connection;
    private final @Nullable LakeCache cache;

    private Opened(Connection connection, @Nullable LakeCache cache) {
      this.connection = connection;
      this.cache = cache;
    }

    /** The views. */
    public Connection connection() {
      return connection;
    }

    @Override
    public void close() throws SQLException, IOException {
      try {
        connection.close();
      } finally {
        if (cache != null) {
          cache.close();
        }
      }
    }
  }

  /** Whether files have to be fetched. */
  public boolean isRemote() {
    return settings.lake().isInS3();
  }

  /** Opens the views of all of a lake that is in a folder. */
  public Opened openAll() throws IOException, SQLException {
    return new Opened(LakeViews.open(folder()), null);
  }

  /**
   * Opens the views of some tables.
   *
   * @param dates the days to read, or null for all
   * @throws LakeSelection.UnpartitionedException if the lake is not cut by days
   * @throws CommandFailedException if files could not be fetched
   */
  public Opened open(Set<LakeTable> tables, @Nullable DateRange dates)
      throws IOException, SQLException {
    return open(listing -> LakeSelection.of(listing, tables, dates));
  }

  /**
   * Opens the view of the events of some days; of all events where the lake is not cut by days.
   *
   * @throws CommandFailedException if files could not be fetched
   */
  public Opened openEvents(Set<LocalDate> days) throws IOException, SQLException {
    return open(
        listing -> {
          LakeSelection all = LakeSelection.of(listing, Set.of(LakeTable.EVENTS), null);
          return all.onDays(days);
        });
  }

  /** Chooses the files to read of those that a lake has. */
  private interface Choice {
    LakeSelection of(LakeSelection.Listing listing) throws IOException;
  }

  private Opened open(Choice choice) throws IOException, SQLException {
    if (isRemote()) {
      return openRemote(choice);
    }
    return new Opened(LakeViews.open(folder(), choice.of(LakeSelection.folder(folder()))), null);
  }

  private Opened openRemote(Choice choice) throws IOException, SQLException {
    try (S3LakeFiles objects = objects()) {
      Map<String, S3LakeFiles.Entry> listed = new HashMap<>();
      LakeSelection selection = select(choice, objects, listed);
      List<S3LakeFiles.Entry> needed =
          selection.keys().values().stream().flatMap(List::stream).map(listed::get).toList();
      LakeCache cache = cache();
      try {
        Path mirror = fetch(cache, objects, needed);
        return new Opened(LakeViews.open(mirror, selection), cache);
      } catch (IOException | SQLException | RuntimeException e) {
        cache.close();
        throw e;
      }
    }
  }

  private static LakeSelection select(
      Choice choice, S3LakeFiles objects, Map<String, S3LakeFiles.Entry> listed) {
    try {
      return choice.of(prefix -> list(objects, prefix, listed));
    } catch (IOException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()), e);
    }
  }

  private Path fetch(LakeCache cache, S3LakeFiles objects, List<S3LakeFiles.Entry> needed) {
    try {
      return cache.provide(objects, needed, progress());
    } catch (IOException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()), e);
    }
  }

  private static List<String> list(
      S3LakeFiles objects, String prefix, Map<String, S3LakeFiles.Entry> listed)
      throws IOException {
    List<S3LakeFiles.Entry> entries = objects.list(prefix);
    entries.forEach(entry -> listed.put(entry.key(), entry));
    return entries.stream().map(S3LakeFiles.Entry::key).toList();
  }

  private S3LakeFiles objects() {
    try {
      return Stores.lakeFiles(settings);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private LakeCache cache() {
    Path given = settings.query().cache();
    Path folder = given == null ? LakeCache.defaultFolder(System.getenv()) : given;
    try {
      if (LakeViews.canOpen(folder)) {
        return LakeCache.open(folder, settings.query().cacheBytes());
      }
    } catch (IOException e) {
      throw new CommandFailedException(
          "the cache %s cannot be written (%s); choose another folder (--cache)"
              .formatted(folder, e),
          e);
    }
    throw UsageException.of("query.cache (--cache)", folder, "a path without backslashes");
  }

  private LakeCache.Progress progress() {
    return streams.errIsTerminal()
        ? new FetchProgress(streams.err())
        : (files, ofFiles, bytes, ofBytes) -> {};
  }

  private Path folder() {
    return Path.of(settings.lake().path());
  }

  private static void requireLake(Path folder) {
    if (!Files.isDirectory(folder)) {
      String problem = Files.exists(folder) ? "this is a file" : "there is nothing at this path";
      throw UsageException.of("--lake", folder, "the folder of a lake (" + problem + ")");
    }
    if (!LakeViews.canOpen(folder)) {
      throw UsageException.of("--lake", folder, "a path without backslashes");
    }
  }
}
