package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.e2e.Auditor.Findings;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The auditor sees every kind of damage: a lake is made by hand, then spoilt. */
final class AuditorTest {
  private static final String ROW =
      """
      SELECT '00000000-0000-4000-8000-%1$012d'::UUID AS event_uuid, 'lesson:begun' AS event_name,
        'begun' AS event_subtype, 1767225600.125 AS created_at,
        TIMESTAMPTZ '2026-01-01 00:00:00.125Z' AS created_datetime, '{"n": %1$d}'::JSON AS payload,
        NULL::JSON AS extra
      """;

  @TempDir Path folder;

  @Test
  void soundLakeIsExact() throws Exception {
    file("date=2026-01-01/event_type=lesson", ROW.formatted(1) + " UNION ALL " + ROW.formatted(2));

    assertEquals(new Findings(2, 0, 0, 0, 0, 0), audit());
    assertTrue(audit().isExact());
  }

  @Test
  void everyKindOfDamageIsCounted() throws Exception {
    file("date=2026-01-01/event_type=lesson", ROW.formatted(1));
    assertEquals(new Findings(1, 1, 0, 0, 0, 0), audit());

    file("date=2026-01-01/event_type=page", ROW.formatted(1));
    assertEquals(new Findings(2, 1, 1, 0, 0, 1), audit());

    file("date=2026-01-01/event_type=lesson", ROW.formatted(3));
    assertEquals(new Findings(3, 1, 1, 1, 0, 1), audit());

    file("date=2026-01-02/event_type=lesson", ROW.formatted(2).replace("\"n\": 2", "\"n\":2"));
    assertEquals(new Findings(4, 0, 1, 1, 1, 2), audit());
  }

  private Findings audit() throws Exception {
    Path manifest = folder.resolve("manifest.csv");
    Files.writeString(
        manifest,
        """
        event_uuid,event_name,created_at,payload_md5
        00000000-0000-4000-8000-000000000001,lesson:begun,1767225600.125,%s
        00000000-0000-4000-8000-000000000002,lesson:begun,1767225600.125,%s
        """
            .formatted(md5(1), md5(2)));
    return Auditor.events(folder.resolve("lake"), manifest);
  }

  private static String md5(int n) {
    try (Duck duck = new Duck()) {
      return duck.text("SELECT md5('{\"n\": %d}')".formatted(n));
    }
  }

  private void file(String partition, String sql) throws Exception {
    Path target = Files.createDirectories(folder.resolve("lake/events/" + partition));
    int number = LakeTables.objects(folder.resolve("lake")).size();
    try (Duck duck = new Duck()) {
      duck.execute("COPY (%s) TO '%s/%d.parquet'".formatted(sql, target, number));
    }
  }
}
