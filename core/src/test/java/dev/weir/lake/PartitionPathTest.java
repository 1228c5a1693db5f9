package dev.weir.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PartitionPathTest {
  @Test
  void valuesCannotLeaveTheirFolder() {
    assertEquals("lesson", PartitionPath.encode("lesson"));
    assertEquals("..%2F..%2Fx", PartitionPath.encode("../../x"));
    assertEquals("%2E.", PartitionPath.encode(".."));
    assertEquals("%2E", PartitionPath.encode("."));
    assertEquals("a%2Fb%3Dc", PartitionPath.encode("a/b=c"));
    assertEquals("%2500", PartitionPath.encode("%00"));
    assertEquals("%27%3B%20COPY", PartitionPath.encode("'; COPY"));
    assertEquals(
        "%5F_HIVE_DEFAULT_PARTITION__", PartitionPath.encode("__HIVE_DEFAULT_PARTITION__"));
    assertEquals("%E2%80%AE", PartitionPath.encode("\u202E"));
    assertEquals("%F0%9F%98%80", PartitionPath.encode("😀"));
    assertEquals("__other__", PartitionPath.encode("__other__"));
  }

  @Test
  void foldersFollowTheOrderOfTheColumns() {
    Map<String, @Nullable String> values = new LinkedHashMap<>();
    values.put("date", "2026-11-22");
    values.put("event_type", "a b");
    values.put("country", null);
    assertEquals(
        "date=2026-11-22/event_type=a%20b/country=__HIVE_DEFAULT_PARTITION__",
        PartitionPath.of(values));
  }
}
