package dev.weir.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class ProcFilesTest {
  private static final String STAT =
      "4711 (a b) c) S 1 4711 4711 0 -1 4194560 100 200 3 4 11 22 345 155 20 0 12 0 999 1 2 3\n";

  @Test
  void timesAreFoundBehindACommandWithSpacesAndParentheses() {
    assertEquals(5.0, ProcFiles.endedChildrenSeconds(STAT));
    assertEquals(0.33, ProcFiles.ownSeconds(STAT));
  }

  @Test
  void peakMemoryIsInKibibytes() {
    List<String> status = List.of("Name:\tjava", "VmPeak:\t  9000 kB", "VmHWM:\t    128 kB");

    assertEquals(OptionalLong.of(131_072), ProcFiles.peakRssBytes(status));
  }

  @Test
  void aProcessThatHasEndedHasNoMemory() {
    assertEquals(OptionalLong.empty(), ProcFiles.peakRssBytes(List.of("State:\tZ (zombie)")));
  }

  @Test
  void countersOfReadsAreToldApart() {
    List<String> io = List.of("rchar: 770", "wchar: 1", "read_bytes: 12");

    assertEquals(OptionalLong.of(770), ProcFiles.value(io, "rchar:"));
    assertEquals(OptionalLong.of(12), ProcFiles.value(io, "read_bytes:"));
  }

  @Test
  void aProcessorWithoutAModelNameIsUnknown() {
    assertEquals(
        "EPYC: 7B13",
        Machine.value(List.of("cpu : 0", "model name\t: EPYC: 7B13"), "model name", ":"));
    assertEquals("unknown", Machine.value(List.of("processor : 0"), "model name", ":"));
  }
}
