package dev.weir.transform;

import dev.weir.decode.Events;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rows of a batch by partition of the default table, as far as it is worth it.
 *
 * <p>The engine's own partitioning copies every row once more. Where a partition has many rows, a
 * statement of its own is cheaper; where it has few, the statement costs more than the copy.
 *
 * @param large the partitions with many rows, in the order of their first rows
 * @param rest the rows of all others, ascending
 */
record PartitionRows(List<Partition> large, Rows rest) {
  /** From where on a statement of its own was measured to be cheaper (docs/decisions/0015). */
  static final int MANY = 4_000;

  private static final long MICROS_A_DAY = 86_400_000_000L;

  /**
   * One partition of the default table.
   *
   * @param date the date of its events, in UTC
   * @param eventType the event type under which they are stored
   * @param rows its events, ascending, without dead letters
   */
  record Partition(LocalDate date, String eventType, Rows rows) {}

  PartitionRows {
    large = List.copyOf(large);
  }

  /** Parts the events of some rows by date and by the type under which they are stored. */
  static PartitionRows of(Rows rows, EventTypes types) {
    Parting parting = new Parting(rows.events(), types);
    int[] partitions = new int[rows.count()];
    for (int i = 0; i < partitions.length; i++) {
      partitions[i] = parting.partition(rows.rows()[i]);
    }
    return parting.part(rows, partitions);
  }

  private record Key(long day, String eventType) {}

  /** Numbers partitions as they come, and counts their rows. */
  private static final class Parting {
    private final Events events;
    private final EventTypes types;

    /** For each day, the partition of each name of the batch, less one; zero if there is none. */
    private final Map<Long, int[]> days = new HashMap<>();

    private final Map<Key, Integer> numbers = new HashMap<>();
    private final List<Key> keys = new ArrayList<>();
    private int[] sizes = new int[64];
    private long lastDay = Long.MIN_VALUE;
    private int[] lastNames = new int[0];

    Parting(Events events, EventTypes types) {
      this.events = events;
      this.types = types;
    }

    int partition(int row) {
      long day = Math.floorDiv(events.createdMicros[row], MICROS_A_DAY);
      if (day != lastDay) {
        lastDay = day;
        lastNames = days.computeIfAbsent(day, d -> new int[events.names.size()]);
      }
      int name = events.name[row];
      if (lastNames[name] == 0) {
        lastNames[name] = number(new Key(day, types.type(name))) + 1;
      }
      int partition = lastNames[name] - 1;
      sizes[partition]++;
      return partition;
    }

    private int number(Key key) {
      return numbers.computeIfAbsent(
          key,
          k -> {
            keys.add(k);
            sizes = keys.size() > sizes.length ? Arrays.copyOf(sizes, 2 * sizes.length) : sizes;
            return keys.size() - 1;
          });
    }

    PartitionRows part(Rows rows, int[] partitions) {
      int[] rest = new int[rows.count()];
      int[][] members = new int[keys.size()][];
      for (int p = 0; p < members.length; p++) {
        members[p] = sizes[p] >= MANY ? new int[sizes[p]] : rest;
      }
      int[] filled = new int[keys.size()];
      int left = 0;
      for (int i = 0; i < partitions.length; i++) {
        int p = partitions[i];
        int at = members[p] == rest ? left++ : filled[p]++;
        members[p][at] = rows.rows()[i];
      }
      List<Partition> large = new ArrayList<>();
      for (int p = 0; p < members.length; p++) {
        if (members[p] != rest) {
          Rows own = new Rows(events, members[p], sizes[p], List.of());
          Key key = keys.get(p);
          large.add(new Partition(LocalDate.ofEpochDay(key.day()), key.eventType(), own));
        }
      }
      return new PartitionRows(large, new Rows(events, rest, left, List.of()));
    }
  }
}
