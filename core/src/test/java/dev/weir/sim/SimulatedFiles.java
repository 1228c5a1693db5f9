package dev.weir.sim;

import dev.weir.claim.Attempt;
import dev.weir.decode.Events;
import dev.weir.lake.Column;
import dev.weir.lake.DataFiles;
import dev.weir.lake.StagedFile;
import dev.weir.record.Batch;
import dev.weir.record.Reason;
import dev.weir.transform.Rows;
import dev.weir.transform.Transform;
import dev.weir.transform.Written;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Local files that are only names, the transform that writes them and the engine that reads them.
 */
final class SimulatedFiles implements DataFiles, Transform {
  private static final int NAMES = 4096;
  private static final Path[] PATHS = new Path[NAMES];
  private static final Path SCRATCH = Path.of("scratch");

  static {
    for (int i = 0; i < NAMES; i++) {
      PATHS[i] = Path.of("file-" + i);
    }
  }

  private final Simulation simulation;
  private final Map<Path, DataFile> files = new IdentityHashMap<>();
  private int saved;

  SimulatedFiles(Simulation simulation) {
    this.simulation = simulation;
  }

  Path save(DataFile content) {
    Path path = saved < NAMES ? PATHS[saved] : Path.of("file-" + saved);
    saved++;
    files.put(path, content);
    return path;
  }

  DataFile open(Path file) {
    DataFile content = files.get(file);
    if (content == null) {
      throw new IllegalStateException("a file was used after its end: " + file);
    }
    return content;
  }

  @Override
  public Written write(Attempt attempt, Rows rows) {
    Layout layout = simulation.current().worker.process.layout;
    Map<String, List<DataFile.Row>> folders = new LinkedHashMap<>();
    long landed = 0;
    long[] byName = new long[rows.events().names.size()];
    for (int i = 0; i < rows.count(); i++) {
      int row = rows.rows()[i];
      boolean added = addEvent(rows.events(), row, layout, folders);
      landed += added ? 1 : 0;
      byName[rows.events().name[row]] += added ? 1 : 0;
    }
    if (simulation.mutation == Mutation.UUID_TWICE_IN_A_BATCH) {
      addRepeats(rows, layout, folders);
    }
    for (Rows.Letter letter : rows.deadLetters()) {
      folders
          .computeIfAbsent(Source.LETTERS, f -> new ArrayList<>())
          .add(
              new DataFile.Row(
                  new UUID(letter.high(), letter.low()),
                  record(rows.events().batch, letter.record()),
                  0,
                  reason(letter)));
    }
    List<StagedFile> staged = new ArrayList<>();
    folders.forEach(
        (folder, content) ->
            staged.add(
                new StagedFile(
                    save(new DataFile(attempt, null, layout, content)),
                    folder,
                    content.size(),
                    content.size())));
    return new Written(
        staged,
        landed,
        rows.count() - landed,
        Map.of(),
        byName,
        0,
        0,
        () -> staged.forEach(file -> files.remove(file.file())));
  }

  private static Reason reason(Rows.Letter letter) {
    return Reason.valueOf(letter.reason().toUpperCase(Locale.ROOT));
  }

  /** The sequence number is the index of the record in the source. */
  private static int record(Batch batch, int i) {
    return Integer.parseInt(batch.sequenceNumber(i));
  }

  private static boolean addEvent(
      Events events, int row, Layout layout, Map<String, List<DataFile.Row>> folders) {
    UUID uuid = new UUID(events.uuidHigh[row], events.uuidLow[row]);
    int record = record(events.batch, events.record[row]);
    int number =
        Integer.parseInt(
            new String(
                events.batch.bytes(),
                events.payloadStart[row],
                events.payloadEnd[row] - events.payloadStart[row],
                StandardCharsets.US_ASCII));
    if (Content.isFiltered(number)) {
      return false;
    }
    String folder =
        layout.folder(
            Content.date(events.createdMicros[row]), events.names.get(events.name[row]).type());
    folders
        .computeIfAbsent(folder, f -> new ArrayList<>())
        .add(new DataFile.Row(uuid, record, number, null));
    return true;
  }

  private static void addRepeats(
      Rows rows, Layout layout, Map<String, List<DataFile.Row>> folders) {
    Events events = rows.events();
    Set<Integer> written = new HashSet<>();
    Map<UUID, Integer> hashes = new HashMap<>();
    for (int i = 0; i < rows.count(); i++) {
      int row = rows.rows()[i];
      written.add(row);
      hashes.put(new UUID(events.uuidHigh[row], events.uuidLow[row]), events.contentHash[row]);
    }
    for (int row = 0; row < events.count; row++) {
      Integer hash = hashes.get(new UUID(events.uuidHigh[row], events.uuidLow[row]));
      if (!written.contains(row) && hash != null && hash == events.contentHash[row]) {
        addEvent(events, row, layout, folders);
      }
    }
  }

  @Override
  public Path scratch() {
    return SCRATCH;
  }

  @Override
  public Seal seal(List<Column> columns, Attempt fenced) {
    Path file = save(new DataFile(null, fenced, null, List.of()));
    return new Seal() {
      @Override
      public Path file() {
        return file;
      }

      @Override
      public void close() {
        files.remove(file);
      }
    };
  }

  @Override
  public Mark mark(Path file) {
    DataFile content = open(file);
    return new Mark(content.attempt(), content.sealed());
  }

  @Override
  public Set<UUID> uuids(Path file, String column) {
    Set<UUID> uuids = new HashSet<>();
    if (simulation.mutation != Mutation.LANDED_NOT_READ) {
      open(file).rows().forEach(row -> uuids.add(row.uuid()));
    }
    return uuids;
  }

  @Override
  public void close() {}
}
