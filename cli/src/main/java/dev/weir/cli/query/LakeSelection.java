package dev.weir.cli.query;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a lake that a query reads. A table that is not in the map is none of the query's.
 *
 * @param keys the keys of each table's files
 */
public record LakeSelection(Map<LakeTable, List<String>> keys) {
  /** Lists the keys that begin with a prefix. */
  public interface Listing {
    List<String> list(String prefix) throws IOException;
  }

  public LakeSelection {
    keys = Map.copyOf(keys);
  }

  /**
   * Selects the files of some tables.
   *
   * @param dates the days to read, or null for all; tables that have none are read whole
   * @throws UnpartitionedException if days are given and files are in no folder of a day
   * @throws IOException if the lake could not be listed
   */
  public static LakeSelection of(Listing lake, Set<LakeTable> tables, @Nullable DateRange dates)
      throws IOException {
    Map<LakeTable, List<String>> keys = new EnumMap<>(LakeTable.class);
    for (LakeTable table : tables) {
      List<String> all = lake.list(table.prefix()).stream().filter(table::holds).toList();
      keys.put(table, dates == null || !table.isByDay() ? all : within(all, dates));
    }
    return new LakeSelection(keys);
  }

  private static List<String> within(List<String> keys, DateRange dates)
      throws UnpartitionedException {
    for (String key : keys) {
      if (!DateRange.knows(key)) {
        throw new UnpartitionedException(key);
      }
    }
    return keys.stream().filter(dates::includes).toList();
  }

  /** The events of some days, or all where some lie in no folder of a day; no other table. */
  LakeSelection onDays(Set<LocalDate> days) {
    List<String> all = keys.getOrDefault(LakeTable.EVENTS, List.of());
    boolean byDay = all.stream().allMatch(DateRange::knows);
    return new LakeSelection(
        Map.of(
            LakeTable.EVENTS,
            byDay ? all.stream().filter(key -> DateRange.isOn(key, days)).toList() : all));
  }

  /** Lists the files of a lake in a folder. */
  public static Listing folder(Path lake) {
    return prefix -> {
      Path start = lake.resolve(prefix);
      if (!Files.isDirectory(start)) {
        return List.of();
      }
      try (Stream<Path> files = Files.walk(start)) {
        return files
            .filter(Files::isRegularFile)
            .map(file -> lake.relativize(file).toString().replace('\\', '/'))
            .sorted()
            .toList();
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    };
  }

  /** The lake is not cut by days, so that days select nothing. */
  public static final class UnpartitionedException extends IOException {
    private static final long serialVersionUID = 1L;

    UnpartitionedException(String key) {
      super(
          "days can be selected where files lie in folders date=…, and %s does not; use a WHERE"
              .formatted(key));
    }
  }
}
