package dev.weir.cli.query;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A lake of a few rows, written by DuckDB itself. */
public final class SmallLake {
  private SmallLake() {}

  /** Three events in two partitions, one dead letter, three attempts of which one was sealed. */
  public static void create(Path lake) throws IOException, SQLException {
    events(lake, "2026-01-01", "lesson", "a", "0b7c2a9e-51d4-4f60-9a3b-7d2e8c1f5a46", "1.10");
    events(lake, "2026-01-01", "lesson", "b", "1b7c2a9e-51d4-4f60-9a3b-7d2e8c1f5a46", "2");
    events(lake, "2026-01-02", "a%2Fb", "a", "2b7c2a9e-51d4-4f60-9a3b-7d2e8c1f5a46", "3");
    copy(
        """
        SELECT uuid '3b7c2a9e-51d4-4f60-9a3b-7d2e8c1f5a46' AS dead_letter_uuid,
          'invalid_json' AS reason, '{"a'::BLOB || '\\x00'::BLOB AS raw, 4::BIGINT AS raw_bytes
        """,
        lake.resolve("dead_letters/date=2026-01-02/a.parquet"));
    Path attempts = Files.createDirectories(lake.resolve("_weir/attempts"));
    attempt(attempts, "a.json", "a", "planned", 4);
    attempt(attempts, "b.json", "b", "fenced", 0);
    attempt(attempts, "c.json", "c", "planned", 7);
    attempt(attempts, "c.sealed.json", "c", "sealed", 1);
  }

  private static void attempt(Path folder, String file, String digit, String state, int received)
      throws IOException {
    Files.writeString(
        folder.resolve("00000000000000000000000" + file),
        "{\"attempt\":\"00000000000000000000000%s\",\"state\":\"%s\",\"received\":%d}\n"
            .formatted(digit, state, received));
  }

  private static void events(
      Path lake, String date, String type, String file, String uuid, String number)
      throws IOException, SQLException {
    copy(
        """
        SELECT uuid '%s' AS event_uuid, 'lesson:viewed' AS event_name, 'viewed' AS event_subtype,
          1767225600.125::DOUBLE AS created_at,
          '2026-01-01 00:00:00.125+00'::TIMESTAMPTZ AS created_datetime,
          '{ "n": %s, "s": "\\u00e9" }'::JSON AS payload, NULL::JSON AS extra
        """
            .formatted(uuid, number),
        lake.resolve("events/date=" + date + "/event_type=" + type + "/" + file + ".parquet"));
  }

  /** Writes the result of a query to a Parquet file, in folders that need not exist. */
  public static void copy(String sql, Path file) throws IOException, SQLException {
    Files.createDirectories(file.getParent());
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      statement.execute(
          "COPY (%s) TO '%s' (FORMAT parquet)".formatted(sql, file.toString().replace("'", "''")));
    }
  }
}
