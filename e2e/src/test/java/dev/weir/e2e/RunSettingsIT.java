package dev.weir.e2e;

import static dev.weir.e2e.Documents.event;
import static dev.weir.e2e.Documents.lines;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings from a file, the environment and options, and what is said about wrong ones. */
final class RunSettingsIT {
  @TempDir Path folder;
  private Path input;

  @BeforeEach
  void writeInput() throws IOException {
    input = lines(folder.resolve("in.ndjson"), List.of(event(1), event(2), event(3)));
  }

  @Test
  void optionWinsOverTheEnvironmentAndThatOverTheFile() throws Exception {
    Path config =
        config(
            """
            input:
              paths: [%s]
            lake:
              path: %s
            run:
              batch_records: 3
              batch_bytes: 17MiB
              workers: 3
            """
                .formatted(input, folder.resolve("by-file")));

    try (WeirProcess run =
        WeirProcess.in(folder)
            .environment("WEIR_LAKE_PATH", folder.resolve("by-environment").toString())
            .environment("WEIR_RUN_BATCH_RECORDS", "2")
            .environment("WEIR_RUN_WORKERS", "2")
            .weir("run", "--config", config, "--batch-records", 1)) {
      run.await().expect(0);
    }

    assertFalse(Files.exists(folder.resolve("by-file")));
    assertEquals(3, LakeTables.attempts(folder.resolve("by-environment")).size());
  }

  @Test
  void smallestBatchThatIsAllowedRuns() {
    Weir.run(0, input, folder.resolve("lake"), "--batch-bytes", "16MiB").expect(3, 0, 0, 0);
  }

  @Test
  void everythingWrongIsOneLineThatNamesIt() throws Exception {
    assertWrong("WEIR_BATCH_SIZE", "WEIR_BATCH_SIZE", "run");
    assertWrong("unknown option '--bach-records'", "", "--bach-records", "1");
    assertWrong("--batch-records", "", "--batch-records", "0");
    assertWrong("1 to 5000000", "", "--batch-records", "many");
    assertWrong("default, cloudevents, segment or github", "", "--preset", "kafka");
    assertWrong("auto, ndjson, array or concatenated", "", "--framing", "xml");
    assertWrong("--dedup-window", "", "--dedup-window", "1x");
    assertWrong("limits.max_record_bytes", "", "--batch-bytes", "1MiB");
    assertWrong("--sql", "", "--sql", folder.resolve("nothing.sql"));
    assertWrong("does not exist", "", "--input", folder.resolve("nothing.ndjson"));
    assertWrong("matches no file", "", "--input", folder.resolve("*.nothing"));
    assertWrong("the settings file is", "", "--config", folder.resolve("nothing.yaml"));
    assertWrong("lake.pat", "", "--config", config("lake:\n  pat: x\n"));
    assertWrong("run.workers", "", "--config", config("run:\n  workers: none\n"));
    assertWrong("WEIR_HEAP", "", "--workers", "64", "--batch-bytes", "1GiB");
    assertWrong("--lake", "", "--lake", input.resolve("below-a-file"));
    assertFalse(Files.exists(folder.resolve("lake")), "nothing was done");
  }

  private void assertWrong(String said, String variable, Object... args) throws Exception {
    List<Object> command = new java.util.ArrayList<>(List.of("run"));
    if (!List.of(args).contains("--lake")) {
      command.addAll(List.of("--lake", folder.resolve("lake")));
    }
    if (!List.of(args).contains("--input")) {
      command.addAll(List.of("--input", input));
    }
    Result result;
    if (variable.isEmpty()) {
      command.addAll(List.of(args));
      result = Weir.command(command.toArray());
    } else {
      try (WeirProcess run =
          WeirProcess.in(folder).environment(variable, "1").weir(command.toArray())) {
        result = run.await();
      }
    }
    result.expect(2);
    assertEquals("", result.out());
    assertEquals(1, result.err().lines().count(), result.err());
    assertTrue(result.err().startsWith("weir run: "), result.err());
    assertTrue(result.err().contains(said), result.err());
  }

  private Path config(String yaml) throws IOException {
    return Files.writeString(folder.resolve("config.yaml"), yaml);
  }
}
