package dev.weir.cli.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.cli.ExitCodes;
import dev.weir.cli.Invocation;
import dev.weir.cli.ledger.LedgerFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportCommandTest {
  private static final String HOSTILE =
      "</script><script>alert(1)</script><img src=x onerror=alert(2)>\u202E|`*_&'";

  @TempDir private Path folder;
  private LedgerFolder ledger;
  private Instant now;

  @BeforeEach
  void openLedger() throws IOException {
    ledger = new LedgerFolder(folder.resolve("lake"));
    now = Instant.now();
  }

  private void land(Duration ago, int number, String members) throws IOException {
    Instant at = now.minus(ago);
    ledger.landed(LedgerFolder.id(at, number), at, members);
  }

  private void landHostile() throws IOException {
    String name = HOSTILE.replace("\"", "\\\"");
    land(
        Duration.ofHours(1),
        1,
        """
        "sources":[{"stream":"file","shard_id":"/in/<b>.ndjson","first_sequence_number":"0","last_sequence_number":"99"}],
        "received":10,"landed":8,"duplicates":1,"dead_letters":1,"filtered":0,"checked":8,"accurate":6,
        "dead_letters_by_reason":{"expectation:%1$s":1},
        "quality":{"%1$s":{"landed":8,"duplicates":1,"dead_letters":{"expectation:%1$s":1},
          "checked":8,"accurate":6,"violations":{"%1$s":2},"missing_values":{"payload.%1$s":1}}},
        "drift":{"new_fields":1,"findings":[{"event_type":"%1$s","path":"%1$s","kind":"new","after":"%1$s","events":1}]}"""
            .formatted(name));
  }

  private Invocation report(String... more) {
    List<String> arguments = new ArrayList<>(List.of("report", "--lake", ledger.lake().toString()));
    arguments.addAll(List.of(more));
    Invocation report = Invocation.of(arguments.toArray(String[]::new));
    assertEquals("", report.err());
    assertEquals(ExitCodes.OK, report.code());
    return report;
  }

  @Test
  void accuracyOfAnExpectationIsOverTheEventsItIsAskedOf() throws IOException {
    land(
        Duration.ofHours(1),
        1,
        """
        "received":1000,"landed":1000,"duplicates":0,"dead_letters":0,"filtered":0,"checked":1000,
        "accurate":990,
        "quality":{"page":{"received":990,"landed":990,"checked":990,"accurate":990,"asked":{"known":990}},
          "exam":{"received":10,"landed":10,"checked":10,"asked":{"known":10,"marked":10},
            "violations":{"marked":10}}}""");

    String json = report("--format", "json").out();

    assertTrue(json.contains("\"known\",\"asked\":1000,\"violations\":0"), json);
    assertTrue(
        json.contains(
            "\"marked\",\"asked\":10,\"violations\":10,\"event_types\":{\"exam\":10},"
                + "\"accuracy\":0.0"),
        json);
  }

  @Test
  void markupInNamesIsTextInEveryFormat() throws IOException {
    landHostile();
    for (String format : new String[] {"html", "json", "md"}) {
      String report = report("--format", format).out();
      assertFalse(report.contains("<script>alert"), format);
      assertFalse(report.contains("<img src"), format);
      assertFalse(report.contains("\u202E"), format);
      assertTrue(report.contains("alert(1)"), format + " has the name");
    }
    assertTrue(report("--format", "json").out().contains("\\u003c/script\\u003e"));
    assertTrue(
        report("--format", "md").out().contains("| &lt;/script&gt;"),
        report("--format", "md").out());
  }

  @Test
  void pageRunsOnlyWhatItsPolicyNames() throws Exception {
    landHostile();
    String page = report().out();
    Matcher policy =
        Pattern.compile("Content-Security-Policy\" content=\"([^\"]+)\"").matcher(page);
    assertTrue(policy.find());
    assertTrue(policy.group(1).startsWith("default-src 'none';"), policy.group(1));
    assertFalse(policy.group(1).contains("unsafe"), policy.group(1));

    Matcher scripts = Pattern.compile("(?s)<script>(.*?)</script>").matcher(page);
    int found = 0;
    for (; scripts.find(); found++) {
      assertTrue(policy.group(1).contains("'sha256-" + hash(scripts.group(1)) + "'"));
    }
    assertEquals(2, found);
    Matcher styles = Pattern.compile("(?s)<style>(.*?)</style>").matcher(page);
    assertTrue(styles.find());
    assertTrue(policy.group(1).contains("'sha256-" + hash(styles.group(1)) + "'"));
    assertFalse(page.matches("(?s).*<(script|link|img|iframe)[^>]* (src|href)=\"(?!data:).*"));
  }

  private static String hash(String text) throws Exception {
    return Base64.getEncoder()
        .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
  }

  @Test
  void reportOpensWithWhatNeedsAttentionTheMostImportantFirst() throws IOException {
    landHostile();
    land(Duration.ofHours(2), 2, LedgerFolder.counts(5, 2, 2));
    Instant at = now.minus(Duration.ofMinutes(1));
    ledger.plan(LedgerFolder.id(at, 3), at, 10, LedgerFolder.counts(1, 1, 0));
    ledger.object(LedgerFolder.id(at, 4) + ".json", "{");
    List<String> lines = report("--format", "md").out().lines().toList();
    int heading = lines.indexOf("## What needs attention");
    assertEquals(4, heading);
    List<String> rules =
        lines.stream()
            .filter(line -> line.startsWith("- **"))
            .map(line -> line.split("\\*\\*")[1])
            .toList();
    assertEquals(
        List.of("critical", "critical", "critical", "critical", "warning", "warning", "note"),
        rules);
    String text = String.join("\n", lines);
    assertTrue(text.contains("The books of 1 attempts do not balance"), text);
    assertTrue(text.contains("Accuracy is 75.00%: 2 of 8 checked events"), text);
    assertTrue(text.contains("1 records are dead letters, 6.67% of all"), text);
    assertTrue(text.contains("1 attempts have planned and not landed"), text);
    assertTrue(text.contains("20.00% of the records are duplicates (3 of 15)"), text);
  }

  @Test
  void shareOfLateEventsIsOfThoseThatWereAnsweredForWhetherTheyLandedOrNot() throws IOException {
    land(
        Duration.ofHours(1),
        1,
        """
        "received":100,"landed":10,"duplicates":15,"dead_letters":35,"filtered":40,"conflicts":5,
        "dead_letters_by_reason":{"invalid_json":10,"conflicting_duplicate":5,"expectation:x":20},
        "late":20,
        "quality":{"a":{"received":90,"landed":10,"duplicates":5,"filtered":40,"late":20,
          "conflicts":5,"dead_letters":{"conflicting_duplicate":5,"expectation:x":20}}},
        "undecoded":{"received":20,"duplicates":10,"dead_letters":{"invalid_json":10}}""");
    String report = report("--format", "md").out();
    assertTrue(report.contains("25.00% of the events came late (20)"), report);
  }

  @Test
  void nothingNeedsAttentionInALakeThatIsWell() throws IOException {
    land(Duration.ofHours(1), 1, LedgerFolder.counts(3, 3, 0));
    assertTrue(report("--format", "md").out().contains("## What needs attention\n\nNothing.\n"));
  }

  @Test
  void sinceLeavesOutWhatPlannedBefore() throws IOException {
    land(Duration.ofDays(8), 1, LedgerFolder.counts(5, 5, 0));
    land(Duration.ofDays(6), 2, LedgerFolder.counts(3, 3, 0));
    assertTrue(report("--format", "json").out().contains("\"totals\":{\"received\":8,"));
    String week = report("--format", "json", "--since", "7d").out();
    assertTrue(week.contains("\"window\":\"7d\""), week);
    assertTrue(week.contains("\"totals\":{\"received\":3,"), week);
  }

  @Test
  void reportOfAnEmptyLakeSaysSo() throws IOException {
    assertTrue(report("--format", "md").out().contains("the ledger is empty."));
    assertTrue(report("--format", "json").out().contains("\"from\":null"));
    assertTrue(report().out().contains("\"from\":null"));
  }

  @Test
  void fileAppearsWholeAndReplacesTheOneBefore() throws IOException {
    land(Duration.ofHours(1), 1, LedgerFolder.counts(3, 3, 0));
    Path out = Files.writeString(folder.resolve("report.md"), "before");
    assertEquals("", report("--format", "md", "--out", out.toString()).out());
    assertTrue(Files.readString(out).startsWith("# Weir report\n"));
    assertFalse(Files.exists(folder.resolve("report.md.draft")));
  }

  @Test
  void batchesWithDeadLettersAreNamedByTheirPositions() throws IOException {
    landHostile();
    String report = report("--format", "md").out();
    assertTrue(report.contains("| /in/&lt;b&gt;.ndjson 0 to 99 |"), report);
  }
}
