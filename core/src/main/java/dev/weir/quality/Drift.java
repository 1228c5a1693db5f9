package dev.weir.quality;

import dev.weir.decode.FieldType;
import dev.weir.quality.QualityOptions.DriftLimits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the fields of batches with the profile of all batches before them, and keeps the profile
 * up to date.
 *
 * <p>A batch is compared before it lands and taken in after it has landed. No failure of the store
 * is one of the batch: what could not be written is written with the next change. Safe for use by
 * several threads; the workers of a process share one.
 */
public final class Drift {
  private static final Logger log = LoggerFactory.getLogger(Drift.class);
  private static final int MAX_RACES = 5;

  private final ProfileStore store;
  private final DriftLimits limits;
  private @Nullable Profile profile;
  private int number;
  private boolean dirty;
  private long errors;

  /** A comparison with the profile in a store, which is read when the first batch comes. */
  public Drift(ProfileStore store, DriftLimits limits) {
    this.store = store;
    this.limits = limits;
  }

  /** What the events of a batch have that is new, lack that was always there, or have otherwise. */
  synchronized List<DriftFinding> compare(Map<String, FieldCounts> batch) {
    List<DriftFinding> findings = new ArrayList<>();
    Profile known = profile();
    if (known != null) {
      batch.forEach(
          (type, fields) -> {
            TypeProfile before = known.types.get(type);
            if (before != null && before.events >= limits.minEvents()) {
              compare(type, before, fields, findings);
            }
          });
    }
    return findings;
  }

  private void compare(
      String type, TypeProfile before, FieldCounts batch, List<DriftFinding> findings) {
    batch
        .counts()
        .forEach(
            (path, counts) -> {
              TypeProfile.Known known = before.fields.get(path);
              if (known != null && !known.vanished) {
                compareTypes(type, path, known, counts, findings);
              } else if (known != null || before.fields.size() < limits.maxFields()) {
                long events = sum(counts);
                findings.add(
                    new DriftFinding(
                        type, path, DriftFinding.Kind.NEW, null, words(counts), events));
              }
            });
    before.fields.forEach(
        (path, known) -> {
          if (!batch.counts().containsKey(path)
              && TypeProfile.hasVanished(known, batch.events(), limits.minEvents())) {
            findings.add(
                new DriftFinding(
                    type, path, DriftFinding.Kind.VANISHED, known.words(), null, batch.events()));
          }
        });
  }

  private static void compareTypes(
      String type,
      String path,
      TypeProfile.Known known,
      long[] counts,
      List<DriftFinding> findings) {
    for (FieldType after : FieldType.values()) {
      long events = counts[after.ordinal()];
      // A field that was nothing but null so far has no type to be changed.
      if (events > 0
          && after != FieldType.NULL
          && !known.types.isEmpty()
          && !known.types.contains(after)) {
        findings.add(
            new DriftFinding(
                type, path, DriftFinding.Kind.TYPE_CHANGED, known.words(), after.word(), events));
      }
    }
  }

  private static long sum(long[] counts) {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  private static String words(long[] counts) {
    return Stream.of(FieldType.values())
        .filter(type -> counts[type.ordinal()] > 0)
        .map(FieldType::word)
        .collect(Collectors.joining(" "));
  }

  /** Takes in the events of a batch that has landed. */
  public synchronized void learn(FieldsByType batch) {
    Profile known = profile();
    if (known == null) {
      return;
    }
    batch
        .types()
        .forEach(
            (type, fields) -> {
              TypeProfile before = known.types.get(type);
              if (before == null && known.types.size() < limits.maxTypes()) {
                before = new TypeProfile();
                known.types.put(type, before);
              }
              if (before != null) {
                long events = before.events;
                dirty |= before.learn(fields, limits.minEvents(), limits.maxFields());
                // Counts alone are worth an object when they have doubled, until they are enough.
                dirty |=
                    events < limits.minEvents()
                        && Long.highestOneBit(events) != Long.highestOneBit(before.events);
                dirty |= events < limits.minEvents() && before.events >= limits.minEvents();
              }
            });
    if (dirty) {
      write(known);
    }
  }

  private void write(Profile known) {
    try {
      for (int race = 0; race < MAX_RACES; race++) {
        if (store.create(number + 1, known.toJson())) {
          number++;
          dirty = false;
          return;
        }
        // Another process was first: what it knows counts as well.
        ProfileStore.Stored theirs =
            store.latest().orElseThrow(() -> new IOException("the profile has gone"));
        merge(known, Profile.parse(theirs.content()));
        number = theirs.number();
      }
      log.debug(
          "the profile keeps changing and is written with the next change; number={}", number);
    } catch (IOException e) {
      errors++;
      log.warn("the profile of fields could not be written; number={}", number + 1, e);
    }
  }

  private void merge(Profile mine, Profile theirs) {
    theirs.types.forEach(
        (type, other) -> {
          if (mine.types.size() < limits.maxTypes() || mine.types.containsKey(type)) {
            mine.types.computeIfAbsent(type, t -> new TypeProfile()).merge(other);
          }
        });
  }

  private @Nullable Profile profile() {
    if (profile == null) {
      try {
        Optional<ProfileStore.Stored> stored = store.latest();
        number = stored.map(ProfileStore.Stored::number).orElse(0);
        profile = stored.isEmpty() ? new Profile() : Profile.parse(stored.get().content());
      } catch (IOException e) {
        errors++;
        log.warn("the profile of fields could not be read; nothing is compared with it", e);
      }
    }
    return profile;
  }

  /** How often the profile could not be read or written. */
  synchronized long errors() {
    return errors;
  }
}
