package dev.weir.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.quality.Delays;
import dev.weir.quality.DriftFinding;
import dev.weir.quality.FieldsByType;
import dev.weir.quality.QualityBooks;
import dev.weir.quality.TypeBooks;
import dev.weir.record.Reason;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static Ledger ledger(long received, long landed, long duplicates, long dead, long left) {
    Delays freshness = new Delays();
    freshness.add(2_000_000);
    return new Ledger(
        received,
        landed,
        duplicates,
        dead,
        left,
        1,
        Map.of(Reason.CONFLICTING_DUPLICATE.code(), 1L),
        Map.of("payload", 3L),
        Map.of("lesson", landed),
        0,
        0,
        freshness,
        new Delays(),
        1,
        100,
        50,
        Instant.parse("2026-11-22T10:00:00Z"),
        "1",
        Map.of("/in/a", new String[] {"file", "0", "99"}),
        new QualityBooks(
            Map.of(
                "lesson",
                lesson(landed + duplicates + dead - 1 + left, landed, duplicates, dead - 1, left)),
            new QualityBooks.Undecoded(1, 0, Map.of("not_an_object", 1L)),
            new QualityBooks.DriftFindings(
                List.of(
                    new DriftFinding(
                        "lesson", "user.id", DriftFinding.Kind.NEW, null, "number", 2)),
                0),
            FieldsByType.NONE));
  }

  private static TypeBooks lesson(
      long received, long landed, long duplicates, long dead, long left) {
    Delays freshness = new Delays();
    freshness.add(2_000_000);
    return new TypeBooks(
        received,
        landed,
        duplicates,
        left,
        Map.of("conflicting_duplicate", dead),
        landed,
        landed - 1,
        Map.of("has_user", landed),
        Map.of("has_user", 1L),
        Map.of("payload", 2L),
        1,
        freshness,
        new Delays());
  }

  @Test
  void booksOfTheTypesHoldEveryRecord() {
    assertThrows(
        IllegalStateException.class,
        () -> lesson(8, 4, 3, 1, 1),
        "a type whose events became of more than there were");
  }

  @Test
  void booksThatDoNotBalanceAreABug() {
    ledger(10, 4, 3, 2, 1);
    var bug = assertThrows(IllegalStateException.class, () -> ledger(10, 4, 3, 2, 2));
    assertTrue(bug.getMessage().contains("received 10, landed 4"), bug.getMessage());
  }

  @Test
  void entryIsWrittenWithStableNames() throws Exception {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.writeStartObject();
      ledger(10, 4, 3, 2, 1).writeTo(json);
      json.writeEndObject();
    }
    assertEquals(
        "{\"version\":\"1\",\"planned_at\":\"2026-11-22T10:00:00Z\",\"sources\":[{\"stream\":\"file\","
            + "\"shard_id\":\"/in/a\",\"first_sequence_number\":\"0\",\"last_sequence_number\":\"99\"}],"
            + "\"received\":10,\"landed\":4,\"duplicates\":3,\"dead_letters\":2,\"filtered\":1,"
            + "\"conflicts\":1,\"dead_letters_by_reason\":{\"conflicting_duplicate\":1},"
            + "\"missing_values\":{\"payload\":3},\"events_by_type\":{\"lesson\":4},"
            + "\"folded_types\":0,\"folded_events\":0,"
            + "\"freshness_seconds\":{\"p50\":2.0,\"p95\":2.0,\"max\":2.0,\"sum\":2.0,"
            + "\"counts\":[0,0,0,1]},"
            + "\"arrival_lag_seconds\":{\"p50\":0.0,\"p95\":0.0,\"max\":0.0,\"sum\":0.0,"
            + "\"counts\":[]},"
            + "\"bytes_in\":100,\"bytes_out\":50,"
            + "\"late\":1,\"checked\":4,\"accurate\":3,\"violations\":{\"has_user\":1},"
            + "\"delay_bounds_seconds\":[0.1,0.5,1,5,10,30,60,120,300,600,1800,3600,10800,21600,"
            + "43200,86400,259200,604800],"
            + "\"quality\":{\"lesson\":{\"received\":9,\"landed\":4,\"duplicates\":3,"
            + "\"conflicts\":1,\"filtered\":1,\"dead_letters\":{\"conflicting_duplicate\":1},"
            + "\"checked\":4,\"accurate\":3,\"asked\":{\"has_user\":4},\"violations\":{\"has_user\":1},"
            + "\"missing_values\":{\"payload\":2},\"late\":1,"
            + "\"freshness_seconds\":{\"p50\":2.0,\"p95\":2.0,\"max\":2.0,\"sum\":2.0,"
            + "\"counts\":[0,0,0,1]},"
            + "\"arrival_lag_seconds\":{\"p50\":0.0,\"p95\":0.0,\"max\":0.0,\"sum\":0.0,"
            + "\"counts\":[]}}},"
            + "\"undecoded\":{\"received\":1,\"dead_letters\":{\"not_an_object\":1}},"
            + "\"drift\":{\"new_fields\":1,\"vanished_fields\":0,\"type_changes\":0,"
            + "\"findings\":[{\"event_type\":\"lesson\",\"path\":\"user.id\",\"kind\":\"new\","
            + "\"before\":null,\"after\":\"number\",\"events\":2}]}}",
        out.toString());
  }
}
