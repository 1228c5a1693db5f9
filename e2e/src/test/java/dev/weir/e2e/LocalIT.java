package dev.weir.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.cli.generate.GeneratorSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code weir local}, played with as a person would: by the lines that it prints. */
@EnabledOnOs(OS.LINUX)
final class LocalIT {
  private static final GeneratorSettings SENT =
      GeneratorSettings.of(1_000).withSeed(5).withFaults(50_000, 10_000);

  private static final String EVENTS = " --events 1000 --seed 5 --duplicates 5%";

  private static final Pattern COUNTS =
      Pattern.compile(
          "received ([0-9,]+)  landed ([0-9,]+)  duplicates ([0-9,]+)  dead letters ([0-9,]+)"
              + "  files ([0-9,]+)  invocations ([0-9,]+)  failures ([0-9,]+)  lag ([0-9.]+) s");

  @TempDir Path folder;

  @Test
  void printedLinesFillTheLakeExactlyAndALaterOneKnowsWhatHasLanded() throws Exception {
    Path home = folder.resolve("a home");
    linesFillTheLakeAndTheEndLeavesNothingRunning(home);
    laterOneKnowsWhatHasLandedAndCtrlCEndsIt(home);
  }

  private void linesFillTheLakeAndTheEndLeavesNothingRunning(Path home) throws Exception {
    Path manifest = folder.resolve("sent.csv");
    List<ProcessHandle> children;
    Counts last;
    try (WeirProcess local = start("--shards", "2", "--window", "500ms", "--folder", home)) {
      awaitReady(local);
      shell(line(local, " generate --to") + EVENTS + " --malformed 1% --manifest " + manifest);
      boolean hasEvent = putByHand(local, manifest);
      long extra = hasEvent ? 1 : 0;
      await(
          local,
          new Counts(
              SENT.lines() + 3 * extra,
              SENT.events() + extra,
              SENT.duplicates() + extra,
              SENT.malformed() + extra));
      assertTrue(shell(line(local, " query ")).contains("lesson"), "the lake can be asked");

      children = local.descendants();
      assertTrue(children.size() >= 4, children::toString);
      local.terminate();
      Result result = local.await().expect(143);

      assertEquals("", result.err());
      List<String> lines = result.out().lines().toList();
      assertTrue(lines.get(lines.size() - 2).startsWith("in all: received "), result.out());
      last = Counts.last(result.out());
      assertEquals("stopped; all of it stays in " + home.toRealPath(), lines.get(lines.size() - 1));

      Path lake = home.resolve("s3/objects/lake");
      Auditor.Findings findings = Auditor.events(lake, manifest);
      assertTrue(findings.isExact(), findings::toString);
      assertEquals(last.landed, findings.landed());
      Map<String, Long> reasons = deadLetters(extra);
      assertEquals(reasons, Auditor.deadLetters(lake));
    }
    for (ProcessHandle child : children) {
      assertFalse(child.isAlive(), () -> "it still runs: " + child.info());
    }
  }

  /** The same events come again; its stream has begun anew. */
  private void laterOneKnowsWhatHasLandedAndCtrlCEndsIt(Path home) throws Exception {
    try (WeirProcess local = start("--window", "100ms", "--folder", home)) {
      awaitReady(local);
      shell(line(local, " generate --to") + EVENTS + " --malformed 0%");
      long lines = SENT.events() + SENT.duplicates();
      await(local, new Counts(lines, 0, lines, 0));

      local.interrupt();
      local.await().expect(130);
    }
  }

  @Test
  void machineWithoutNodeIsToldWhatToInstall() throws Exception {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    try (WeirProcess local =
        WeirProcess.in(folder)
            .java("-Dweir.local.function=" + Checkout.ROOT.resolve("lambda/target"))
            .environment("PATH", empty.toString())
            .weir("local")) {
      Result result = local.await().expect(1);

      assertEquals(
          "weir local: node is not installed: kinesis-local needs Node 18 or newer with npm\n",
          result.err());
      assertEquals("", result.out());
    }
  }

  /** By the script, as a person does; it finds everything built. */
  private WeirProcess start(Object... options) throws IOException {
    Tools.require("node");
    Tools.require("npm");
    Checkout.jar();
    Path output = Files.createTempDirectory(folder, "process");
    String command = "exec ./weir local \"$@\"";
    List<String> words = new ArrayList<>(List.of("sh", "-c", command, "sh"));
    words.addAll(List.of(Weir.texts(List.of(options))));
    return WeirProcess.start(words, Checkout.ROOT, output, Map.of("WEIR_HEAP", "300m"));
  }

  private static void awaitReady(WeirProcess local) throws InterruptedException {
    assertTrue(
        local.runUntil(() -> local.said().contains("Ctrl-C here ends it all.")), local::said);
  }

  /** The line that is printed to be pasted and that has a text in it. */
  private static String line(WeirProcess local, String text) {
    return local
        .said()
        .lines()
        .filter(line -> line.contains(text))
        .findFirst()
        .orElseThrow()
        .strip();
  }

  /** Runs a line as a person pastes it; what it says. */
  private String shell(String line) throws Exception {
    Path output = Files.createTempDirectory(folder, "pasted");
    try (WeirProcess pasted =
        WeirProcess.start(List.of("sh", "-c", line), Checkout.ROOT, output, Map.of())) {
      Result result = pasted.await().expect(0);
      return result.out() + result.err();
    }
  }

  /**
   * Pastes the line for one event twice, and once with something that is no event, if the machine
   * has what it takes.
   */
  private boolean putByHand(WeirProcess local, Path manifest) throws Exception {
    if (Tools.find("aws").isEmpty()) {
      return false;
    }
    String put = line(local, "aws kinesis put-record");
    shell(put);
    shell(put);
    shell("echo 'no event' " + put.substring(put.indexOf('|')));
    Matcher event =
        Pattern.compile(
                "\"event_uuid\":\"([^\"]+)\",\"event_name\":\"([^\"]+)\",\"created_at\":(\\d+),"
                    + "\"payload\":(\\{.*})}'")
            .matcher(put);
    assertTrue(event.find(), put);
    byte[] md5 = MessageDigest.getInstance("MD5").digest(event.group(4).getBytes(UTF_8));
    String row =
        String.join(
            ",", event.group(1), event.group(2), event.group(3), HexFormat.of().formatHex(md5));
    Files.writeString(manifest, row + "\n", StandardOpenOption.APPEND);
    return true;
  }

  private static Map<String, Long> deadLetters(long notJson) {
    Map<String, Long> reasons = new TreeMap<>();
    SENT.malformedByReason().forEach((reason, count) -> reasons.put(reason.code(), count));
    if (notJson > 0) {
      reasons.merge("invalid_json", notJson, Long::sum);
    }
    return reasons;
  }

  private static void await(WeirProcess local, Counts expected) throws InterruptedException {
    assertTrue(
        local.runUntil(() -> expected.equals(Counts.last(local.said()))),
        () -> "expected " + expected + " of:\n" + local.said());
  }

  /** What the last line of counts says. */
  private record Counts(long received, long landed, long duplicates, long deadLetters) {
    static Counts last(String said) {
      Counts last = new Counts(0, 0, 0, 0);
      for (Matcher line = COUNTS.matcher(said); line.find(); ) {
        last = new Counts(count(line, 1), count(line, 2), count(line, 3), count(line, 4));
        assertEquals(0, count(line, 7), said);
      }
      return last;
    }

    private static long count(Matcher line, int group) {
      return Long.parseLong(line.group(group).replace(",", ""));
    }
  }
}
