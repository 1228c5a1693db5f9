package dev.weir.e2e;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Compares a lake with the producer's list of what it sent, in plain SQL over the lake's files. It
 * shares no code with the pipeline.
 */
final class Auditor {
  private static final String FINDINGS =
      """
      WITH sent AS (
        SELECT event_uuid::UUID AS event_uuid, event_name, created_at::DOUBLE AS created_at,
          payload_md5
        FROM read_csv('%1$s', header = true, all_varchar = true)
      ), landed AS (
        FROM %2$s
      )
      SELECT
        (SELECT count(*) FROM landed),
        (SELECT count(*) FROM sent ANTI JOIN landed USING (event_uuid)),
        (SELECT count(*) - count(DISTINCT event_uuid) FROM landed),
        (SELECT count(*) FROM landed ANTI JOIN sent USING (event_uuid)),
        (SELECT count(*) FROM landed l JOIN sent s USING (event_uuid)
         WHERE l.event_name IS DISTINCT FROM s.event_name
           OR l.created_at IS DISTINCT FROM s.created_at
           OR l.created_datetime IS DISTINCT FROM
             make_timestamptz(round(s.created_at * 1000)::BIGINT * 1000)
           OR l.event_subtype IS DISTINCT FROM split_part(s.event_name, ':', 2)
           OR md5(l.payload::VARCHAR) IS DISTINCT FROM s.payload_md5
           OR l.extra IS NOT NULL),
        (SELECT count(*) FROM landed
         WHERE date IS DISTINCT FROM (created_datetime AT TIME ZONE 'UTC')::DATE
           OR event_type IS DISTINCT FROM split_part(event_name, ':', 1))
      """;

  private Auditor() {}

  /**
   * What an audit found; all but {@code landed} must be 0.
   *
   * @param landed rows in the lake
   * @param missing events that were sent and are not in the lake
   * @param duplicated rows too many
   * @param unexpected rows of events that nobody sent
   * @param altered rows with another name, time or payload than was sent
   * @param misplaced rows whose folders do not say what their columns say
   */
  record Findings(
      long landed, long missing, long duplicated, long unexpected, long altered, long misplaced) {
    /** How much is wrong, apart from what is missing. */
    long wrong() {
      return duplicated + unexpected + altered + misplaced;
    }

    /** What must be so at every moment: nothing wrong is there, though something may be missing. */
    boolean isSound() {
      return wrong() == 0;
    }

    /** Exactly what was sent is there. */
    boolean isExact() {
      return missing == 0 && isSound();
    }
  }

  /** Audits the events of a lake against a generator's manifest. */
  static Findings events(Path lake, Path manifest) {
    try (Duck duck = new Duck()) {
      List<String> row = duck.rows(FINDINGS.formatted(manifest, LakeTables.events(lake))).get(0);
      long[] n = row.stream().mapToLong(Long::parseLong).toArray();
      return new Findings(n[0], n[1], n[2], n[3], n[4], n[5]);
    }
  }

  /** How many dead letters a lake has for each reason. */
  static Map<String, Long> deadLetters(Path lake) {
    Map<String, Long> counts = new TreeMap<>();
    if (!Files.isDirectory(lake.resolve("dead_letters"))) {
      return counts;
    }
    try (LakeTables tables = new LakeTables(lake)) {
      tables
          .rows("SELECT reason, count(*) FROM dead_letters GROUP BY 1")
          .forEach(row -> counts.put(row.get(0), Long.valueOf(row.get(1))));
    }
    return counts;
  }

  /** How many events and dead letters the plans say have landed, seals taken off. */
  static List<Long> ledger(Path lake) {
    try (LakeTables tables = new LakeTables(lake)) {
      List<String> sums =
          tables
              .rows(
                  """
                  SELECT coalesce(sum(landed), 0), coalesce(sum(dead_letters), 0)
                  FROM attempts WHERE state = 'sealed'
                    OR attempt NOT IN (SELECT attempt FROM attempts WHERE state = 'sealed')
                  """)
              .get(0);
      return sums.stream().map(Long::valueOf).toList();
    }
  }

  /**
   * How many dead letters are not what stands at their position: another position has the same
   * place, the bytes differ, or they are not a whole line.
   */
  static long wrongDeadLetters(Path lake, Path input) throws IOException {
    try (LakeTables tables = new LakeTables(lake);
        RandomAccessFile file = new RandomAccessFile(input.toFile(), "r")) {
      long wrong =
          tables.number(
              "SELECT count(*) - count(DISTINCT (stream, shard_id, sequence_number, sub_index))"
                  + " FROM dead_letters");
      for (List<String> row :
          tables.rows("SELECT shard_id, sequence_number, hex(raw) FROM dead_letters")) {
        byte[] raw = HexFormat.of().parseHex(row.get(2).toLowerCase(java.util.Locale.ROOT));
        boolean right =
            row.get(0).equals(input.toRealPath().toString())
                && isLine(file, Long.parseLong(row.get(1)), raw);
        wrong += right ? 0 : 1;
      }
      return wrong;
    }
  }

  private static boolean isLine(RandomAccessFile file, long offset, byte[] raw) throws IOException {
    byte[] line = new byte[raw.length + 1];
    file.seek(Math.max(0, offset - 1));
    boolean begins = offset == 0 || file.read() == '\n';
    int read = file.read(line);
    return begins
        && java.util.Arrays.equals(line, 0, raw.length, raw, 0, raw.length)
        && (read == raw.length || line[raw.length] == '\n');
  }
}
