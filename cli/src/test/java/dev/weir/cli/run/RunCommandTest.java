package dev.weir.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.cli.ExitCodes;
import dev.weir.cli.Invocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCommandTest {
  private static final String EVENTS =
      """
      {"event_uuid":"0ab6a1a4-6d4e-4f9a-8d2c-8a8a8e6f0001","event_name":"a:b","created_at":1,"payload":{}}
      {"event_uuid":"0ab6a1a4-6d4e-4f9a-8d2c-8a8a8e6f0002","event_name":"a:b","created_at":2,"payload":{}}
      """;

  @TempDir private Path folder;
  private Path input;
  private Path lake;

  @BeforeEach
  void writeInput() throws IOException {
    Path inputs = Files.createDirectories(folder.resolve("in"));
    input = Files.writeString(inputs.resolve("events.ndjson"), EVENTS);
    lake = folder.resolve("a 'lake'");
  }

  private static String[] small(Object... args) {
    String[] all = new String[args.length + 5];
    all[0] = "run";
    for (int i = 0; i < args.length; i++) {
      all[i + 1] = args[i].toString();
    }
    all[args.length + 1] = "--workers";
    all[args.length + 2] = "1";
    all[args.length + 3] = "--batch-bytes";
    all[args.length + 4] = "16MiB";
    return all;
  }

  private void assertRefused(Invocation run, String message) {
    assertEquals(ExitCodes.USAGE, run.code(), run.err());
    assertEquals("weir run: " + message + "; see weir run --help\n", run.err());
    assertFalse(Files.exists(lake.resolve("events")), "nothing was done");
  }

  @Test
  void progressIsShownOnATerminalOnly() {
    Invocation watched = Invocation.onTerminal(small("--input", input, "--lake", lake));
    Invocation piped = Invocation.of(small("--input", input, "--lake", lake));
    Invocation quiet = Invocation.onTerminal(small("--input", input, "--lake", lake, "--quiet"));

    assertTrue(watched.err().startsWith("\r["), watched.err());
    assertTrue(watched.err().endsWith("\r\u001B[J"), "the line is wiped");
    assertEquals("", piped.err());
    assertEquals("", quiet.err() + quiet.out());
  }

  @Test
  void nextStepCanBePastedIntoAShell() {
    Invocation run = Invocation.of(small("--input", input, "--lake", lake));
    String quoted = "'" + lake.toString().replace("'", "'\\''") + "'";
    assertTrue(run.out().endsWith("--lake " + quoted + "\n"), run.out());
  }

  @Test
  void summaryThatCannotBeWrittenStopsTheStart() {
    Path nowhere = folder.resolve("no/such/folder/summary.json");
    assertRefused(
        Invocation.of(small("--input", input, "--lake", lake, "--summary-json", nowhere)),
        "--summary-json is '%s'; allowed is a file in a folder that can be written"
            .formatted(nowhere));
    assertRefused(
        Invocation.of(small("--input", input, "--lake", lake, "--summary-json", folder)),
        "--summary-json is '%s'; allowed is a file in a folder that can be written"
            .formatted(folder));
    assertRefused(
        Invocation.of(small("--input", input, "--lake", lake, "--summary-json", input)),
        "--summary-json is '%s'; allowed is a file that is no input".formatted(input));
  }

  @Test
  void lakeBelowAnInputFolderIsNoInput() {
    Path inside = folder.resolve("in/lake");
    for (int run = 0; run < 3; run++) {
      Invocation again = Invocation.of(small("--input", folder.resolve("in"), "--lake", inside));
      assertEquals(ExitCodes.OK, again.code(), again.err());
      assertTrue(again.out().startsWith("2 records"), again.out());
    }
    Invocation none = Invocation.of(small("--input", inside, "--lake", inside));
    assertEquals(ExitCodes.USAGE, none.code());
    assertTrue(none.err().contains("allowed are inputs outside of the lake"), none.err());
  }

  @Test
  void claimsDoNotLieAmongTheTables() {
    for (Path claims : new Path[] {lake, lake.resolve("events"), lake.resolve("_weir")}) {
      assertRefused(
          Invocation.of(small("--input", input, "--lake", lake, "--claims", claims)),
          "claims.path (--claims) is '%s'; allowed is a folder outside of the lake, or one in its"
                  .formatted(claims)
              + " _weir/");
    }
  }

  @Test
  void redisOutOfReachIsOneLineThatSaysWhatToCheck() throws IOException {
    Path config = Files.writeString(folder.resolve("config.yaml"), "redis: {retries: 0}");
    Invocation run =
        Invocation.of(
            small(
                "--input",
                input,
                "--lake",
                lake,
                "--claims",
                "redis://127.0.0.1:1",
                "--config",
                config));
    assertEquals(ExitCodes.FAILED, run.code());
    assertTrue(run.err().startsWith("weir run: Redis at 127.0.0.1:1: no answer"), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
  }

  @Test
  void batchesThatDoNotFitTheHeapAreRefusedWithWhatFits() {
    Invocation run =
        Invocation.of(
            "run", "--input", input.toString(), "--lake", lake.toString(), "--workers", "64");
    assertEquals(ExitCodes.USAGE, run.code());
    assertTrue(
        run.err().startsWith("weir run: run.batch_bytes (--batch-bytes) is 96MiB with"), run.err());
  }
}
