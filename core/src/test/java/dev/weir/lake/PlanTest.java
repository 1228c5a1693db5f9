package dev.weir.lake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.claim.Attempt;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final Attempt A = new Attempt(0x6A000000, 1);
  private static final Attempt B = new Attempt(0x6A000001, 2);

  @Test
  void planIsOneLineAndReadsItself() throws IOException {
    Plan plan =
        new Plan(
            A,
            List.of(
                new Plan.PlannedFile("events/date=2026-11-22/x%22y/a-0.parquet", 3, 99),
                new Plan.PlannedFile("dead_letters/date=2026-11-22/a-1.parquet", 1, 1L << 40)));
    byte[] json =
        plan.toJson(
            ledger -> {
              ledger.writeArrayFieldStart("sources");
              ledger.writeStartObject();
              ledger.writeStringField("files", "not these");
              ledger.writeEndObject();
              ledger.writeEndArray();
            });
    assertEquals(plan, Plan.parse(json));
    String text = new String(json, UTF_8);
    assertEquals(text.length() - 1, text.indexOf('\n'));
    assertTrue(text.startsWith("{\"attempt\":\"%s\",\"state\":\"planned\"".formatted(A)), text);
  }

  @Test
  void fenceListsNothing() throws IOException {
    byte[] fence = Plan.fence(A, B);
    assertEquals(new Plan(A, List.of()), Plan.parse(fence));
    assertEquals(
        ("{\"attempt\":\"%s\",\"state\":\"fenced\",\"fenced_by\":\"%s\",\"received\":0,\"landed\":0,"
                + "\"duplicates\":0,\"dead_letters\":0,\"filtered\":0}\n")
            .formatted(A, B),
        new String(fence, UTF_8));
  }

  @Test
  void sealedEntryCountsWhatHadLanded() throws IOException {
    assertEquals(
        ("{\"attempt\":\"%s\",\"state\":\"sealed\",\"fenced_by\":\"%s\",\"received\":5,\"landed\":3,"
                + "\"duplicates\":0,\"dead_letters\":2,\"filtered\":0}\n")
            .formatted(A, B),
        new String(Plan.sealed(A, B, 3, 2), UTF_8));
  }

  @Test
  void anythingElseIsRefused() {
    for (String content : List.of("", "{}", "[]", "{\"state\":\"planned\"}", "{\"attempt\":\"6a")) {
      assertThrows(IOException.class, () -> Plan.parse(content.getBytes(UTF_8)), content);
    }
  }
}
