package dev.weir.sim;

import dev.weir.claim.Attempt;
import dev.weir.lake.ObjectStore;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An object store that all processes share: linearizable create-if-absent. */
final class SimulatedObjects implements ObjectStore {
  static final String ATTEMPTS = "_weir/attempts/";
  private static final String SEALED = ".sealed.json";

  private final Simulation simulation;

  /**
   * An object under {@code _weir/attempts/}.
   *
   * @param bytes as it was put
   * @param entry as an auditor reads it
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Stored(byte[] bytes, Entry entry) {}

  private final Map<String, Stored> entries = new TreeMap<>();
  private final Map<String, DataFile> data = new TreeMap<>();

  SimulatedObjects(Simulation simulation) {
    this.simulation = simulation;
  }

  Map<String, DataFile> data() {
    return data;
  }

  Map<String, Stored> entries() {
    return entries;
  }

  /** What stands in the place of an attempt's plan, or null. */
  Entry plan(Attempt attempt) {
    Stored stored = entries.get(planKey(attempt));
    return stored == null ? null : stored.entry;
  }

  static String planKey(Attempt attempt) {
    return ATTEMPTS + attempt + ".json";
  }

  static String sealedKey(String planKey) {
    return planKey.substring(0, planKey.length() - ".json".length()) + SEALED;
  }

  @Override
  public Put putIfAbsent(String key, byte[] content) throws IOException {
    Run run = simulation.current();
    Site site =
        key.endsWith(SEALED)
            ? Site.PUT_SEALED_ENTRY
            : isOwn(key, run) ? Site.PUT_PLAN : Site.PUT_FENCE;
    return (Put) simulation.operate(site, key, () -> apply(site, key, content, run));
  }

  private static boolean isOwn(String key, Run run) {
    return key.startsWith(run.hex, ATTEMPTS.length());
  }

  private Put apply(Site site, String key, byte[] content, Run by) {
    boolean free = !entries.containsKey(key);
    switch (simulation.mutation) {
      case NO_FENCE -> {
        if (site == Site.PUT_FENCE && free) {
          return Put.CREATED;
        }
      }
      case BLIND_REBIND -> {
        if (site == Site.PUT_FENCE) {
          return Put.CREATED;
        }
      }
      case NO_SEALED_ENTRY -> {
        if (site == Site.PUT_SEALED_ENTRY) {
          return Put.CREATED;
        }
      }
      case UNCONDITIONAL_PUT -> free |= site == Site.PUT_PLAN;
      case EXISTS_IS_SUCCESS, FENCED_PLAN_IGNORED -> {
        if (site == Site.PUT_PLAN) {
          entries.putIfAbsent(key, new Stored(content, Entry.parse(content)));
          return Put.CREATED;
        }
      }
      default -> {}
    }
    if (!free) {
      return Put.EXISTS;
    }
    Stored stored = new Stored(content, Entry.parse(content));
    simulation.audit.beforePut(key, stored.entry, entries.containsKey(key));
    entries.put(key, stored);
    if (site == Site.PUT_FENCE) {
      simulation.fenced(key);
    }
    if (site == Site.PUT_PLAN && simulation.mutation == Mutation.DONE_EARLY) {
      simulation.claims.setDone(by.attempt);
    }
    return Put.CREATED;
  }

  @Override
  public Put putIfAbsent(String key, Path file) throws IOException {
    Run run = simulation.current();
    DataFile content = simulation.files.open(file);
    Site site = content.isSeal() ? Site.PUT_SEAL : Site.PUT_DATA;
    if (site == Site.PUT_SEAL) {
      run.lastSealed = key;
    }
    return (Put) simulation.operate(site, key, () -> apply(site, key, content, run));
  }

  private Put apply(Site site, String key, DataFile content, Run by) {
    boolean free = !data.containsKey(key);
    switch (simulation.mutation) {
      case LOOK_INSTEAD_OF_SEAL -> {
        if (site == Site.PUT_SEAL && free) {
          return Put.CREATED;
        }
      }
      case ONE_SEAL_ONLY -> {
        if (site == Site.PUT_SEAL && free && !key.endsWith("-0.parquet")) {
          return Put.CREATED;
        }
      }
      case UNCONDITIONAL_PUT -> free |= site == Site.PUT_DATA;
      case EXISTS_IS_SUCCESS, SEAL_IGNORED -> {
        if (site == Site.PUT_DATA && !free) {
          return Put.CREATED;
        }
      }
      default -> {}
    }
    if (!free) {
      return Put.EXISTS;
    }
    simulation.audit.beforePut(key, content, by, data.containsKey(key));
    data.put(key, content);
    if (content.isSeal()) {
      simulation.tally.add(Tally.Count.SEALS);
    }
    return Put.CREATED;
  }

  @Override
  @SuppressWarnings("unchecked")
  public Optional<byte[]> read(String key) throws IOException {
    Site site = isOwn(key, simulation.current()) ? Site.READ_OWN_PLAN : Site.READ_DEAD_PLAN;
    return (Optional<byte[]>)
        simulation.operate(
            site, key, () -> Optional.ofNullable(entries.get(key)).map(Stored::bytes));
  }

  @Override
  public Path fetch(String key, Path scratch) throws IOException {
    Run run = simulation.current();
    boolean own = key.startsWith(run.hex, key.lastIndexOf('/') + 1);
    Site site =
        own
            ? Site.FETCH_OWN_DATA
            : key.equals(run.lastSealed) ? Site.FETCH_LANDED : Site.LOOK_FOR_LANDED;
    DataFile content = (DataFile) simulation.operate(site, key, () -> data.get(key));
    if (content == null) {
      throw new NoSuchFileException(key);
    }
    return simulation.files.save(content);
  }

  @Override
  public List<String> list(String prefix) {
    throw new UnsupportedOperationException("the protocol does not list");
  }
}
