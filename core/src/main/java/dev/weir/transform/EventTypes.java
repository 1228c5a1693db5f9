package dev.weir.transform;

import dev.weir.decode.Events;
import dev.weir.lake.PartitionPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The event type under which each name of a batch is stored: its own, or {@link #OTHER}.
 *
 * <p>A batch may open folders for a bounded number of types; the rarest beyond it, ties in the
 * order of their names, are stored together. So are types whose folder's name would be longer than
 * file systems take. The full name stays in {@code event_name}.
 */
final class EventTypes {
  /** The event type of events that have no folder of their own. */
  static final String OTHER = "__other__";

  private static final int MAX_ENCODED_BYTES =
      PartitionPath.MAX_FOLDER_BYTES - "event_type=".length();

  private final byte[][] utf8;
  private final String[] types;
  private final long foldedTypes;
  private final long foldedEvents;
  private final Map<String, Long> counts = new HashMap<>();
  private final long[] perName;

  EventTypes(Rows rows, int maxTypes) {
    Events events = rows.events();
    this.perName = new long[events.names.size()];
    for (int i = 0; i < rows.count(); i++) {
      perName[events.name[rows.rows()[i]]]++;
    }
    Map<String, Long> perType = new HashMap<>();
    for (int name = 0; name < perName.length; name++) {
      if (perName[name] > 0) {
        perType.merge(events.names.get(name).type(), perName[name], Long::sum);
      }
    }
    Set<String> kept = kept(perType, maxTypes);
    this.types = new String[perName.length];
    this.utf8 = new byte[perName.length][];
    long folded = 0;
    for (int name = 0; name < perName.length; name++) {
      String type = events.names.get(name).type();
      if (!kept.contains(type)) {
        folded += perName[name];
        type = OTHER;
      }
      types[name] = type;
      utf8[name] = type.getBytes(StandardCharsets.UTF_8);
      if (perName[name] > 0) {
        counts.merge(type, perName[name], Long::sum);
      }
    }
    this.foldedTypes = perType.size() - kept.size();
    this.foldedEvents = folded;
  }

  /** The event types as they were sent, none of them folded; nothing is counted. */
  EventTypes(Events events) {
    this.perName = new long[events.names.size()];
    this.types = new String[perName.length];
    this.utf8 = new byte[perName.length][];
    for (int name = 0; name < perName.length; name++) {
      types[name] = events.names.get(name).type();
      utf8[name] = types[name].getBytes(StandardCharsets.UTF_8);
    }
    this.foldedTypes = 0;
    this.foldedEvents = 0;
  }

  private static Set<String> kept(Map<String, Long> perType, int maxTypes) {
    List<String> candidates = new ArrayList<>(perType.keySet());
    candidates.removeIf(type -> PartitionPath.encode(type).length() > MAX_ENCODED_BYTES);
    if (candidates.size() > maxTypes) {
      candidates.sort(
          Comparator.comparing((String type) -> perType.getOrDefault(type, 0L))
              .reversed()
              .thenComparing(Comparator.naturalOrder()));
      candidates = candidates.subList(0, maxTypes);
    }
    return new HashSet<>(candidates);
  }

  /** The type under which events of a name are stored, in UTF-8. */
  byte[] utf8(int name) {
    return utf8[name];
  }

  /** The type under which events of a name are stored. */
  String type(int name) {
    return types[name];
  }

  /** How many events there are of each name of the batch; not to be written to. */
  long[] countsByName() {
    return perName;
  }

  /** How many events are stored under each type. */
  Map<String, Long> counts() {
    return counts;
  }

  /** How many distinct types have no folder of their own. */
  long foldedTypes() {
    return foldedTypes;
  }

  /** How many events are stored under {@link #OTHER} for that. */
  long foldedEvents() {
    return foldedEvents;
  }
}
