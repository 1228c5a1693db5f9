package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guide to quality: its settings, its commands and what they print. */
final class QualityGuideIT {
  private static final Pattern QUERY =
      Pattern.compile(
          "```sh\n\\./weir query \"([^\"]+)\" --lake quality\n```\n(?:\n```\n( [^`]*)```)?");

  @TempDir Path folder;

  @Test
  void guideRunsAndPrintsWhatItSays() throws Exception {
    String guide = Files.readString(Checkout.ROOT.resolve("docs/guides/measure-quality.md"));
    Path settings = Checkout.ROOT.resolve("examples/quality.yaml");
    assertTrue(guide.contains(withoutComments(Files.readString(settings))), "the guide's settings");
    Path lake = folder.resolve("quality");

    Result run =
        Weir.command("run", "--input", Checkout.EXAMPLE, "--lake", lake, "--config", settings);

    run.expect(0);
    String accuracy =
        run.out().lines().filter(line -> line.startsWith("  accuracy")).findAny().orElseThrow();
    assertTrue(guide.contains(accuracy), accuracy);
    assertTrue(run.out().contains("17,939") && run.out().contains("expectation:says_something 55"));
    List<String> queries = new ArrayList<>();
    Matcher query = QUERY.matcher(guide);
    while (query.find()) {
      Result answer = Weir.command("query", query.group(1), "--lake", lake).expect(0);
      if (query.group(2) != null) {
        assertEquals(query.group(2).strip(), answer.out().strip());
      }
      queries.add(query.group(1));
    }
    assertEquals(4, queries.size(), queries.toString());

    // The same events again are duplicates, and the dropped ones are dropped again.
    Path summary = folder.resolve("again.json");
    Weir.command(
            "run",
            "--input",
            Checkout.EXAMPLE,
            "--lake",
            lake,
            "--config",
            settings,
            "--quiet",
            "--summary-json",
            summary)
        .expect(0);
    Summary.read(summary).expect(0, 17_994, 0, 6);
  }

  @Test
  void badConditionStopsTheStartAndAFailingOneTheRun() throws Exception {
    Path lake = folder.resolve("lake");
    Path input =
        Documents.lines(
            folder.resolve("in.ndjson"), List.of(Documents.event(1), Documents.event(2)));
    Path settings = folder.resolve("weir.yaml");
    Files.writeString(
        settings, "quality: {expectations: [{name: soon, sql: created_datetime > now()}]}");
    Result refused = Weir.command("run", "--input", input, "--lake", lake, "--config", settings);
    refused.expect(2);
    assertTrue(
        refused.err().contains("quality.expectations has 'soon': it calls 'now'"), refused.err());

    Files.writeString(
        settings,
        "quality: {expectations: [{name: one, sql: (payload ->> '$.n')::INT = 1, on_violation: fail}]}");
    Result failed = Weir.command("run", "--input", input, "--lake", lake, "--config", settings);
    failed.expect(1);
    assertTrue(
        failed.err().contains("1 of 2 events do not meet the expectation one, the first at"),
        failed.err());
    Weir.run(0, input, lake).expect(2, 0, 0, 0);
  }

  private static String withoutComments(String yaml) {
    return yaml.lines()
        .filter(line -> !line.strip().startsWith("#"))
        .map(line -> line + "\n")
        .reduce("", String::concat);
  }
}
