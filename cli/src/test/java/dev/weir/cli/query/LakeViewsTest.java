package dev.weir.cli.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LakeViewsTest {
  private static final String EVENTS =
      "event_uuid UUID, event_name VARCHAR, event_subtype VARCHAR, created_at DOUBLE,"
          + " created_datetime TIMESTAMP WITH TIME ZONE, payload JSON, extra JSON, date DATE,"
          + " event_type VARCHAR";

  @TempDir Path folder;

  @Test
  void emptyLakeHasEmptyViewsOfTheRightColumns() throws Exception {
    try (Connection lake = LakeViews.open(folder)) {
      assertEquals(EVENTS, columns(lake, "events"));
      assertEquals(
          "dead_letter_uuid UUID, reason VARCHAR, detail VARCHAR, raw BLOB, raw_bytes BIGINT,"
              + " event_uuid UUID, stream VARCHAR, shard_id VARCHAR, sequence_number VARCHAR,"
              + " sub_index INTEGER, arrival_time TIMESTAMP WITH TIME ZONE, attempt VARCHAR,"
              + " date DATE",
          columns(lake, "dead_letters"));
      assertTrue(columns(lake, "attempts").startsWith("attempt VARCHAR, state VARCHAR, fenced_by"));
      for (String view : List.of("events", "dead_letters", "attempts")) {
        assertEquals(List.of(0L), values(lake, "SELECT count(*) FROM " + view));
      }
    }
  }

  @Test
  void viewsShowFilesAndPartitions() throws Exception {
    SmallLake.create(folder);
    try (Connection lake = LakeViews.open(folder)) {
      assertEquals(EVENTS, columns(lake, "events"));
      assertEquals(
          List.of("2026-01-01 lesson 2", "2026-01-02 a/b 1"),
          values(
              lake,
              "SELECT concat_ws(' ', date, event_type, count(*)) FROM events GROUP BY date,"
                  + " event_type ORDER BY date"));
      assertEquals(List.of(1L), values(lake, "SELECT count(*) FROM dead_letters"));
      assertEquals(
          List.of("0a planned 4", "0b fenced 0", "0c sealed 1"),
          values(
              lake,
              "SELECT concat_ws(' ', right(attempt, 2), state, received) FROM attempts ORDER BY 1"));
    }
  }

  @Test
  void columnsThatOnlySomeFilesHaveAreThere() throws Exception {
    SmallLake.create(folder);
    SmallLake.copy(
        "SELECT uuid() AS event_uuid, 7 AS score",
        folder.resolve("events/date=2026-02-01/event_type=quiz/c.parquet"));
    try (Connection lake = LakeViews.open(folder)) {
      assertEquals(List.of(7L), values(lake, "SELECT sum(score)::BIGINT FROM events"));
      assertEquals(List.of(4L), values(lake, "SELECT count(*) FROM events"));
    }
  }

  @Test
  void partitionsFollowFromTheFolders() throws Exception {
    SmallLake.copy("SELECT 1 AS n", folder.resolve("events/country=007/a.parquet"));
    SmallLake.copy(
        "SELECT 2 AS n", folder.resolve("events/country=__HIVE_DEFAULT_PARTITION__/a.parquet"));
    SmallLake.copy("SELECT 3 AS n", folder.resolve("dead_letters/a.parquet"));
    try (Connection lake = LakeViews.open(folder)) {
      assertEquals("n INTEGER, country VARCHAR", columns(lake, "events"));
      assertEquals(
          List.of("007", "NULL"),
          values(lake, "SELECT coalesce(country, 'NULL') FROM events ORDER BY n"));
      assertEquals("n INTEGER", columns(lake, "dead_letters"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "two words",
        "it's",
        "st*r",
        "wh?t",
        "br[ab]k",
        "semi;co,lon",
        "{a,b}",
        "größe 東京",
        "%20",
        "--dashes",
        "env=prod",
        "date=2001-01-01/event_type=none",
        "quo\"te"
      })
  void lakesInFoldersOfAnyNameAreRead(String name) throws Exception {
    Path hostile = folder.resolve(name);
    SmallLake.create(hostile);
    SmallLake.create(folder.resolve("bystander"));
    try (Connection lake = LakeViews.open(hostile)) {
      assertEquals(EVENTS, columns(lake, "events"));
      assertEquals(
          List.of("2026-01-01 lesson", "2026-01-01 lesson", "2026-01-02 a/b"),
          values(lake, "SELECT concat_ws(' ', date, event_type) FROM events ORDER BY 1"));
      assertEquals(List.of(3L), values(lake, "SELECT count(*) FROM attempts"));
      assertEquals(List.of("2026-01-02"), values(lake, "SELECT date::VARCHAR FROM dead_letters"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "br[ab]k", "env=prod"})
  void selectedFilesAreReadAndNoOthers(String name) throws Exception {
    Path root = folder.resolve(name);
    SmallLake.create(root);
    LakeSelection days =
        LakeSelection.of(
            LakeSelection.folder(root),
            EnumSet.allOf(LakeTable.class),
            DateRange.of("2026-01-02..2026-01-09"));
    try (Connection lake = LakeViews.open(root, days)) {
      assertEquals(EVENTS, columns(lake, "events"));
      assertEquals(List.of("a/b"), values(lake, "SELECT event_type FROM events"));
      assertEquals(List.of(1L), values(lake, "SELECT count(*) FROM dead_letters"));
      assertEquals(List.of(3L), values(lake, "SELECT count(*) FROM attempts"));
    }
  }

  @Test
  void tableThatIsNotSelectedHasColumnsAndFailsWhenItIsRead() throws Exception {
    SmallLake.create(folder);
    for (LakeTable table : LakeTable.values()) {
      try (Connection lake = LakeViews.open(folder, new LakeSelection(Map.of()))) {
        assertFalse(columns(lake, table.view()).isEmpty());
        String sql = "SELECT count(*) FROM " + table.view();
        SQLException failure = assertThrows(SQLException.class, () -> values(lake, sql));
        String message = FailedQuery.message(lake, sql, failure);
        assertTrue(message.contains("has to name the table " + table.view()), message);
      }
    }
  }

  @Test
  void daysOfALakeWithoutThemAreRefused() throws Exception {
    SmallLake.copy("SELECT 1 AS n", folder.resolve("events/country=007/a.parquet"));
    assertThrows(
        LakeSelection.UnpartitionedException.class,
        () ->
            LakeSelection.of(
                LakeSelection.folder(folder),
                EnumSet.of(LakeTable.EVENTS),
                DateRange.of("2026-01-01")));
  }

  @Test
  void nullPartitionBelowAFolderThatLooksLikeOneIsNull() throws Exception {
    Path hostile = folder.resolve("env=prod");
    SmallLake.copy(
        "SELECT 2 AS n", hostile.resolve("events/country=__HIVE_DEFAULT_PARTITION__/a.parquet"));
    try (Connection lake = LakeViews.open(hostile)) {
      assertEquals("n INTEGER, country VARCHAR", columns(lake, "events"));
      assertEquals(List.of(true), values(lake, "SELECT country IS NULL FROM events"));
    }
  }

  @Test
  void pathsWithBackslashesAreKnownToBeUnreadable() {
    assertTrue(LakeViews.canOpen(folder));
    assertFalse(LakeViews.canOpen(folder.resolve("back\\slash")));
  }

  @Test
  void nothingOutsideOfTheLakeCanBeReadAndNoSettingChanged() throws Exception {
    Path outside = Files.writeString(folder.resolve("secret.csv"), "a\n1\n");
    Path inside = Files.createDirectories(folder.resolve("lake"));
    try (Connection lake = LakeViews.open(inside)) {
      for (String sql :
          List.of(
              "FROM read_csv('" + outside + "')",
              "FROM read_csv('" + inside + "/../secret.csv')",
              "ATTACH '" + folder.resolve("a.db") + "'",
              "SET enable_external_access = true",
              "SET allowed_directories = ['/']",
              "INSTALL httpfs",
              "LOAD httpfs")) {
        assertThrows(SQLException.class, () -> values(lake, sql), sql);
      }
    }
  }

  @Test
  void onlyOneStatementThatReadsPasses() throws Exception {
    try (Connection lake = LakeViews.open(folder)) {
      for (String sql :
          List.of(
              "SELECT 1",
              "FROM events;",
              "WITH a AS (SELECT 1) FROM a",
              "VALUES (1)",
              "DESCRIBE events",
              "SUMMARIZE events",
              "SHOW TABLES",
              "SELECT 1 -- why",
              "SELEC 1")) {
        ReadOnlySql.require(lake, sql);
      }
      for (String sql :
          List.of(
              "COPY (SELECT 1) TO '" + folder + "/events/x.parquet'",
              "SELECT 1; COPY (SELECT 1) TO '" + folder + "/x.parquet'",
              "ATTACH '" + folder + "/a.db'",
              "CREATE TABLE t (n INTEGER)",
              "DROP VIEW events",
              "SET threads = 1",
              "EXPORT DATABASE '" + folder + "/x'",
              "SELECT 1; SELECT 2",
              "",
              "-- nothing")) {
        assertThrows(SQLException.class, () -> ReadOnlySql.require(lake, sql), sql);
      }
    }
  }

  private static String columns(Connection lake, String view) throws SQLException {
    try (Statement statement = lake.createStatement();
        ResultSet rows = statement.executeQuery("DESCRIBE " + view)) {
      List<String> columns = new ArrayList<>();
      while (rows.next()) {
        columns.add(rows.getString(1) + " " + rows.getString(2));
      }
      return String.join(", ", columns);
    }
  }

  private static List<Object> values(Connection lake, String sql) throws SQLException {
    try (Statement statement = lake.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<Object> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getObject(1));
      }
      return values;
    }
  }
}
