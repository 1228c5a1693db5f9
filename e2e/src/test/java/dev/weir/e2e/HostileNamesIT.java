package dev.weir.e2e;

import static dev.weir.e2e.Documents.id;
import static dev.weir.e2e.Documents.lines;
import static dev.weir.e2e.Documents.withName;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names are data: whatever they look like, they land inside their folder and come back whole. */
final class HostileNamesIT {
  private static final List<String> TYPES =
      List.of(
          "../../x",
          "..",
          ".",
          "/",
          "/etc/passwd",
          "a/b=c",
          "date=1970-01-01",
          "%00",
          "%2F",
          "'; COPY",
          "'; DROP TABLE events; --",
          "\"quoted\"",
          "back\\slash",
          "__HIVE_DEFAULT_PARTITION__",
          "__other__",
          "NULL",
          "null",
          "a\u202eb",
          "\ud83d\ude80",
          "\u00e9",
          "e\u0301",
          "case",
          "CASE",
          "Case",
          " ",
          "a b+c",
          "*",
          "[a]",
          "?",
          "{a,b}",
          "~",
          "$(id)",
          "CON",
          "\u2028",
          "007",
          "1e3",
          "true",
          "2026-01-01");

  @TempDir Path folder;
  private Path lake;

  @BeforeEach
  void name() {
    lake = folder.resolve("lake");
  }

  @Test
  void everyNameLandsInItsFolderAndComesBackWhole() throws Exception {
    List<String> documents = new ArrayList<>();
    List<List<String>> expected = new ArrayList<>();
    for (int i = 0; i < TYPES.size(); i++) {
      documents.add(withName(2 * i, TYPES.get(i)));
      documents.add(withName(2 * i + 1, TYPES.get(i) + ":../" + TYPES.get(i)));
      expected.add(List.of(id(2 * i), TYPES.get(i), TYPES.get(i)));
      expected.add(List.of(id(2 * i + 1), TYPES.get(i) + ":../" + TYPES.get(i), TYPES.get(i)));
    }
    Path input = lines(folder.resolve("in.ndjson"), documents);

    Weir.run(0, input, lake).expect(documents.size(), 0, 0, 0);

    try (LakeTables tables = new LakeTables(lake)) {
      assertEquals(
          expected,
          tables.rows("SELECT event_uuid, event_name, event_type FROM events ORDER BY 1"));
    }
    String queried =
        Weir.command(
                "query",
                "SELECT count(DISTINCT event_type) FROM events"
                    + " WHERE event_type = split_part(event_name, ':', 1)",
                "--lake",
                lake,
                "--format",
                "csv")
            .expect(0)
            .out();
    assertEquals(TYPES.size() + "", queried.lines().skip(1).findFirst().orElseThrow());
    assertEveryFileIsInItsPlace();
    assertEquals(TYPES.size(), typeFolders());
    Weir.run(0, input, lake).expect(0, documents.size(), 0, 0);
  }

  @Test
  void typeTooLongForAFolderIsStoredWithTheOthers() throws Exception {
    String wide = "\u20ac".repeat(256);
    String longest = "n".repeat(244);
    Path input =
        lines(
            folder.resolve("in.ndjson"),
            List.of(withName(1, wide), withName(2, longest), withName(3, longest + "n")));

    Summary summary = Weir.run(0, input, lake);

    summary.expect(3, 0, 0, 0);
    assertEquals(2, summary.foldedTypes());
    try (LakeTables tables = new LakeTables(lake)) {
      assertEquals(
          List.of(
              List.of(wide, "__other__"),
              List.of(longest, longest),
              List.of(longest + "n", "__other__")),
          tables.rows("SELECT event_name, event_type FROM events ORDER BY event_uuid"));
    }
    assertEveryFileIsInItsPlace();
  }

  @Test
  void tenThousandTypesInOneBatchOpenABoundedNumberOfFolders() throws Exception {
    List<String> documents = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      documents.add(withName(i, "type-" + i + ":seen"));
    }
    for (int i = 0; i < 100; i++) {
      documents.add(withName(20_000 + i, "type-" + (9_900 + i) + ":again")); // the most frequent
    }

    Summary summary = Weir.run(0, lines(folder.resolve("in.ndjson"), documents), lake);

    summary.expect(10_100, 0, 0, 0);
    assertEquals(10_000 - 256, summary.foldedTypes());
    assertEquals(257, summary.eventsByType().size());
    assertEquals(257, typeFolders());
    try (LakeTables tables = new LakeTables(lake)) {
      assertEquals(
          10_000,
          tables.number("SELECT count(DISTINCT split_part(event_name, ':', 1)) FROM events"));
      assertEquals(
          0,
          tables.number(
              "SELECT count(*) FROM events WHERE event_type <> '__other__'"
                  + " AND event_type <> split_part(event_name, ':', 1)"));
      assertEquals(
          100,
          tables.number(
              "SELECT count(*) FROM events WHERE event_name LIKE '%:again'"
                  + " AND event_type <> '__other__'"));
      assertEquals(
          List.of(List.of("9744", "9744")),
          tables.rows("SELECT folded_types, folded_events FROM attempts"));
    }
    assertEveryFileIsInItsPlace();
  }

  private long typeFolders() throws Exception {
    try (Stream<Path> folders = Files.list(lake.resolve("events/date=2026-01-01"))) {
      return folders.count();
    }
  }

  private void assertEveryFileIsInItsPlace() throws Exception {
    for (Path object : LakeTables.objects(lake)) {
      String key = lake.relativize(object).toString();
      assertTrue(
          key.matches(
              "events/date=2026-01-01/event_type=[A-Za-z0-9%._-]+/[0-9a-f]{24}-\\d+\\.parquet"),
          key);
    }
    try (Stream<Path> beside = Files.list(folder)) {
      assertEquals(
          List.of("in.ndjson", "lake", "lake-summary.json"),
          beside.map(path -> path.getFileName().toString()).sorted().toList());
    }
    try (Stream<Path> top = Files.list(lake)) {
      assertEquals(
          List.of("_weir", "events"),
          top.map(path -> path.getFileName().toString()).sorted().toList());
    }
  }
}
