package dev.weir.quality;

import dev.weir.decode.FieldType;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What is known of the fields of one event type. Not safe for use by several threads. */
final class TypeProfile {
  /** What is known of one field. */
  static final class Known {
    /** The types that it had, null not among them. */
    final Set<FieldType> types = EnumSet.noneOf(FieldType.class);

    /** Whether every event since the type was first met had it, but for the latest of all. */
    boolean always;

    /** Whether it has vanished, and has not come back. */
    boolean vanished;

    /** How many events there were since the last one that had it. */
    long absent;

    String words() {
      return types.isEmpty()
          ? FieldType.NULL.word()
          : types.stream().map(FieldType::word).collect(Collectors.joining(" "));
    }
  }

  /** How many events the profile is made of, about: those of failed writes are not in it. */
  long events;

  final Map<String, Known> fields = new TreeMap<>();

  /**
   * Takes in the events of a batch.
   *
   * @param minEvents after how many events without it a field has vanished
   * @param maxFields how many fields are kept
   * @return whether more than counts has changed
   */
  boolean learn(FieldCounts batch, int minEvents, int maxFields) {
    boolean established = events >= minEvents;
    boolean changed = false;
    for (Map.Entry<String, long[]> count : batch.counts().entrySet()) {
      Known known = fields.get(count.getKey());
      if (known == null && fields.size() < maxFields) {
        known = new Known();
        known.always = events == 0;
        fields.put(count.getKey(), known);
        changed = true;
      }
      if (known != null) {
        changed |= learn(known, count.getValue(), batch.events());
      }
    }
    for (Map.Entry<String, Known> field : fields.entrySet()) {
      Known known = field.getValue();
      if (!batch.counts().containsKey(field.getKey())) {
        known.absent += batch.events();
        if (established && hasVanished(known, 0, minEvents)) {
          known.vanished = true;
          known.always = false;
          changed = true;
        }
      }
    }
    events += batch.events();
    return changed;
  }

  /** Whether a field that some more events lack has now vanished. */
  static boolean hasVanished(Known known, long more, int minEvents) {
    return known.always && known.absent + more >= minEvents;
  }

  private static boolean learn(Known known, long[] counts, long events) {
    boolean changed = known.vanished;
    known.vanished = false;
    long with = 0;
    for (FieldType type : FieldType.values()) {
      with += counts[type.ordinal()];
      if (type != FieldType.NULL && counts[type.ordinal()] > 0) {
        changed |= known.types.add(type);
      }
    }
    if (known.always && (with < events || known.absent > 0)) {
      known.always = false;
      changed = true;
    }
    known.absent = 0;
    return changed;
  }

  /** Adds what another profile of the same type knows. */
  void merge(TypeProfile other) {
    fields.forEach((path, known) -> known.always &= other.fields.containsKey(path));
    other.fields.forEach(
        (path, theirs) -> {
          Known mine = fields.get(path);
          if (mine == null) {
            mine = new Known();
            mine.always = events == 0 && theirs.always;
            mine.vanished = theirs.vanished;
            fields.put(path, mine);
          }
          mine.types.addAll(theirs.types);
          mine.always &= theirs.always;
        });
    events = Math.max(events, other.events);
  }
}
