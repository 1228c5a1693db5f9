package dev.weir.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.doctor.Finding.Verdict;
import dev.weir.settings.Settings;
import dev.weir.settings.SettingsReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a doctor has said, for tests. */
record Findings(List<Finding> all) {
  /** The settings of pairs of key and value. */
  static Settings settings(Map<String, String> values) {
    Map<String, List<String>> flags = new LinkedHashMap<>();
    values.forEach((key, value) -> flags.put(key, List.of(value)));
    return new SettingsReader(Map.of(), 1).read(null, flags);
  }

  /** Of a whole examination. */
  static Findings of(Settings settings, Clock clock) throws IOException {
    List<Finding> findings = new ArrayList<>();
    new Doctor(clock, findings::add).examine(() -> settings);
    return new Findings(findings);
  }

  /** Of the claims alone. */
  static Findings ofClaims(Settings settings, Clock clock) {
    List<Finding> findings = new ArrayList<>();
    new ClaimsChecks(new Examination(findings::add), settings, clock).run();
    return new Findings(findings);
  }

  /** Of the lake alone. */
  static Findings ofLake(Settings settings, Path scratch, Clock clock) {
    List<Finding> findings = new ArrayList<>();
    new LakeChecks(new Examination(findings::add), settings, scratch, clock).run();
    return new Findings(findings);
  }

  Finding of(Check check) {
    return all.stream().filter(finding -> finding.check() == check).findFirst().orElseThrow();
  }

  /** The names of the checks with a verdict, in order, parted by spaces. */
  String with(Verdict verdict) {
    return all.stream()
        .filter(finding -> finding.verdict() == verdict)
        .map(finding -> finding.check().id())
        .collect(Collectors.joining(" "));
  }

  /** Asserts a verdict, a part of what was found, and a part of the advice. */
  void assertIs(Verdict verdict, Check check, String found, String advice) {
    Finding finding = of(check);
    assertEquals(verdict, finding.verdict(), finding.toString());
    assertTrue(finding.found().contains(found), finding.toString());
    assertTrue(finding.advice().contains(advice), finding.toString());
  }

  /** Asserts that nothing warns, fails or was skipped. */
  void assertAllPass() {
    assertEquals(
        List.of(), all.stream().filter(finding -> finding.verdict() != Verdict.PASS).toList());
  }
}
