package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rules, their cases and the dashboard are what Prometheus takes for good, and ask for metrics
 * that there are.
 */
final class PrometheusFilesIT {
  private static final Path FOLDER = Checkout.ROOT.resolve("deploy/prometheus");
  private static final String RULES = "deploy/prometheus/weir.rules.yml";

  @TempDir Path folder;

  @Test
  void rulesAndScrapeExampleAreValid() throws Exception {
    Tools.require("promtool");

    promtool(FOLDER, "check", "rules", FOLDER.resolve("weir.rules.yml")).expect(0);
    Result example = promtool(FOLDER, "check", "config", FOLDER.resolve("prometheus.yml"));

    assertTrue(example.expect(0).out().contains("1 rule files found"), example.out());
  }

  @Test
  void casesOfTheRulesPass() throws Exception {
    Tools.require("promtool");
    List<Path> files = cases();
    assertTrue(files.size() >= 3, files.toString());
    promtool(FOLDER, Stream.concat(Stream.of("test", "rules"), files.stream()).toArray()).expect(0);
  }

  private static List<Path> cases() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER.resolve("tests"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void eachAlertHasACaseInWhichItStartsAndOneInWhichItDoesNot() throws Exception {
    List<String> alerts = MetricNames.all(Checkout.text(RULES), "- alert: (\\w+)");
    StringBuilder cases = new StringBuilder();
    for (Path file : cases()) {
      cases.append(Files.readString(file));
    }
    String readme = Checkout.text("deploy/prometheus/README.md");

    assertTrue(alerts.size() >= 12, alerts.toString());
    for (String alert : alerts) {
      String name = "alertname: " + alert;
      boolean starts =
          Pattern.compile(name + "\\n +eval_time: \\w+\\n +exp_alerts:[^\\n]*\\n +- exp_labels")
              .matcher(cases)
              .find();
      assertTrue(starts, () -> "no case in which " + alert + " starts");
      // Nothing but the absence of every monitor lasts from the first evaluation on.
      assertTrue(
          Pattern.compile(name + ", eval_time: \\w+, exp_alerts: \\[\\]").matcher(cases).find()
              || alert.equals("WeirMonitorAbsent"),
          () -> "no case in which " + alert + " does not start");
      assertTrue(readme.contains("| `" + alert + "` |"), () -> "not in the README: " + alert);
    }
  }

  @Test
  void rulesAskForMetricsThatThereAre() throws Exception {
    String rules = Checkout.text(RULES).replaceAll("(?m)^ *#.*$", "");
    Set<String> recorded = new TreeSet<>(MetricNames.all(rules, "- record: ([\\w:]+)"));
    Set<String> used = MetricNames.in(rules);

    assertTrue(used.size() >= 12, used.toString());
    assertEquals(Set.of(), MetricNames.unknown(used));
    assertEquals(recorded, new TreeSet<>(MetricNames.all(rules, "\\b(weir:[\\w:]+)")));
  }

  @Test
  void expressionsOfTheDashboardAreValidAndAskForMetricsThatThereAre() throws Exception {
    List<String> expressions = Dashboard.expressions();
    Set<String> used = MetricNames.in(String.join("\n", expressions));

    assertTrue(expressions.size() >= 40, "there are " + expressions.size());
    assertEquals(Set.of(), MetricNames.unknown(used));
    Set<String> shown = new TreeSet<>(MetricNames.documented());
    shown.removeAll(used);
    assertEquals(Set.of("weir_build_info"), shown, "metrics that no panel shows");

    Tools.require("promtool");
    StringBuilder rules = new StringBuilder("groups:\n- name: dashboard\n  rules:\n");
    for (String expression : expressions) {
      rules.append("  - record: weir:panel\n    expr: ").append(Json.quoted(expression));
      rules.append("\n    labels: {n: '").append(rules.length()).append("'}\n");
    }
    Path file = Files.writeString(folder.resolve("dashboard.yml"), rules);
    promtool(folder, "check", "rules", file).expect(0);
  }

  @Test
  void panelsOfTheDashboardDoNotOverlapAndHaveATextAndASource() throws Exception {
    boolean[][] taken = new boolean[1_000][24];
    Set<Long> ids = new TreeSet<>();
    for (Json panel : Dashboard.panels()) {
      assertTrue(ids.add(panel.at("id").number()), () -> "the id is not unique: " + panel);
      Json place = panel.at("gridPos");
      for (long y = place.at("y").number(); y < bottom(place); y++) {
        for (long x = place.at("x").number(); x < right(place); x++) {
          assertTrue(!taken[(int) y][(int) x], () -> "overlaps: " + panel.at("title"));
          taken[(int) y][(int) x] = true;
        }
      }
      if (!panel.at("type").text().equals("row")) {
        assertTrue(panel.at("description").text().endsWith("."), panel.at("title").text());
        assertEquals("${datasource}", panel.at("datasource", "uid").text());
      }
    }
  }

  private static long bottom(Json place) {
    return place.at("y").number() + place.at("h").number();
  }

  private static long right(Json place) {
    return place.at("x").number() + place.at("w").number();
  }

  private Result promtool(Path work, Object... arguments) throws Exception {
    List<String> command = new java.util.ArrayList<>();
    command.add(Tools.require("promtool").toString());
    command.addAll(List.of(Weir.texts(List.of(arguments))));
    Path output = Files.createTempDirectory(folder, "output");
    try (WeirProcess process = WeirProcess.start(command, work, output, Map.of())) {
      return process.await();
    }
  }
}
