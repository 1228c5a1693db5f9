package dev.weir.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The simulator sees what it has to see: each edit to the protocol breaks a promise before long.
 *
 * <p>{@code -Dweir.sim.mutation.schedules=N} runs that many schedules of each.
 */
class MutationTest {
  private static final long SCHEDULES = Long.getLong("weir.sim.mutation.schedules", 1_000);
  private static final long AT_MOST = 20_000;
  private static final Path REPORT = Path.of("target/mutations.txt");

  @BeforeAll
  static void beginReport() throws IOException {
    Files.createDirectories(REPORT.getParent());
    Files.writeString(
        REPORT,
        "%-26s %10s %14s   %s%n"
            .formatted("mutation", "caught by", "by its lake", "schedules that broke a promise"));
  }

  @AfterAll
  static void printReport() throws IOException {
    System.out.println(Files.readString(REPORT));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void isCaught(Mutation mutation) throws Exception {
    Schedules.Result result = new Schedules(1, SCHEDULES, mutation, false).run();
    if (firstInTheEnd(result.failures()) == 0 && SCHEDULES < AT_MOST) {
      result = new Schedules(1, AT_MOST, mutation, false).run();
    }
    List<Schedules.Failure> failures = result.failures();
    long first = failures.isEmpty() ? 0 : failures.get(0).seed();
    long firstInTheEnd = firstInTheEnd(failures);
    Files.writeString(
        REPORT,
        "%-26s %,10d %,14d   %s%n"
            .formatted(
                mutation.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                first,
                firstInTheEnd,
                kinds(failures, result.tally().of(Tally.Count.SCHEDULES))),
        java.nio.file.StandardOpenOption.APPEND);
    assertTrue(first > 0, mutation + " was not caught");
    assertTrue(firstInTheEnd > 0, mutation + " was not seen in the lake");
  }

  /** The first schedule that is caught by what is in the lake, without looking on as it runs. */
  private static long firstInTheEnd(List<Schedules.Failure> failures) {
    return failures.stream()
        .filter(f -> f.violations().stream().anyMatch(v -> v.kind().isSeenInTheEnd()))
        .mapToLong(Schedules.Failure::seed)
        .findFirst()
        .orElse(0);
  }

  private static String kinds(List<Schedules.Failure> failures, long schedules) {
    Map<Violation.Kind, Long> counts = new EnumMap<>(Violation.Kind.class);
    for (Schedules.Failure failure : failures) {
      failure.violations().stream()
          .map(Violation::kind)
          .distinct()
          .forEach(kind -> counts.merge(kind, 1L, Long::sum));
    }
    return "%,d of %,d: ".formatted(failures.size(), schedules)
        + counts.entrySet().stream()
            .map(e -> "%s %,d".formatted(e.getKey().name().toLowerCase(Locale.ROOT), e.getValue()))
            .collect(Collectors.joining(", "));
  }
}
