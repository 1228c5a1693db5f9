package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 60,000 events of public repositories' histories, over thousands of days: in a small heap and with
 * few open files. Skipped where the file is not there.
 */
final class RealDataIT {
  private static final Path INPUT =
      Checkout.ROOT.resolve("../shared/data/git-events-60k.ndjson.gz").normalize();

  @TempDir Path folder;

  @Test
  void allOfItLandsInBoundedMemoryAndOpenFiles() throws Exception {
    assumeTrue(Files.exists(INPUT), "git-events-60k.ndjson.gz is not there: nothing to test");
    Path lake = folder.resolve("lake");
    Path json = folder.resolve("summary.json");
    try (WeirProcess run =
        WeirProcess.in(folder)
            .after("ulimit -n 512")
            .weir(
                "run",
                "--input",
                INPUT,
                "--lake",
                lake,
                "--workers",
                2,
                "--batch-bytes",
                "48MiB",
                "--summary-json",
                json)) {
      run.await().expect(0);
    }
    Summary.read(json).expectBalanced().expect(60_000, 0, 0, 0);

    String counts =
        Weir.command(
                "query",
                "SELECT count(*), count(DISTINCT event_uuid), count(DISTINCT date) FROM events",
                "--lake",
                lake,
                "--format",
                "csv")
            .expect(0)
            .out();
    String[] queried = counts.lines().skip(1).findFirst().orElseThrow().split(",", -1);
    assertEquals("60000", queried[0]);
    assertEquals("60000", queried[1]);
    assertTrue(Integer.parseInt(queried[2]) > 2_000, counts);
    try (Duck duck = new Duck()) {
      String sent =
          ("SELECT event_uuid::UUID, event_name, created_at, payload::VARCHAR,"
                  + " make_timestamp((created_at * 1e6)::BIGINT)::DATE,"
                  + " split_part(event_name, ':', 1) FROM read_json('%s', format ="
                  + " 'newline_delimited', columns = {event_uuid: 'VARCHAR', event_name: 'VARCHAR',"
                  + " created_at: 'DOUBLE', payload: 'JSON'})")
              .formatted(INPUT);
      String landed =
          "SELECT event_uuid, event_name, created_at, payload::VARCHAR, date, event_type FROM "
              + LakeTables.events(lake);
      assertEquals(0, duck.number("SELECT count(*) FROM (%s EXCEPT %s)".formatted(sent, landed)));
    }

    Weir.run(0, INPUT, lake, "--workers", 1).expect(0, 60_000, 0, 0);
  }
}
